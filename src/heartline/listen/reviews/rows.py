"""Reviews in the lake: which rows they are, which of them somebody answered, and where each can be opened.

A review is a row whose `event` is `review`; an answer to it is one with `answer` whose id says so: `SOURCE:answer-7`
answers `SOURCE:review-7`, as the recipes of platforms write them. What people of the company note on the page is a row,
too: `answered` or `unanswered`, with the review's id as its `ref`; the last note counts.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import ibis
import msgspec

from heartline.store.selecting import selected
from heartline.store.snapshot import Snapshot

from ..answers import Answers, judging

REVIEW, POST = "review", "post"
ANSWER, NOTED, TAKEN_BACK = "answer", "answered", "unanswered"
LONGEST_LINK = 2000


def reviews(snapshot: Snapshot, spec: Answers, *columns: str) -> ibis.Table:
    """Give the reviews of a selection with these columns, `answered_at` and `reply_s`, which are null without one."""
    needed = ("id", "occurred_at", "event", *(("about", "touchpoint") if spec.about else ()))
    rows = selected(snapshot, spec, *dict.fromkeys((*columns, *needed)))
    rows = rows.filter(rows.event == REVIEW)
    rows = judging(snapshot, rows, spec.about)
    if spec.scale:
        rows = rows.filter(selected_scale(rows, spec))
    answers = _answers(snapshot)
    both = rows.left_join(answers, rows.id == answers.of)
    since = both.answered_at.epoch_seconds() - both.occurred_at.epoch_seconds()
    waited = ibis.ifelse(since < 0, 0, since).cast("float64")
    return both.mutate(reply_s=waited).select(*dict.fromkeys((*columns, "id", "occurred_at")), "answered_at", "reply_s")


def selected_scale(rows: ibis.Table, spec: Answers) -> ibis.Value:
    """Tell which rows carry a score on one of the scales that are asked for."""
    return rows.scale.isin(list(spec.scale)) & rows.score.notnull()


def _answers(snapshot: Snapshot) -> ibis.Table:
    """Give when each answered review was answered: `of` and `answered_at`; the platform's word before our notes."""
    rows = snapshot.rows("id", "occurred_at", "event", "ref")
    rows = rows.filter(rows.event.isin([ANSWER, NOTED, TAKEN_BACK]))
    given = rows.event == ANSWER
    of = ibis.ifelse(given, rows.id.replace(":answer-", ":review-"), rows.ref)
    rows = rows.mutate(of=of, given=given, noted=rows.event == NOTED)
    found = rows.group_by("of").aggregate(
        given_at=rows.occurred_at.min(where=rows.given),
        noted_at=rows.occurred_at.max(where=~rows.given),
        noted_as=rows.noted.argmax(rows.occurred_at, where=~rows.given),
    )
    noted = ibis.ifelse(found.noted_as, found.noted_at, ibis.null("timestamp('UTC', 6)"))
    found = found.mutate(answered_at=found.given_at.coalesce(noted))
    return found.filter(found.of.notnull(), found.answered_at.notnull()).select("of", "answered_at")


class _Said(msgspec.Struct):
    """What the properties of a review tell besides."""

    link: Any = None
    title: Any = None
    location: Any = None


def told(properties: str | None) -> dict[str, str | None]:
    """Read the link, title and place of a review from its properties; a link only where it can be followed safely."""
    try:
        said = msgspec.json.decode(properties or "{}", type=_Said)
    except msgspec.DecodeError:
        return {"link": None, "title": None, "location": None}
    plain = {
        name: str(value) if value not in (None, "") else None for name, value in msgspec.structs.asdict(said).items()
    }
    return plain | {"link": safe_link(plain["link"])}


def safe_link(text: str | None) -> str | None:
    """Give an address that a browser may be sent to: plain http or https with a host and without a password."""
    text = (text or "").strip()
    if not text or len(text) > LONGEST_LINK or any(ord(sign) <= 32 or sign in '<>"`\\' for sign in text):
        return None
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host or parts.username or parts.password:
        return None
    return text
