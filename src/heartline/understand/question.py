"""Which trips a question is about: a journey, cut from all interactions, and what the selection picks of its trips."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import Protocol, TypeVar

import numpy as np

from heartline.core.errors import NotFound
from heartline.core.selection import Selection
from heartline.store.kernel import Array, Columns, Kernel
from heartline.store.selecting import check
from heartline.store.snapshot import Snapshot

from .trips import Journey, cut, journey

P = TypeVar("P")
P_co = TypeVar("P_co", covariant=True)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """A journey and a selection, made of plain values: it travels to where the rows are.

    Parameters
    ----------
    start_us, end_us
        The period in µs in which trips begin; None is open.
    as_of_us
        The moment of the snapshot in µs.
    selection
        The shared filters; what `picked` and `member` mean.
    collapse
        Whether a step that repeats the one before it is left out.
    """

    journey: Journey
    start_us: int | None
    end_us: int | None
    as_of_us: int
    selection: Selection
    collapse: bool = False

    @property
    def picks(self) -> bool:
        """Whether the selection filters by what rows say."""
        return bool(self.selection.row_filters)

    @property
    def members(self) -> bool:
        """Whether it is about a segment's customers."""
        return self.selection.segment is not None

    @property
    def columns(self) -> tuple[str, ...]:
        """What a kernel must ask for."""
        marks = (("picked",) if self.picks else ()) + (("member",) if self.members else ())
        return ("touchpoint", "customer", *marks)

    @property
    def largest_us(self) -> int:
        """More µs than pass between any two interactions of a trip."""
        limit = self.journey.within_us
        return (1 << 53 if limit is None else limit) + 1

    def during(self, time: Array) -> Array:
        """Tell which moments lie in the period."""
        found = np.ones(len(time), np.bool_)
        if self.start_us is not None:
            found &= time >= self.start_us
        if self.end_us is not None:
            found &= time < self.end_us
        return found


class Work(Protocol[P_co]):
    """What counts the trips of some owners: a module-level function."""

    def __call__(self, columns: Columns, *, question: Question) -> P_co:
        """Count."""


def ask(
    snapshot: Snapshot, selection: Selection, key: str, *, goal: str | None = None, collapse: bool = False
) -> Question:
    """Put a journey and a selection into a question.

    Raises
    ------
    NotFound
        `unknown_journey`, `unknown_touchpoint`, `unknown_unit`, …: neither defined nor in the data.
    """
    for name, keys in selection.row_filters.items():
        check(snapshot, name, keys)
    if goal is not None:
        known_touchpoint(snapshot, goal, field="goal")
    zone = snapshot.definitions.settings["timezone"]
    start, end = snapshot.period(selection).bounds(zone)
    return Question(
        journey=journey(snapshot, key, goal=goal),
        start_us=micros(start),
        end_us=micros(end),
        as_of_us=micros(snapshot.time) or 0,
        selection=Selection(**{part.name: getattr(selection, part.name) for part in fields(Selection)}),
        collapse=collapse,
    )


def fold(snapshot: Snapshot, question: Question, work: Work[P], merge: Callable[[P, P], P], *more: str) -> P:
    """Answer a question about trips: `work` counts those of some owners, `merge` joins what was counted.

    Parameters
    ----------
    more
        Columns that `work` reads beside the question's.
    """
    kernel = Kernel((*question.columns, *more), partial(work, question=question), merge)
    return snapshot.fold(kernel, per=question.journey.per, selection=question.selection)


def known_touchpoint(snapshot: Snapshot, key: str, *, field: str) -> None:
    """Refuse a touchpoint that nobody defined and no row carries."""
    try:
        check(snapshot, "touchpoint", [key])
    except NotFound as error:
        raise NotFound(error.code, error.reason, field=field, remedy=error.remedy) from None


def micros(moment: datetime | None) -> int | None:
    """Give a moment as whole µs since 1970."""
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


class Walked:
    """The chosen trips of some owners as steps; rows that are no step, collapsed, or outside of them are left out.

    Parameters
    ----------
    columns
        Rows of whole owners, with the question's columns.
    """

    def __init__(self, columns: Columns, question: Question) -> None:
        self.columns = columns
        self.question = question
        self.names = tuple(columns.names("touchpoint"))
        self.all_trips = cut(columns, question.journey, question.as_of_us)
        chosen = self._chosen()
        self.trips = self.all_trips if chosen.all() else self.all_trips.chosen(chosen)
        self.touchpoint, self.time, self.trip = columns.touchpoint, columns.time, self.trips.trip_of_row
        keep = (self.touchpoint >= 0) & (self.trip >= 0)
        if question.collapse and len(keep):
            keep = self._without_repeats(keep)
        self.rows: Array | None = None
        if not keep.all():
            self.rows = np.flatnonzero(keep)
            self.touchpoint, self.time, self.trip = (
                array[self.rows] for array in (self.touchpoint, self.time, self.trip)
            )

    @cached_property
    def first(self) -> Array:
        """The place of each trip's first step, and after the last one the number of steps."""
        if self.rows is None:
            return np.append(self.trips.first, len(self.trip))
        return np.append(np.searchsorted(self.rows, self.trips.first), len(self.trip))

    @cached_property
    def lengths(self) -> Array:
        """How many steps each trip has; at least one."""
        return np.diff(self.first)

    @cached_property
    def duration_us(self) -> Array:
        """The time from each trip's first step to its last, in µs."""
        found: Array = self.time[self.first[1:] - 1] - self.trips.start
        return found

    @cached_property
    def goal(self) -> Array:
        """The step at which each trip reached its goal; −1 where it did not."""
        if self.rows is None:
            return self.trips.goal
        return np.where(self.trips.goal < 0, -1, np.searchsorted(self.rows, self.trips.goal))

    @cached_property
    def customer(self) -> Array:
        """Each trip's customer: the first of its rows whose customer is known; −1 where none is."""
        people = self.columns.customer
        found: Array = people[self.trips.first]
        if (found >= 0).all():
            return found
        known = np.flatnonzero(people >= 0)
        place = np.append(known, len(people))[np.searchsorted(known, self.trips.first)]
        return np.where(place < self.trips.last, np.append(people, -1)[place], -1)

    @cached_property
    def asked(self) -> Array:
        """Which rows the selection is about by themselves: steps in its period that match its filters."""
        rows = self.question.during(self.columns.time) & (self.columns.touchpoint >= 0)
        for mark in self._marks():
            rows &= mark
        return rows

    @cached_property
    def outside(self) -> Array:
        """Which of the asked rows belong to no trip at all."""
        found: Array = self.asked & (self.all_trips.trip_of_row < 0)
        return found

    def _without_repeats(self, keep: Array) -> Array:
        """Drop steps at the touchpoint of the step before them, whatever lies between that is no step."""
        rows = np.flatnonzero(keep)
        repeat = (self.touchpoint[rows[1:]] == self.touchpoint[rows[:-1]]) & (
            self.trip[rows[1:]] == self.trip[rows[:-1]]
        )
        keep = keep.copy()
        keep[rows[1:][repeat]] = False
        return keep

    def _chosen(self) -> Array:
        """Pick trips: by their start, then those that hold a row with every mark."""
        trips = self.all_trips
        keep = self.question.during(trips.start)
        for mark in self._marks():
            before = np.concatenate(([0], np.cumsum(mark)))
            keep &= before[trips.last] > before[trips.first]
        return keep

    def _marks(self) -> list[Array]:
        marks = []
        if self.question.picks:
            marks.append(self.columns.picked)
        if self.question.members:
            marks.append(self.columns.member)
        return marks
