"""Waits as rows, and the waiting account of trips: a kernel that adds up waits and how trips felt after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Literal

import ibis
import numpy as np

from heartline.core.selection import spec
from heartline.listen.intervals import Sums, independent
from heartline.store.kernel import Array, Columns, Kernel
from heartline.store.snapshot import Snapshot

from . import nobody
from .experience import Asked, Lived
from .knee import Knee, knee, moments
from .reach import OfJourney, expected, question
from .splitting import with_group


@spec
class WaitsSpec(OfJourney):
    """Which waits, and which journey's account of them.

    Parameters
    ----------
    journey
        Adds what its closed trips waited at each touchpoint, and how long people bear it. Rows and figures of single
        waits are of all waits selected, whether in a trip or not.
    every
        A row per touchpoint and `day`, `week`, `month`, `quarter` or `year` of company time: that of the wait, and for
        what a journey's trips waited that in which the trip began.
    """

    every: Literal["day", "week", "month", "quarter", "year"] | None = None


@dataclass(frozen=True)
class Waited:
    """What trips waited at a touchpoint: by trip, where the knee lies, and the trips that it was looked for in.

    Of a stretch of time no knee is looked for.
    """

    per_trip: Sums
    knee: Knee | None = None
    judged: int = 0


@dataclass(frozen=True)
class Account:
    """The waiting account of a journey's closed trips, by touchpoint and stretch of time, and in all.

    Parameters
    ----------
    trips
        Closed trips that began in each stretch; the stretch None is all of the period.
    """

    places: dict[tuple[str, str | None], Waited]
    trips: dict[str | None, int]
    total: Sums

    def at(self, touchpoint: str, stretch: str | None = None) -> Waited:
        """Give what trips waited at a touchpoint; at one that is on no trip's owner, every trip waited not at all."""
        nothing = Waited(independent(self.trips.get(stretch, 0), 0.0, 0.0))
        return self.places.get((touchpoint, stretch), nothing)


@dataclass(frozen=True)
class Added:
    """What a kernel adds up: sums and squares of trips' waits by place (last place: all), and moments of these.

    A place is a touchpoint in a stretch of time; trips are counted by stretch, and moments only where there is one.
    """

    names: tuple[str, ...]
    groups: tuple[str | None, ...]
    trips: Array
    s: Array
    q: Array
    points: Array


def waited(snapshot: Snapshot, asked: WaitsSpec) -> ibis.Table:
    """Give the selected interactions with a wait; `over` is 1 where it exceeds what is expected.

    Where time is split, `group` is the first day of the stretch in which it happened.
    """
    when = ("occurred_at",) if asked.every else ()
    rows = snapshot.selected(asked, "customer", "touchpoint", "kind", "wait_s", *when)
    step = rows.touchpoint.notnull() & (rows.kind.isnull() | (rows.kind != "assignment"))
    rows = rows.filter(step, rows.wait_s.notnull())
    rows = rows.mutate(over=over(rows, expected(snapshot)))
    return with_group(snapshot, rows, asked.every, None, snapshot.period(asked)) if asked.every else rows


def over(rows: ibis.Table, limits: Mapping[str, float]) -> ibis.Value:
    """Give 1 for waits beyond what is expected at their touchpoint, else 0."""
    limit = nobody.limit(rows, limits)
    return ibis.ifelse((rows.wait_s > limit).fill_null(False), 1.0, 0.0)


def account(snapshot: Snapshot, asked: WaitsSpec) -> Account:
    """Fold the path index into the waiting account of a journey."""
    trips = question(snapshot, asked, asked.every)
    found = snapshot.fold(Kernel(trips.columns, partial(_added, trips), _joined), per=trips.per, selection=asked)
    number = dict(zip(found.groups, found.trips.tolist(), strict=True))
    places = {}
    for place, (name, group) in enumerate(product(found.names, found.groups)):
        per_trip = independent(number[group], float(found.s[place]), float(found.q[place]))
        places[name, group] = Waited(per_trip)
        if len(found.points):
            points = found.points[place]
            places[name, group] = Waited(per_trip, knee(points), round(float(points[:, 0].sum())))
    total = independent(int(found.trips.sum()), float(found.s[-1]), float(found.q[-1]))
    return Account(places, number, total)


def by_trip(lived: Lived) -> tuple[Array, Array]:
    """Give what each trip waited at each touchpoint it waited at: keys trip·places + place, and seconds."""
    wait = lived.columns.wait_s[lived.inside]
    rows = np.flatnonzero(~np.isnan(wait) & (lived.at >= 0) & lived.closed[lived.trip])
    keys, place = np.unique(lived.trip[rows] * lived.size + lived.at[rows], return_inverse=True)
    return keys, np.bincount(place, weights=wait[rows], minlength=len(keys))


def _added(asked: Asked, columns: Columns) -> Added:
    lived = Lived(columns, asked)
    size = lived.size
    keys, seconds = by_trip(lived)
    trip, place = (keys // size, keys % size) if size else (keys, keys)
    in_all = np.bincount(trip, weights=seconds, minlength=len(lived.trips))
    s = np.append(np.bincount(place, weights=seconds, minlength=size), in_all.sum())
    q = np.append(np.bincount(place, weights=seconds**2, minlength=size), (in_all**2).sum())
    points = moments(np.zeros(0), np.zeros(0), np.zeros(0, np.int64), 0)
    if asked.split is None:
        felt = ~np.isnan(lived.last_feeling[trip])
        points = moments(seconds[felt], lived.last_feeling[trip[felt]], place[felt], size)
    group = np.zeros(len(lived.trips), np.int64) if lived.group_of_trip is None else lived.group_of_trip
    trips = np.bincount(group[lived.closed], minlength=len(lived.groups))
    return Added(tuple(lived.names), lived.groups, trips, s, q, points)


def _joined(one: Added, other: Added) -> Added:
    trips, points = one.trips + other.trips, one.points + other.points
    return Added(one.names, one.groups, trips, one.s + other.s, one.q + other.q, points)
