"""What trips lived at touchpoints: who was there, whether it went well, and how their trip ended.

An experience at X is bad if something there did not succeed, if a wait there exceeded what was expected, or if the
feelings about X average below 0; good if any of this is known and none is bad; else unknown.

What happens after a trip's end still belongs to it here, until its owner's next trip begins: answers come after the
delivery that they judge, and a delivery beyond the limit is a late one, not none. So does what an order, ticket or
booking has before its first trip: all of it is about that one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from heartline.store.kernel import Array, Columns, distinct

from .splitting import Split
from .trips import Journey, Trips, cut

COLUMNS = ("touchpoint", "about", "feeling", "wait_s", "succeeded", "customer", "picked", "member")
"""What a kernel must ask for."""
DENSE = 1 << 23
"""Up to so many cells, pairs of trip and touchpoint are found in a table rather than by sorting."""


@dataclass(frozen=True)
class Asked:
    """What trips are asked about; small, since it travels to where the rows are.

    Parameters
    ----------
    journey
        None: everything that a customer did in the period is one trip.
    start_us, end_us
        The period in µs, in which trips begin, or without a journey rows lie; None is open.
    as_of_us
        The moment of the snapshot in µs.
    expected
        Touchpoints and the seconds that one is expected to wait there.
    split
        By what touchpoints are split; by time, trips belong to when they began, or without a journey end with it.
    """

    journey: Journey | None
    start_us: int | None
    end_us: int | None
    as_of_us: int
    expected: tuple[tuple[str, float], ...]
    split: Split | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """What a kernel must ask for."""
        return (*COLUMNS, *(self.split.columns if self.split else ()))

    @property
    def per(self) -> str:
        """Who owns a trip."""
        return self.journey.per if self.journey else "customer"

    def during(self, time: Array) -> Array:
        """Tell which moments lie in the period."""
        found = np.ones(len(time), np.bool_)
        if self.start_us is not None:
            found &= time >= self.start_us
        if self.end_us is not None:
            found &= time < self.end_us
        return found


class Lived:
    """The trips that a question picks among some owners, and their experiences, one per trip and touchpoint.

    A touchpoint is a place: its number among `names` · (number of groups) + its group, where touchpoints are split.

    Parameters
    ----------
    columns
        Rows of whole owners, with COLUMNS.
    """

    def __init__(self, columns: Columns, asked: Asked) -> None:
        self.columns = columns
        self.asked = asked
        self.names = touchpoints(columns)
        self.groups: tuple[str | None, ...] = (None,)
        group: Array | None = None
        if asked.split:
            self.groups, group = asked.split.groups(columns)
        self.trips = self._trips(group)
        trip = self.trips.trip_of_row
        self.inside = np.flatnonzero(trip >= 0)
        self.trip = trip[self.inside].astype(np.int64)
        self.group_of_trip: Array | None = None
        if asked.split and asked.split.column is None:
            self.group_of_trip = asked.split.when(self.trips.start)
            group = self.group_of_trip[self.trip]
        elif group is not None:
            group = group[self.inside]
        self.at = self._placed(columns.touchpoint[self.inside].astype(np.int64), group)
        self.about = self._placed(self._about(columns)[self.inside], group)
        self.feeling = columns.feeling[self.inside]
        self.felt = ~np.isnan(self.feeling)
        if asked.journey is None:
            self.counted = (columns.picked & columns.member)[self.inside]
        else:
            self.counted = np.ones(len(self.inside), np.bool_)

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.names) * len(self.groups)

    def code(self, touchpoint: str | None, group: str | None = None) -> int:
        """Give the number of a place; one that no row has where there is none."""
        if touchpoint not in self.names or group not in self.groups:
            return self.size
        return self.names.index(touchpoint) * len(self.groups) + self.groups.index(group)

    def _placed(self, touchpoint: Array, group: Array | None) -> Array:
        """Turn touchpoints into places."""
        if group is None:
            return touchpoint
        return np.where(touchpoint < 0, -1, touchpoint * len(self.groups) + group)

    def _trips(self, group: Array | None) -> Trips:
        """Cut the trips and keep those that the selection picks."""
        columns, asked = self.columns, self.asked
        if asked.journey is not None:
            trips = cut(columns, asked.journey, asked.as_of_us)
        elif asked.split and asked.split.column is None:
            trips = _stretches(columns, asked, group)
        else:
            trips = _lives(columns, asked)
        keep = np.ones(len(trips), np.bool_) if asked.journey is None else asked.during(trips.start)
        for wanted in (columns.picked, columns.member):
            if len(trips) and not wanted.all():
                before = np.concatenate(([0], np.cumsum(wanted)))
                keep &= before[trips.last] > before[trips.first]
        if asked.journey is not None:
            trips = _with_what_is_around(trips, columns, asked.per)
        return trips if keep.all() else trips.chosen(keep)

    def _about(self, columns: Columns) -> Array:
        """Give the touchpoint that each row judges, its own by default; −1 for rows that judge nothing."""
        places = {name: place for place, name in enumerate(self.names)}
        code = np.array([*(places[name] for name in columns.names("about")), -1], np.int64)[columns.about]
        own = (code < 0) & ~np.isnan(columns.feeling)
        return np.where(own, columns.touchpoint, code)

    @cached_property
    def closed(self) -> Array:
        """Which trips are over."""
        return ~self.trips.open

    @cached_property
    def last_feeling(self) -> Array:
        """The last feeling of each trip; nan where it has none."""
        last = np.full(len(self.trips), np.nan)
        last[self.trip[self.felt]] = self.feeling[self.felt]  # of several for a trip, the last one stays
        return last

    @cached_property
    def pairs(self) -> Array:
        """Trip and touchpoint of every experience, as trip·(number of touchpoints) + touchpoint, ascending."""
        if self.group_of_trip is None:
            return self._distinct(self.at, self.about, self.size)
        of = len(self.groups)  # all of a trip is in one group: fewer cells to look at
        found = self._distinct(self.at // of, self.about // of, len(self.names))
        trip, touchpoint = found // max(1, len(self.names)), found % max(1, len(self.names))
        pairs: Array = trip * self.size + touchpoint * of + self.group_of_trip[trip]
        return pairs

    def _distinct(self, at: Array, about: Array, size: int) -> Array:
        """Give every trip·size + number that rows have, ascending."""
        keys = (self.trip * size + at)[at >= 0], (self.trip * size + about)[about >= 0]
        if len(self.trips) * size <= DENSE:
            table = np.zeros(len(self.trips) * size, np.bool_)
            for some in keys:
                table[some] = True
            return np.flatnonzero(table)
        return distinct(np.concatenate(keys))

    @property
    def pair_trip(self) -> Array:
        """The trip of every experience."""
        return self.pairs // max(1, self.size)

    @property
    def pair_touchpoint(self) -> Array:
        """The touchpoint of every experience."""
        return self.pairs % max(1, self.size)

    @cached_property
    def judged(self) -> tuple[Array, Array, Array]:
        """Whether each experience is known, whether it is bad, and whether facts tell so, not feelings alone."""
        columns, number = self.columns, len(self.pairs)
        limits = dict(self.asked.expected)
        each = np.array([limits.get(name, np.nan) for name in self.names])
        limit = np.append(np.repeat(each, len(self.groups)), np.nan)[self.at]
        wait, succeeded = columns.wait_s[self.inside], columns.succeeded[self.inside]
        with np.errstate(invalid="ignore"):
            bad = (succeeded == 0) | (wait > limit)
        known = ((succeeded >= 0) | ~np.isnan(wait - limit)) & (self.at >= 0)
        facts = np.flatnonzero(known)
        place = self._places(facts, self.at)
        by_facts = np.bincount(place, minlength=number) > 0
        is_bad = np.bincount(place, weights=bad[facts], minlength=number) > 0
        spoken = np.flatnonzero(self.felt & (self.about >= 0))
        place = self._places(spoken, self.about)
        is_known = by_facts | (np.bincount(place, minlength=number) > 0)
        is_bad |= np.bincount(place, weights=self.feeling[spoken], minlength=number) < 0
        return is_known, is_bad, by_facts

    def _places(self, rows: Array, touchpoint: Array) -> Array:
        """Give the place among the pairs of some rows' trip and touchpoint."""
        return np.searchsorted(self.pairs, self.trip[rows] * self.size + touchpoint[rows])

    @cached_property
    def customer(self) -> Array:
        """The customer of each trip, comparable everywhere; −1 where nobody is known."""
        found = np.full(len(self.trips), -1, np.int64)
        rows = self.columns.customer[self.inside]
        known = rows >= 0
        found[self.trip[known]] = rows[known]
        return found


def _with_what_is_around(trips: Trips, columns: Columns, per: str) -> Trips:
    """Let trips go on until the same owner's next one; let the first one of a ref begin with its first row."""
    owner = np.searchsorted(columns.bounds, trips.first, side="right")
    last = np.minimum(np.append(trips.first[1:], len(columns)), columns.bounds[owner])
    if per == "customer":
        return replace(trips, last=last)
    is_first = np.append(-1, owner[:-1]) != owner
    return replace(trips, first=np.where(is_first, columns.bounds[owner - 1], trips.first), last=last)


def touchpoints(columns: Columns) -> list[str]:
    """Give every touchpoint at which something happened, then those that are only spoken about."""
    return list(dict.fromkeys([*columns.names("touchpoint"), *columns.names("about")]))


def _lives(columns: Columns, asked: Asked) -> Trips:
    """Make one trip of everything an owner did in the period."""
    first, last = columns.bounds[:-1].copy(), columns.bounds[1:].copy()
    if asked.start_us is not None or asked.end_us is not None:
        during = np.concatenate(([0], np.cumsum(asked.during(columns.time))))
        number = during[last] - during[first]
        if asked.start_us is not None:
            early = np.concatenate(([0], np.cumsum(columns.time < asked.start_us)))
            first += early[last] - early[first]
        last = first + number
        first, last = first[number > 0], last[number > 0]
    none, no = np.full(len(first), -1), np.zeros(len(first), np.bool_)
    return Trips(len(columns), first, last, columns.owner[first], columns.time[first], none, no)


def _stretches(columns: Columns, asked: Asked, group: Array | None) -> Trips:
    """Make one trip of everything an owner did in each stretch of time that the period holds."""
    rows = np.flatnonzero(asked.during(columns.time))
    assert group is not None
    owner, when = columns.owner[rows], group[rows]
    changes = (owner[1:] != owner[:-1]) | (when[1:] != when[:-1])
    begins, ends = (np.append(True, changes), np.append(changes, True)) if len(rows) else (changes, changes)
    first, last = rows[begins], rows[ends] + 1
    none, no = np.full(len(first), -1), np.zeros(len(first), np.bool_)
    return Trips(len(columns), first, last, columns.owner[first], columns.time[first], none, no)
