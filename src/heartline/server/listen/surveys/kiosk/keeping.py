"""What a kiosk hands over: whole responses, made without us. However often one comes, it is kept and told once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone

from heartline.core.errors import HeartlineError, InvalidInput, NotFound
from heartline.listen.surveys import flow
from heartline.listen.surveys.flow import Response
from heartline.listen.surveys.values import Survey
from heartline.server.shell.sealed import seal

from .. import answering, sending, tongues
from ..commands import value
from ..models import Answering, Edition
from .linking import Place, opened
from .showing import hidden

AT_ONCE = 100
LONGEST_S = timedelta(hours=12)
"""A response that is said to have taken longer began when the clock was wrong."""


class One(msgspec.Struct, frozen=True):
    """A response: its secret name, the edition that was asked, when it began and ended (ms), and what was answered."""

    token: str
    edition: int
    language: str
    began: float
    ended: float
    answers: dict[str, Any]
    passed: list[str]


class Sent(msgspec.Struct, frozen=True):
    """Some responses of one kiosk."""

    place: str
    responses: list[One]


def heard(body: bytes) -> Sent:
    """Read what a kiosk sends.

    Raises
    ------
    InvalidInput
        `bad_request`, `too_many`.
    """
    try:
        sent = msgspec.json.decode(body, type=Sent)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("bad_request", "This is not what a kiosk sends.", remedy="Load the kiosk again.") from None
    if len(sent.responses) > AT_ONCE:
        raise InvalidInput("too_many", f"Up to {AT_ONCE} responses are taken at once.", field="responses")
    return sent


def take(key: str, sent: Sent) -> dict[str, Any]:
    """Keep what is new, and say what we have now and what we never will.

    Returns
    -------
    dict
        `kept`: names of those that we have, from now or before; `refused`: codes of the others.

    Raises
    ------
    NotFound
        `bad_link` for a kiosk that we did not make.
    """
    place = opened(key, sent.place)
    kept, refused = [], {}
    for one in sent.responses:
        try:
            _one(key, place, one)
        except IntegrityError:  # the same came twice at the same time: the other one is kept
            kept.append(one.token)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            refused[one.token] = error.code
        else:
            kept.append(one.token)
    return {"kept": kept, "refused": refused}


@transaction.atomic
def _one(key: str, place: Place, one: One) -> None:
    """Keep one response with the time at which it was given, and tell it."""
    if answering.TOKEN.fullmatch(one.token) is None:
        raise InvalidInput("bad_token", "A response has no name of its own.", field="token")
    if Answering.objects.filter(token=one.token).exists():
        return
    edition = Edition.objects.select_related("survey").filter(survey__key=key, number=one.edition).first()
    if edition is None:
        raise NotFound("unknown_edition", "This was never asked.", field="edition")
    survey = value(edition.body)
    response = _response(survey, place, one)
    began, ended = _times(edition, one)
    way = flow.way(survey, response)
    kept = Answering(
        token=one.token, edition=edition, language=tongues.chosen(survey, one.language, ""),
        answers=seal(msgspec.json.encode(dict(response.answers)), f"answers {one.token}"),
        hidden=seal(msgspec.json.encode(dict(response.hidden)), f"hidden {one.token}"), passed=sorted(response.passed),
        at_block=way.next.key if way.next else "", started_at=began, changed_at=ended,
        finished_at=None if way.next else ended,
        quotas=[] if way.next else [quota.key for quota in flow.quotas(survey, response)],
    )  # fmt: skip
    kept.save()
    sending.tell(kept, survey, response)  # nobody comes back to a kiosk: what was left is told at once, too
    kept.save(update_fields=["told", "sent_at"])


def _response(survey: Survey, place: Place, one: One) -> Response:
    """Read a response as the engine does; an answer that is none is left out, the others stay."""
    known: Mapping[str, Any] = {key: given for key, given in one.answers.items() if key in survey.questions}
    blocks = {block.key for block in survey.blocks}
    empty = Response(one.token, hidden=hidden(place), passed=frozenset(one.passed) & blocks)
    response, _ = flow.kept(survey, empty, known)
    return replace(response, answers={key: given for key, given in response.answers.items() if given is not None})


def _times(edition: Edition, one: One) -> tuple[datetime, datetime]:
    """Give when a response began and ended: not before its edition was opened, and not later than now."""
    now = timezone.now()

    def at(ms: float) -> datetime:
        try:
            said = datetime.fromtimestamp(ms / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            said = now
        return min(max(said, edition.at), now)

    ended = at(one.ended)
    return max(min(at(one.began), ended), ended - LONGEST_S), ended
