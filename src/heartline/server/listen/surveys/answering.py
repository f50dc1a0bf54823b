"""A response as it grows: begun with the first page that is sent, kept answer by answer, finished at an end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.listen.surveys import flow
from heartline.listen.surveys.flow import Page, Response
from heartline.listen.surveys.values import End
from heartline.listen.surveys.values import Survey as Value
from heartline.server.shell.sealed import seal, unseal

from . import knowing, links, sending
from .commands import value
from .models import Answering, Edition, Opened, State, Survey

TOKEN = re.compile(r"[0-9a-f]{32}")
LONGEST_HIDDEN = 200

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Asked:
    """A survey as somebody answers it: its value, its edition (a draft has none), the answers, and what is kept."""

    survey: Value
    edition: Edition | None
    response: Response
    kept: Answering | None = None
    link: str = ""
    """The personal link that it was opened by."""
    person: str = ""
    """The identifier of whom that names; empty where it is anonymous."""

    @property
    def page(self) -> Page:
        """The page that is next; where a quota is full, its end."""
        found = flow.page(self.survey, self.response)
        end = None if self.kept is not None and self.kept.finished_at else self.closed
        return Page(None, (), end, 1.0, first=False) if end else found

    @property
    def closed(self) -> End | None:
        """The end of a quota that is full."""
        if not self.survey.quotas or self.edition is None:
            return None
        quota = flow.full(self.survey, self.response, _counts(self.edition.survey_id))
        return next((end for end in self.survey.ends if quota and end.key == quota.full), None)


def asked(
    key: str,
    token: str,
    hidden: Mapping[str, str] | None = None,
    link: str = "",
    preset: Mapping[str, str] | None = None,
) -> Asked:
    """Give a survey as it is asked now, or a response where it stands.

    Parameters
    ----------
    hidden
        Values that came along with the person: only those are taken that the survey names.
    preset
        Values that we say ourselves, such as the channel.

    Raises
    ------
    NotFound
        `unknown` for a survey that is not, or is not open; `other_survey` for a response to another one.
    """
    if TOKEN.fullmatch(token) is None:
        raise NotFound("unknown", "There is no such answer.", field="token")
    kept = Answering.objects.select_related("edition__survey").filter(token=token).first()
    if kept is not None:
        if kept.edition.survey.key != key:
            raise NotFound("other_survey", "This answer belongs to another survey.", field="token")
        return Asked(*_read(kept), kept)
    edition = newest(key)
    survey = value(edition.body)
    brought = hidden or {}
    names_somebody = sending.REF if survey.anonymous else ()
    taken = [name for name in survey.hidden if name not in names_somebody]
    known = {name: str(brought[name])[:LONGEST_HIDDEN] for name in taken if brought.get(name)}
    ours = {**(preset or {}), **links.brought(key, link)}
    who = "" if survey.anonymous else knowing.person(key, link)
    if survey.once and not survey.anonymous:
        _only_once(survey, who, token)
    response = Response(token, hidden={**known, **ours}, traits=knowing.traits(survey, who, ours.get("channel", "")))
    return Asked(survey, edition, response, link=link, person=who)


def _only_once(survey: Value, who: str, token: str) -> None:
    """Let each person answer once: so everybody has to be known.

    Raises
    ------
    NotFound
        `by_name` for who came by a link for everybody, `answered` for who has answered.
    """
    if not who:
        raise NotFound(
            "by_name", "This survey is answered by personal links.", remedy="Use the link that you were sent."
        )
    if knowing.answered(survey, who, token):
        raise NotFound("answered", "This person has answered.", remedy="Nothing more is to be done.")


def _read(kept: Answering) -> tuple[Value, Edition, Response]:
    """Open a response that is kept, with what is known now of who answers it."""
    survey, response = value(kept.edition.body), _response(kept)
    known = knowing.traits(survey, kept.person, str(response.hidden.get("channel", ""))) if kept.person else {}
    return survey, kept.edition, replace(response, traits=known)


def newest(key: str) -> Edition:
    """Give the edition that is asked now.

    Raises
    ------
    NotFound
        `unknown`.
    """
    edition = (
        Edition.objects.select_related("survey")
        .filter(survey__key=key, survey__state=State.OPEN, number=F("survey__edition"))
        .first()
    )
    if edition is None:
        raise NotFound("unknown", "There is no such survey, or it is closed.", field="key")
    return edition


def read(kept: Answering) -> tuple[Value, Response]:
    """Open a response: the survey as it was asked, and what was answered."""
    survey, _edition, response = _read(kept)
    return survey, response


def _response(kept: Answering) -> Response:
    answers = msgspec.json.decode(unseal(kept.answers, f"answers {kept.token}"))
    hidden = msgspec.json.decode(unseal(kept.hidden, f"hidden {kept.token}"))
    return Response(kept.token, answers, frozenset(kept.passed), hidden)


def _counts(survey_id: int) -> dict[str, int]:
    """Count the finished responses of each quota, over all editions."""
    found = Answering.objects.filter(edition__survey_id=survey_id, finished_at__isnull=False).exclude(quotas=[])
    return Counter(key for keys in found.values_list("quotas", flat=True) for key in keys)


def opened(survey: Survey, day: date) -> None:
    """Count that a survey was opened."""
    if not Opened.objects.filter(survey=survey, day=day).update(number=F("number") + 1):
        try:
            with transaction.atomic():
                Opened.objects.create(survey=survey, day=day, number=1)
        except IntegrityError:  # another one was first
            Opened.objects.filter(survey=survey, day=day).update(number=F("number") + 1)


def _begun_once(act: Callable[P, R]) -> Callable[P, R]:
    """Do it again where another request began the same response at that moment.

    An answer is kept as it is given, while the page that it stands on is sent: whichever is second finds it begun.
    """

    @wraps(act)
    def acted(*args: P.args, **more: P.kwargs) -> R:
        try:
            return act(*args, **more)
        except IntegrityError:  # the secret name is taken, and only of this response
            return act(*args, **more)

    return acted


def send(
    *,
    key: str,
    token: str,
    language: str,
    block: str,
    given: Mapping[str, Any],
    hidden: Mapping[str, str],
    link: str,
    preset: Mapping[str, str] | None = None,
) -> tuple[Asked, dict[str, InvalidInput]]:
    """Take a page; the same page again changes nothing that was told.

    Raises
    ------
    NotFound
        `unknown`, `other_survey`, `unknown_question`.
    Conflict
        `other_page`, `finished`.
    """
    there, wrong = _taken(key, token, language, block, given, (hidden, link, preset))
    if there.kept is not None and there.kept.finished_at and there.kept.sent_at is None:
        sending.send_on(there.kept, there.survey, there.response)  # nobody waits for the database meanwhile
    return there, wrong


@_begun_once
@transaction.atomic
def _taken(
    key: str, token: str, language: str, block: str, given: Mapping[str, Any], brought: tuple[Any, ...]
) -> tuple[Asked, dict[str, InvalidInput]]:
    now = _locked(key, token, *brought)
    after, wrong = flow.sent(now.survey, now.response, block, given)
    return _keep(replace(now, response=after), language), wrong


@_begun_once
@transaction.atomic
def keep(
    *,
    key: str,
    token: str,
    language: str,
    given: Mapping[str, Any],
    hidden: Mapping[str, str],
    link: str,
    preset: Mapping[str, str] | None = None,
) -> Asked:
    """Take single answers as they are given, without going on; what is no answer yet is left out."""
    now = _locked(key, token, hidden, link, preset)
    after, _ = flow.kept(now.survey, now.response, given)
    return _keep(replace(now, response=after), language)


@transaction.atomic
def back(*, key: str, token: str) -> Asked:
    """Go one page back."""
    now = _locked(key, token)
    if now.kept is None:
        return now
    return _keep(replace(now, response=flow.back(now.survey, now.response)), now.kept.language)


def _locked(
    key: str,
    token: str,
    hidden: Mapping[str, str] | None = None,
    link: str = "",
    preset: Mapping[str, str] | None = None,
) -> Asked:
    now = asked(key, token, hidden, link, preset)
    if now.kept is None:
        return now
    kept = Answering.objects.select_for_update().get(pk=now.kept.pk)
    if kept.finished_at is not None:
        raise Conflict("finished", "This survey was answered.", remedy="Nothing more is to be done.")
    if now.survey.once and kept.person:  # begun by two links, it is finished by one
        _only_once(now.survey, kept.person, token)
    return replace(now, response=replace(_response(kept), traits=now.response.traits), kept=kept)


def _alone(now: Asked) -> None:
    """Let one finish after the other what is counted: until this is kept, nobody else counts."""
    if now.edition is None or not (now.survey.quotas or now.survey.once):
        return
    Survey.objects.select_for_update(no_key=True).get(pk=now.edition.survey_id)
    person = now.kept.person if now.kept else now.person
    if now.survey.once and person:
        _only_once(now.survey, person, now.response.seed)


def _keep(now: Asked, language: str) -> Asked:
    """Write a response down."""
    response, token = now.response, now.response.seed
    page = flow.page(now.survey, response)
    if page.end is not None:
        _alone(now)
    closed = now.closed if page.end is not None else None
    kept = now.kept or Answering(
        token=token, edition=now.edition, who=links.kept("" if now.survey.anonymous else now.link, token),
        person=now.person,
    )  # fmt: skip
    kept.language = language
    kept.answers = seal(msgspec.json.encode(dict(response.answers)), f"answers {token}")
    kept.hidden = seal(msgspec.json.encode(dict(response.hidden)), f"hidden {token}")
    kept.passed = sorted(response.passed)
    kept.at_block = page.block.key if page.block else ""
    kept.changed_at = timezone.now()
    kept.sent_at = None  # what is new is sent on in its turn
    if page.end is not None and closed is None:
        kept.finished_at = kept.changed_at
        kept.quotas = [quota.key for quota in flow.quotas(now.survey, response)]
    kept.save()
    return replace(now, kept=kept)
