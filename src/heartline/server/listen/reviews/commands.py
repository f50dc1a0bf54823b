"""What people do with reviews: note that one was answered, and say which may be shown on the company's own pages."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from django.db import transaction

from heartline.core.errors import InvalidInput, NotFound
from heartline.listen.reviews import publishing
from heartline.listen.reviews.rows import NOTED, REVIEW, TAKEN_BACK
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import published
from heartline.server.shell.opened import free, workspace
from heartline.store.schema import INTERACTIONS

RIGHT = "answer_reviews"
PUBLISHES = "define"
SOURCE = "review_notes"
"""The source of rows that say that somebody answered a review."""
LONGEST = 500


def note(*, review: str, answered: bool, by: Principal) -> None:
    """Note that a review was answered on its platform, or that it was not after all.

    Raises
    ------
    NotFound
        `unknown_review`, also for one of units that the person may not see.
    Forbidden, Conflict
        `not_allowed`, `busy`.
    """
    access.require(by, RIGHT)
    found = _found(review, by)
    lake, now = free(), datetime.now(UTC)
    waited = max(0.0, (now - found["occurred_at"]).total_seconds())
    row = dict.fromkeys(INTERACTIONS.names) | {
        "id": f"{SOURCE}:{secrets.token_hex(16)}", "occurred_at": now, "occurred_precision": "second",
        "received_at": now, "seq": 0, "ref": review, "channel": found["channel"], "kind": "message",
        "event": NOTED if answered else TAKEN_BACK, "source": SOURCE, "unit": found["unit"],
        "product": found["product"], "wait_s": waited if answered else None, "landed": 0,
    }  # fmt: skip
    with lake.write("note an answered review") as writer:
        writer.append(pa.Table.from_pylist([row], schema=INTERACTIONS))
        version = writer.version
    with transaction.atomic():
        audit.record(by=by, action="note_review" if answered else "reopen_review", subject=review, version=version)
    published.soon()


def _found(review: str, by: Principal) -> dict[str, Any]:
    """Give a review as the person may see it."""
    if not review or len(review) > LONGEST or "\0" in review:
        raise NotFound("unknown_review", "There is no such review.", field="review")
    snapshot = access.within(by, workspace()).lake.at()
    rows = snapshot.rows("id", "event", "occurred_at", "channel", "unit", "product")
    rows = rows.filter(rows.id == review, rows.event == REVIEW)
    found: list[dict[str, Any]] = snapshot.execute(rows).to_pylist()
    if not found:
        raise NotFound("unknown_review", "There is no such review.", field="review")
    return found[0]


def publish(*, sources: Sequence[str], name: str, on: bool, renew: bool = False, by: Principal) -> None:
    """Say from which platforms reviews may be shown on the company's own pages, and under which name.

    Parameters
    ----------
    on
        Whether the public address answers at all.
    renew
        Make another address; the one before answers no more.

    Raises
    ------
    InvalidInput
        `bad_value` for an address without a platform or a name; `unknown_source`.
    Forbidden, Conflict
        `not_allowed`, `busy`.
    """
    access.require(by, PUBLISHES)
    lake = free()
    snapshot = lake.at()
    there = publishing.sources(snapshot)
    for source in sources:
        if source not in there:
            raise InvalidInput("unknown_source", f"No review came from “{source[:60]}”.", field="sources")
    name = " ".join(name.split())[:120]
    if on and not (sources and name):
        raise InvalidInput("bad_value", "It needs a platform and the company's name.", field="name")
    before = publishing.published(snapshot.definitions)
    key = secrets.token_urlsafe(16) if renew or not before.key else before.key
    made = publishing.Published(tuple(dict.fromkeys(sources)), name, on, key)
    if made == before:
        return
    with lake.write("which reviews may be shown") as writer:
        writer.define("settings", publishing.KEY, made.body(), source="page")
        version = writer.version
    with transaction.atomic():
        audit.record(
            by=by, action="publish_reviews" if on else "unpublish_reviews", subject="reviews", version=version,
            sources=list(made.sources), renewed=renew,
        )  # fmt: skip
    published.soon()
