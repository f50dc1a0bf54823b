"""Trips: how the interactions of customers, or of orders, are cut into passages through a journey.

Every verb about journeys and paths stands on this one implementation. No loop runs over owners or rows: trips that
follow from one another are found by jumping from all of them to their next ones at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from heartline.core.errors import InvalidInput
from heartline.store.kernel import PER, Array, Columns
from heartline.store.snapshot import Snapshot

ENDS = ("goal", "limit")
_ROUNDS = 64
"""Trips of one owner that are found jump by jump; who has more is worth computing all jumps at once."""


@dataclass(frozen=True)
class Journey:
    """A journey's definition.

    Parameters
    ----------
    starts
        The touchpoints at which a trip begins; None for any: the first interaction after the last trip ended.
    goal
        The touchpoint that is the aim; None where there is none.
    ends
        `goal`: a trip ends at its goal or its limit; `limit`: it goes on to its limit, the goal only marks success.
    within_us
        The time limit in µs: an interaction exactly so long after the start still belongs; None for no limit.
    """

    key: str
    label: str
    counted_as: str
    per: str
    starts: tuple[str, ...] | None
    goal: str | None
    ends: str = "goal"
    within_us: int | None = None
    designed: tuple[str, ...] = ()


def journey(snapshot: Snapshot, key: str, *, goal: str | None = None) -> Journey:
    """Give a journey as it is defined at a version, if wanted with another goal.

    Raises
    ------
    NotFound
        `unknown_journey`.
    InvalidInput
        `bad_journey` when its definition says something that cannot be.
    """
    body = snapshot.definitions.get("journey", key)
    starts = body.get("starts", "any")
    starts = (starts,) if isinstance(starts, str) else tuple(starts)
    within = body.get("within_s")
    found = Journey(
        key=key,
        label=body.get("label") or key,
        counted_as=body.get("counted_as") or "trips",
        per=body.get("per") or "customer",
        starts=None if starts == ("any",) else starts,
        goal=goal or body.get("goal"),
        ends=body.get("ends") or "goal",
        within_us=None if within is None else round(float(within) * 1_000_000),
        designed=tuple(body.get("designed") or ()),
    )
    for field, value, allowed in (("per", found.per, tuple(PER)), ("ends", found.ends, ENDS)):
        if value not in allowed:
            raise InvalidInput(
                "bad_journey", f"The journey “{key}” has “{field}: {value}”.", field="journey",
                remedy=f"Define it with {field}: {' or '.join(allowed)}.",
            )  # fmt: skip
    return found


@dataclass(frozen=True)
class Trips:
    """Trips by owner, then start; one place in each array for a trip.

    Parameters
    ----------
    rows
        How many rows there are in the columns that were cut.
    first, last
        Its rows: from `first` up to, but without, `last`.
    owner
        Its owner's code.
    start
        When it began, in µs.
    goal
        The row at which it reached its goal; −1 where it did not.
    open
        Whether it may still reach it: younger than its limit, without goal, and its owner did not start again.
    """

    rows: int
    first: Array
    last: Array
    owner: Array
    start: Array
    goal: Array
    open: Array

    def __len__(self) -> int:
        return len(self.first)

    def chosen(self, keep: Array) -> Trips:
        """Give some of the trips: a mask, or their places in order."""
        arrays = (self.first, self.last, self.owner, self.start, self.goal, self.open)
        return Trips(self.rows, *(array[keep] for array in arrays))

    @cached_property
    def trip_of_row(self) -> Array:
        """Every row's trip (int32), −1 for rows outside of trips."""
        before = np.concatenate(([0], self.last[:-1])) if len(self) else np.zeros(0, np.int64)
        lengths = np.stack((self.first - before, self.last - self.first), axis=1).ravel()
        trips = np.full(2 * len(self) + 1, -1, np.int32)
        trips[1::2] = np.arange(len(self))
        end = self.last[-1] if len(self) else 0
        return np.repeat(trips, np.append(lengths, self.rows - end))

    @cached_property
    def lengths(self) -> Array:
        """How many rows each trip has."""
        return self.last - self.first


def cut(columns: Columns, journey: Journey, as_of_us: int) -> Trips:
    """Cut the rows of whole owners into trips.

    A row that is a start ends the trip before it and begins the next one, unless it is the goal that this trip was
    waiting for. The first row of a trip can be its goal. Rows that are no step (touchpoint −1) begin and end nothing;
    they belong to the trip in whose stretch they lie.

    Parameters
    ----------
    columns
        With `touchpoint`.
    as_of_us
        The moment at which a trip is open or not, in µs.
    """
    ended = _Cutting(columns, journey).trips()
    start = columns.time[ended.first]
    young = np.ones(len(start), np.bool_) if journey.within_us is None else as_of_us - start < journey.within_us
    opened = young & (ended.goal < 0) & ~ended.restarted
    return Trips(len(columns), ended.first, ended.last, columns.owner[ended.first], start, ended.goal, opened)


class _Ended(NamedTuple):
    """Trips by their first row: the end (exclusive), the goal or −1, and whether a new start ended it."""

    first: Array
    last: Array
    goal: Array
    restarted: Array


class _Cutting:
    """Where trips may begin, and how each ends."""

    def __init__(self, columns: Columns, journey: Journey) -> None:
        self.time = columns.time
        self.bounds = columns.bounds
        self.size = len(columns)
        self.within = journey.within_us
        self.to_limit = journey.ends == "limit"
        self.anywhere = journey.starts is None
        names = columns.names("touchpoint")
        self.goals = _Marks(columns, names, (journey.goal,) if journey.goal else ())
        self.starts = _Marks(columns, names, names if journey.starts is None else journey.starts)
        swallowed = journey.starts is not None and len(journey.starts) > 1 and journey.goal in journey.starts
        self.all_start = not self.anywhere and not swallowed

    def trips(self) -> _Ended:
        """Find every trip, in order."""
        if self.all_start:  # no goal ever swallows a start
            return self._ended(self.starts.rows)
        found = []
        roots = self._start_from(self.bounds[:-1], self.bounds[1:])
        for _ in range(_ROUNDS):
            if not len(roots):
                break
            found.append(self._ended(roots))
            roots = self._start_from(found[-1].last, self._end(roots))
        if len(roots):
            found.append(self._all_after(roots))
        if len(found) == 1:
            return found[0]
        if not found:
            return self._ended(np.zeros(0, np.int64))
        whole = [np.concatenate(part) for part in zip(*found, strict=True)]
        order = np.argsort(whole[0])
        return _Ended(*(part[order] for part in whole))

    def _ended(self, first: Array) -> _Ended:
        """End the trips that begin at rows."""
        limit = self._limit(first)
        goal = self.goals.after(first)
        again = limit
        if not self.anywhere:
            again = self.starts.after(first + 1)
            awaited = (again == goal) & (goal < limit)
            again = np.where(awaited, self.starts.after(again + 1), again)
        last = np.minimum(limit, again)
        reached = goal < last
        restarted = again < limit
        if not self.to_limit:
            last = np.where(reached, goal + 1, last)
            restarted &= ~reached
        return _Ended(first, last, np.where(reached, goal, -1), restarted)

    def _start_from(self, rows: Array, ends: Array) -> Array:
        """Give the first start at or after each row and before its owner's end, where there is one."""
        start = self.starts.after(rows)
        return start[start < ends]

    def _all_after(self, roots: Array) -> _Ended:
        """Find the trips that begin at rows and all that follow them, by doubling jumps over every possible start."""
        starts = self.starts.rows
        every = self._ended(starts)
        follower = np.searchsorted(starts, every.last)
        begins = np.append(starts, self.size)[follower]
        jump = np.append(np.where(begins < self._end(starts), follower, len(starts)), len(starts))
        reached = np.zeros(len(starts) + 1, np.bool_)
        reached[np.searchsorted(starts, roots)] = True
        before, now = 0, len(roots)
        while before < now:
            reached[jump[reached]] = True
            jump = jump[jump]
            before, now = now, int(reached.sum())
        return _Ended(*(part[reached[:-1]] for part in every))

    def _end(self, rows: Array) -> Array:
        """Give the row after the last of each row's owner."""
        found: Array = self.bounds[np.searchsorted(self.bounds, rows, side="right")]
        return found

    def _limit(self, first: Array) -> Array:
        """Give the first row of the same owner that lies beyond the time limit."""
        end = self._end(first)
        if self.within is None:
            return end
        deadline = self.time[first] + self.within
        late = np.flatnonzero(self.time[end - 1] > deadline)
        end[late] = _bisect(self.time, first[late], end[late], deadline[late])
        return end


class _Marks:
    """The rows at any of some touchpoints."""

    def __init__(self, columns: Columns, names: list[str], wanted: Sequence[str]) -> None:
        self.size = len(columns)
        if wanted is names:
            self._mark = columns.touchpoint >= 0
        else:
            known = set(wanted)
            among = np.array([*(name in known for name in names), False])  # the last place is for −1
            self._mark = among[columns.touchpoint]
        self._every = bool(self._mark.all())

    @cached_property
    def rows(self) -> Array:
        """The rows, ascending."""
        return np.flatnonzero(self._mark)

    @cached_property
    def _and_none(self) -> Array:
        return np.append(self.rows, self.size)

    def after(self, least: Array) -> Array:
        """Give the first of the rows that is at or after each bound; the number of rows where there is none."""
        if self._every:
            return np.minimum(least, self.size)
        found: Array = self._and_none[np.searchsorted(self.rows, least)]
        return found


def _bisect(time: Array, low: Array, high: Array, deadline: Array) -> Array:
    """Give the first row after the deadline in each stretch, of which the first row is before it and the last after."""
    low, high = low.copy(), high - 1
    while (open_ := high - low > 1).any():
        middle = (low + high) // 2
        late = time[middle] > deadline
        high = np.where(open_ & late, middle, high)
        low = np.where(open_ & ~late, middle, low)
    return high
