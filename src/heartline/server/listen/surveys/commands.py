"""What is written of surveys: begun, changed, opened, closed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.listen.surveys import reading
from heartline.listen.surveys.changes import changes
from heartline.listen.surveys.gallery import example
from heartline.listen.surveys.values import KEY
from heartline.listen.surveys.values import Survey as Value
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User

from .models import Edition, State, Survey
from .results import publishing

RIGHT = "survey"


def find(key: str) -> Survey:
    """Give a survey.

    Raises
    ------
    NotFound
        `unknown`.
    """
    one = Survey.objects.filter(key=key).first()
    if one is None:
        raise NotFound("unknown", f"There is no survey “{key}”.", field="key", remedy="Choose one of the list.")
    return one


def value(body: dict[str, Any]) -> Value:
    """Read a stored body, which was sound when it was stored."""
    return _read(msgspec.json.encode(body))


@lru_cache(64)
def _read(body: bytes) -> Value:
    return Value.model_validate_json(body)


@transaction.atomic
def begin(*, by: User, key: str, example_key: str) -> Survey:
    """Begin a survey from one of the gallery.

    Raises
    ------
    InvalidInput
        `bad_key`.
    Conflict
        `taken`.
    NotFound, Forbidden
        `unknown`, `not_allowed`.
    """
    access.require(by, RIGHT)
    if not re.fullmatch(KEY, key):
        raise InvalidInput("bad_key", "This is no short name.", field="key", remedy="Small letters, digits and _.")
    return _made(by, example(example_key).model_copy(update={"key": key}))


@transaction.atomic
def read(*, by: User, text: str | bytes) -> Survey:
    """Take a survey from a file; one of the same key gets a new draft.

    Raises
    ------
    InvalidInput
        As `listen.surveys.reading.survey` says.
    """
    access.require(by, RIGHT)
    asked = reading.survey(text)
    if Survey.objects.filter(key=asked.key).exists():
        return change(by=by, key=asked.key, body=reading.plain(asked))
    return _made(by, asked)


def _made(by: User, asked: Value) -> Survey:
    if Survey.objects.filter(key=asked.key).exists():
        raise Conflict("taken", f"There already is a survey “{asked.key}”.", field="key", remedy="Choose another name.")
    made = Survey.objects.create(key=asked.key, body=reading.plain(asked))
    audit.record(by=by, action="begin_survey", subject=made.key)
    return made


@transaction.atomic
def change(*, by: User, key: str, body: dict[str, Any], before: dict[str, Any] | None = None) -> Survey:
    """Change the draft of a survey; whoever answers meanwhile keeps the edition they began with.

    Parameters
    ----------
    before
        The draft that the new one was made of; None writes over whatever is there.

    Raises
    ------
    InvalidInput
        As `listen.surveys.reading.made` says.
    Conflict
        `changed_meanwhile` where somebody else wrote since.
    """
    access.require(by, RIGHT)
    one = Survey.objects.select_for_update().get(pk=find(key).pk)
    if before is not None and one.body != before:
        raise Conflict("changed_meanwhile", "Somebody else changed this survey meanwhile.", remedy="Look at both.")
    asked = reading.made({**body, "key": one.key})
    differs = changes(value(one.body), asked)
    if differs:
        one.body, one.changed_at = reading.plain(asked), timezone.now()
        one.save(update_fields=["body", "changed_at"])
        audit.record(by=by, action="change_survey", subject=key, places=[each.place for each in differs[:20]])
    return one


@transaction.atomic
def open_(*, by: User, key: str) -> Survey:
    """Let people answer a survey as it is now.

    Raises
    ------
    InvalidInput
        As `listen.surveys.reading.made` says.
    """
    access.require(by, RIGHT)
    one = Survey.objects.select_for_update().get(pk=find(key).pk)
    reading.made(one.body)
    newest = Edition.objects.filter(survey=one).order_by("-number").first()
    if newest is None or newest.body != one.body:
        one.edition += 1
        Edition.objects.create(survey=one, number=one.edition, body=one.body)
    one.state = State.OPEN
    one.save(update_fields=["state", "edition"])
    audit.record(by=by, action="open_survey", subject=key, edition=one.edition)
    transaction.on_commit(publishing.publish, robust=True)
    return one


@transaction.atomic
def close(*, by: User, key: str) -> Survey:
    """Take no more answers."""
    access.require(by, RIGHT)
    one = find(key)
    Survey.objects.filter(pk=one.pk).update(state=State.CLOSED)
    audit.record(by=by, action="close_survey", subject=key)
    return find(key)


@transaction.atomic
def links_made(*, by: User, key: str, number: int) -> None:
    """Write down that personal links were made; the links themselves are kept nowhere."""
    access.require(by, RIGHT)
    access.require(by, "read_people")
    audit.record(by=by, action="make_survey_links", subject=find(key).key, number=number)


@transaction.atomic
def forget_all() -> None:
    """Forget all surveys, when the data folder is emptied."""
    Survey.objects.all().delete()
