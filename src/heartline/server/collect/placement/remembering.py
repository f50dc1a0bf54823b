"""The catalogue of events learns of each batch, once, also when it is told twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from heartline.collect.events.groups import Name
from heartline.collect.events.seen import Seen, Sight

from .models import Learned, SeenDay, SeenEvent

MOST_NAMES = 3_000
"""Names that a source may have in the catalogue; further ones are counted together."""
REST = "…"
MOST_PROPERTIES = 300
MOST_DOUBTS = 100


@transaction.atomic
def remember(seen: Seen, *, number: int, day: date) -> None:
    """Add what a batch showed to the catalogue; what the same batch added before is taken back first.

    Parameters
    ----------
    number
        Of the batch.
    day
        On which it came.
    """
    _take_back(number)
    sights = {name: sight for name, sight in seen.events.items() if sight.count}
    known = _known(sights)
    added: list[list[Any]] = []
    fresh: list[SeenEvent] = []
    for name, sight in sights.items():
        event = known.get(name)
        if event is None:
            name = _within(name, known)
            event = known.get(name)
        if event is None:
            event = known[name] = _new(name, sight)
            fresh.append(event)
        _add(event, sight)
    SeenEvent.objects.bulk_create(fresh)
    SeenEvent.objects.bulk_update(
        [known[name] for name in _named(sights, known)],
        ["first_at", "last_at", "count", "properties", "places", "doubts", "example"], batch_size=200,
    )  # fmt: skip
    totals: Counter[int] = Counter()
    lacking: Counter[int] = Counter()
    for name, sight in sights.items():
        key = known[name if name in known else Name(name.source, name.type, REST)].pk
        totals[key] += sight.count
        lacking[key] += sight.unplaced
        added.append([key, day.isoformat(), sight.count, sight.unplaced, dict(sight.places), dict(sight.doubts)])
    count_days(day, totals, lacking)
    Learned.objects.all().delete()
    Learned.objects.create(number=number, counts=added)


def _named(sights: Iterable[Name], known: Mapping[Name, SeenEvent]) -> list[Name]:
    return list(dict.fromkeys(name if name in known else Name(name.source, name.type, REST) for name in sights))


def _known(sights: Iterable[Name]) -> dict[Name, SeenEvent]:
    """Give what is known of the sources of a batch."""
    sources = {name.source for name in sights}
    return {Name(one.source, one.kind, one.name): one for one in SeenEvent.objects.filter(source__in=sources)}


def _within(name: Name, known: Mapping[Name, SeenEvent]) -> Name:
    """Give the name under which a new one is counted: its own, unless its source has too many already."""
    many = sum(one.source == name.source for one in known)
    return name if many < MOST_NAMES else Name(name.source, name.type, REST)


def _new(name: Name, sight: Sight) -> SeenEvent:
    return SeenEvent(
        source=name.source[:200], kind=name.type, name=name.event[:500],
        first_at=moment(sight.first_us), last_at=moment(sight.last_us),
    )  # fmt: skip


def _add(event: SeenEvent, sight: Sight) -> None:
    event.count += sight.count
    event.first_at = min(event.first_at, moment(sight.first_us))
    last = moment(sight.last_us)
    if last >= event.last_at:
        event.last_at, event.example = last, sight.example
    for key, kinds in sight.properties.items():
        if key in event.properties or len(event.properties) < MOST_PROPERTIES:
            event.properties[key] = sorted({*event.properties.get(key, ()), *kinds})
    for place, number in sight.places.items():
        event.places[place] = event.places.get(place, 0) + number
    for doubt, number in sight.doubts.items():
        if doubt in event.doubts or len(event.doubts) < MOST_DOUBTS:
            event.doubts[doubt] = event.doubts.get(doubt, 0) + number


def _take_back(number: int) -> None:
    """Take back what the batch of this number added."""
    told = Learned.objects.filter(number=number).first()
    if told is None:
        return
    events = SeenEvent.objects.in_bulk([key for key, *_ in told.counts])
    for key, day, count, unplaced, places, doubts in told.counts:
        event = events.get(key)
        if event is None:
            continue
        event.count -= count
        for held, some in ((event.places, places), (event.doubts, doubts)):
            for name, less in some.items():
                held[name] = held.get(name, 0) - less
                if held[name] <= 0:
                    del held[name]
        SeenDay.objects.filter(event=event, day=day).update(count=F("count") - count, unplaced=F("unplaced") - unplaced)
    SeenEvent.objects.bulk_update(events.values(), ["count", "places", "doubts"], batch_size=200)


def count_days(day: date, totals: Mapping[int, int], lacking: Mapping[int, int]) -> None:
    """Add to the counts of a day."""
    there = {one.event_id: one for one in SeenDay.objects.filter(day=day, event__in=list(totals))}
    new = [SeenDay(event_id=key, day=day) for key in totals if key not in there]
    every = [*there.values(), *SeenDay.objects.bulk_create(new)]
    for one in every:
        one.count += totals[one.event_id]
        one.unplaced += lacking.get(one.event_id, 0)
    SeenDay.objects.bulk_update(every, ["count", "unplaced"], batch_size=200)


def moment(at_us: int) -> datetime:
    """Give a moment in microseconds as one."""
    return datetime.fromtimestamp(at_us / 1e6, UTC)


@transaction.atomic
def placed_again(unplaced: Mapping[tuple[Name, date], int], places: Mapping[Name, Mapping[str, int]]) -> None:
    """Enter where events are after the past was placed again.

    Parameters
    ----------
    unplaced
        How many of a name, which came on a day, have no touchpoint.
    places
        How many of a name are at a touchpoint; the empty one: at none.
    """
    known = _known(places)
    for name, counts in places.items():
        if name in known:
            known[name].places = {place: number for place, number in counts.items() if number}
    SeenEvent.objects.bulk_update([known[name] for name in places if name in known], ["places"], batch_size=200)
    by_key = {(known[name].pk, day): number for (name, day), number in unplaced.items() if name in known}
    days = list(SeenDay.objects.filter(event__in={key for key, _ in by_key}))
    for one in days:
        one.unplaced = min(one.count, by_key.get((one.event_id, one.day), 0))
    SeenDay.objects.bulk_update(days, ["unplaced"], batch_size=200)
