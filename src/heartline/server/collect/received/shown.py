"""What the page of what comes in shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count as Counted
from django.utils import timezone

from heartline.server.shell import numbers
from heartline.server.shell.opened import workspace

from . import words
from .keeping import AGAIN, AT_PORT, LANDED, LEFT
from .metrics import backlog, refusals, waiting_s
from .models import Batch, Count, Held

DAYS = 7


@dataclass(frozen=True)
class Reason:
    """A reason why events could not be used."""

    code: str
    text: str
    count: str
    held: str


@dataclass(frozen=True)
class Source:
    """What came from a source."""

    name: str
    landed: str
    again: str
    dropped: str


def now() -> dict[str, Any]:
    """Give what comes in now, and what came in lately."""
    waits, last = backlog(), Batch.objects.exclude(landed_at=None).first()
    zone = workspace().lake.at().definitions.settings["timezone"]
    found = _counts()
    landed, dropped = found.pop(LANDED, Counter()), Counter[str]()
    again = found.pop(AGAIN, Counter())
    left = {what.removeprefix(LEFT): some.total() for what, some in found.items() if what.startswith(LEFT)}
    reasons = {what: some for what, some in found.items() if not what.startswith((LEFT, AT_PORT))}
    for some in reasons.values():
        dropped.update(some)
    return {
        "answer": words.answer(landed.total(), len(landed), dropped.total(), last.lag_s if last else None),
        "waiting": words.waiting(waits.requests, waits.events, waiting_s(waits)),
        "waits": waits.requests > 0,
        "sources": _sources(landed, again, dropped),
        "reasons": _reasons(reasons),
        "left": [(str(words.LEFT.get(why, why)), numbers.count(some)) for why, some in sorted(left.items()) if some],
        "kept": words.kept(refusals()),
        "last": _last(last, zone),
        "anything": Batch.objects.exists(),
    }


def _counts() -> dict[str, Counter[str]]:
    """Give the counts of the last days, by what they count and by source."""
    since = (timezone.now() - timedelta(days=DAYS - 1)).date()
    found: dict[str, Counter[str]] = {}
    for day in Count.objects.filter(day__gte=since, number__gt=0):
        found.setdefault(day.what, Counter())[day.source] += day.number
    return found


def _sources(landed: Counter[str], again: Counter[str], dropped: Counter[str]) -> list[Source]:
    names = sorted({*landed, *again, *dropped}, key=lambda name: (-landed[name], name))
    return [
        Source(name, *(numbers.count(some[name]) if some[name] else numbers.NONE for some in (landed, again, dropped)))
        for name in names
    ]


def _reasons(found: dict[str, Counter[str]]) -> list[Reason]:
    """List reasons of the last days, and those of which events are still held."""
    held = dict(Held.objects.filter(tried_at=None).values_list("code").annotate(Counted("pk")).order_by("code"))
    codes = sorted({*found, *held}, key=lambda code: (-found.get(code, Counter()).total(), code))
    return [
        Reason(code, words.reason(code), numbers.count(found.get(code, Counter()).total()),
               numbers.count(held[code]) if code in held else "")
        for code in codes
    ]  # fmt: skip


def _last(last: Batch | None, zone: str) -> dict[str, Any] | None:
    if last is None:
        return None
    took = {str(words.STEPS.get(name, name)): words.seconds(value) for name, value in last.seconds.items()}
    return {
        "when": numbers.moment(last.landed_at or last.at, zone),
        "events": words.events(last.events),
        "landed": numbers.count(last.landed),
        "known": numbers.share(last.known / last.landed, 0) if last.landed else numbers.NONE,
        "lag": words.seconds(last.lag_s or 0.0),
        "took": words.seconds(sum(last.seconds.values())),
        "steps": list(took.items()),
    }
