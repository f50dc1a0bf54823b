"""What touchpoints are asked, and what is known of each: people, feelings, bad experiences, how trips end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal

from heartline.core.errors import InvalidInput
from heartline.core.selection import Selection, spec
from heartline.listen.intervals import Sums, independent
from heartline.store.kernel import Kernel
from heartline.store.selecting import check
from heartline.store.snapshot import Snapshot

from . import nobody
from .account import ANY_END, BAD, BAD_END, FEELING, GOOD_END, NOT_HERE, Account, account, joined, people, settled, sums
from .experience import Asked
from .splitting import split_of
from .trips import journey as find_journey


@spec
class OfJourney(Selection):
    """Which interactions, and what counts as a trip through touchpoints.

    Parameters
    ----------
    journey
        Trips are those of this journey, and only what happened in them counts, or after them until their owner's next
        one begins. Default: everything that a customer did in the period is one trip, and what nobody known did counts
        too.
    """

    journey: str | None = None


@spec
class TouchpointsSpec(OfJourney):
    """Which touchpoints' interactions, and what counts as a trip through them.

    Parameters
    ----------
    every
        A row per touchpoint and `week`, `month` or `quarter` of company time: that in which a journey's trip began;
        without a journey what a customer did in each of them is one trip.
    by
        A row per touchpoint and value of one of these: unit, channel, product, category, stage, source. An experience
        is then what a trip lived there with one of them.
    """

    every: Literal["week", "month", "quarter"] | None = None
    by: Literal["unit", "channel", "product", "category", "stage", "source"] | None = None


@dataclass
class Reach:
    """What is known of a touchpoint.

    Parameters
    ----------
    interactions
        At it.
    contacts, unknown
        At it or about it; of these, by nobody known.
    facts
        Experiences there that are known by facts, not by feelings alone.
    people
        Known people who were there or spoke about it.
    feeling, bad, good_end, bad_end, no_end
        Feelings about it; bad experiences among those known; last feelings of trips after a good one, a bad one, and
        of trips that were never there.
    """

    interactions: int
    contacts: int
    unknown: int
    facts: int
    people: int
    feeling: Sums
    bad: Sums
    good_end: Sums
    bad_end: Sums
    no_end: Sums


@dataclass(frozen=True)
class Reached:
    """The reach of every touchpoint in every group, the reach of all together, and how many trips are closed, open."""

    places: dict[tuple[str, str | None], Reach]
    total: Reach
    closed: int
    open: int


def question(snapshot: Snapshot, asked: OfJourney, every: str | None = None) -> Asked:
    """Turn a spec into what trips are asked.

    Parameters
    ----------
    every
        Splits by time, where the spec is not one of touchpoints.

    Raises
    ------
    InvalidInput
        `two_splits` when it splits by time and by something else.
    """
    for name, keys in asked.row_filters.items():
        check(snapshot, name, keys)
    start, end = snapshot.period(asked).bounds(snapshot.definitions.settings["timezone"])
    journey = find_journey(snapshot, asked.journey) if asked.journey else None
    limits = tuple(sorted(expected(snapshot).items()))
    split = split_of(snapshot, every, None, snapshot.period(asked))
    if isinstance(asked, TouchpointsSpec):
        if asked.every and asked.by:
            raise InvalidInput(
                "two_splits", "Touchpoints are split by one thing at a time.", field="by", remedy="Leave out `every`."
            )
        split = split_of(snapshot, asked.every, asked.by, snapshot.period(asked))
    return Asked(journey, _us(start), _us(end), _us(snapshot.time) or 0, limits, split)


def expected(snapshot: Snapshot) -> dict[str, float]:
    """Give the seconds that one is expected to wait, by touchpoint."""
    bodies = snapshot.definitions.all("touchpoint").items()
    return {key: float(body["expected_wait_s"]) for key, body in bodies if body.get("expected_wait_s") is not None}


def reached(snapshot: Snapshot, asked: TouchpointsSpec) -> Reached:
    """Fold the path index into every touchpoint's reach; without a journey, add what nobody known did."""
    trips = question(snapshot, asked)
    kernel = Kernel(trips.columns, partial(account, trips), joined)
    found = settled(snapshot.fold(kernel, per=trips.per, selection=asked))
    keys = [(name, group) for name in found.names for group in found.groups]
    places = {key: _reach(found, place) for place, key in enumerate(keys)}
    total = _reach(found, -1)
    if trips.journey is None:
        rows = nobody.contacts(snapshot, asked, dict(trips.expected), every=asked.every, by=asked.by)
        everywhere = sums(found, ANY_END, -1)
        for key, more in nobody.reach(snapshot, rows, asked.every):
            here = places.setdefault(key, _empty(everywhere))
            here.interactions += more.interactions
            here.contacts += more.contacts
            here.unknown += more.contacts
            total.interactions += more.interactions
            total.contacts += more.rows
            total.unknown += more.rows
            here.feeling += more.feeling
            here.bad += more.bad
            here.facts += more.facts
    return Reached(places, total, int(found.trips[0]), int(found.trips[1]))


def _reach(found: Account, place: int) -> Reach:
    interactions, contacts, unknown, facts = (round(float(count)) for count in found.counts[:, place])
    spread = (sums(found, measure, place) for measure in (FEELING, BAD, GOOD_END, BAD_END, NOT_HERE))
    return Reach(interactions, contacts, unknown, facts, people(found, place), *spread)


def _empty(everywhere: Sums) -> Reach:
    """Give the reach of a touchpoint at which no customer was: every trip is one that never came."""
    none = independent(0, 0.0, 0.0)
    return Reach(0, 0, 0, 0, 0, none, none, none, none, everywhere)


def _us(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1_000_000)
