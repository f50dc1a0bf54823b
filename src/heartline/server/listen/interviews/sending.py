"""Quotes become interactions, like anything that somebody says: through the inbox, by a name that each revision has."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.utils import timezone

from heartline.server.shell import own_events

from .kept import Opened
from .models import Quote, Withdrawn

SOURCE = "interviews"
EVENT = "Interview Quoted"
WIRE = {"user_id": "userId", "anonymous_id": "anonymousId"}


def row_id(message: str) -> str:
    """Give the id that the row of an event has."""
    return f"{SOURCE}:{message}"


def say(interview: Opened, quote: Quote) -> None:
    """Put a quote among the voices, or what changed of its words; to be called in the transaction that keeps it."""
    quote.revision += 1
    quote.sent_at, quote.settled = timezone.now(), False
    quote.save()
    own_events.put(SOURCE, _event(interview, quote))


def say_anew(interview: Opened, quote: Quote) -> None:
    """Take back what was said, and say it as it is now."""
    take_back(quote)
    say(interview, quote)


def take_back(quote: Quote) -> None:
    """Have a quote leave the lake, where it was sent."""
    if quote.sent_at is not None:
        Withdrawn.objects.get_or_create(message=quote.message, defaults={"sent_at": quote.sent_at})


def _event(interview: Opened, quote: Quote) -> dict[str, Any]:
    """Write a quote as an event: its time is the day of the interview."""
    row, head = interview.row, interview.head
    said: dict[str, Any] = {
        "text": interview.shown(quote), "about": quote.touchpoint or None, "stage": quote.stage or None,
        "ref": row.key, "unit": row.unit or None,
    }  # fmt: skip
    event: dict[str, Any] = {
        "type": "track", "event": EVENT, "messageId": quote.message,
        "timestamp": datetime.combine(row.held_on, time(12), UTC).isoformat(),
        "properties": {name: value for name, value in said.items() if value is not None},
    }  # fmt: skip
    if head.identifier and len(interview.people) == 1:  # of several people nobody can say who it was
        named = head.kind in WIRE
        event |= {WIRE[head.kind]: head.identifier} if named else {"context": {"traits": {head.kind: head.identifier}}}
    return event
