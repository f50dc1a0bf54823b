"""Waits as rows, and the waiting account of trips: a kernel that adds up waits and how trips felt after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import ibis
import numpy as np

from heartline.core.selection import spec
from heartline.listen.intervals import Sums, independent
from heartline.store.kernel import Array, Columns, Kernel
from heartline.store.snapshot import Snapshot

from . import nobody
from .experience import COLUMNS, Asked, Lived
from .knee import Knee, knee, moments
from .reach import OfJourney, expected, question


@spec
class WaitsSpec(OfJourney):
    """Which waits, and which journey's account of them.

    Parameters
    ----------
    journey
        Adds what its closed trips waited at each touchpoint, and how long people bear it. Rows and figures of single
        waits are of all waits selected, whether in a trip or not.
    """


@dataclass(frozen=True)
class Waited:
    """What trips waited at a touchpoint: by trip, where the knee lies, and the trips that it was looked for in."""

    per_trip: Sums
    knee: Knee | None
    judged: int


@dataclass(frozen=True)
class Account:
    """The waiting account of a journey's closed trips, by touchpoint and in all."""

    places: dict[str, Waited]
    total: Sums

    def at(self, touchpoint: str) -> Waited:
        """Give what trips waited at a touchpoint; at one that is on no trip's owner, every trip waited not at all."""
        return self.places.get(touchpoint) or Waited(independent(self.total.n, 0.0, 0.0), None, 0)


@dataclass(frozen=True)
class Added:
    """What a kernel adds up: trips, sums and squares of their waits by touchpoint (last place: all), moments."""

    names: tuple[str, ...]
    trips: int
    s: Array
    q: Array
    points: Array


def waited(snapshot: Snapshot, asked: WaitsSpec) -> ibis.Table:
    """Give the selected interactions with a wait; `over` is 1 where it exceeds what is expected."""
    rows = snapshot.selected(asked, "customer", "touchpoint", "kind", "wait_s")
    step = rows.touchpoint.notnull() & (rows.kind.isnull() | (rows.kind != "assignment"))
    rows = rows.filter(step, rows.wait_s.notnull())
    return rows.mutate(over=over(rows, expected(snapshot)))


def over(rows: ibis.Table, limits: Mapping[str, float]) -> ibis.Value:
    """Give 1 for waits beyond what is expected at their touchpoint, else 0."""
    limit = nobody.limit(rows, limits)
    return ibis.ifelse((rows.wait_s > limit).fill_null(False), 1.0, 0.0)


def account(snapshot: Snapshot, asked: WaitsSpec) -> Account:
    """Fold the path index into the waiting account of a journey."""
    trips = question(snapshot, asked)
    found = snapshot.fold(Kernel(COLUMNS, partial(_added, trips), _joined), per=trips.per, selection=asked)
    places = {}
    for place, name in enumerate(found.names):
        per_trip = independent(found.trips, float(found.s[place]), float(found.q[place]))
        points = found.points[place]
        places[name] = Waited(per_trip, knee(points), round(float(points[:, 0].sum())))
    return Account(places, independent(found.trips, float(found.s[-1]), float(found.q[-1])))


def by_trip(lived: Lived) -> tuple[Array, Array]:
    """Give what each trip waited at each touchpoint it waited at: keys trip·touchpoints + touchpoint, and seconds."""
    wait = lived.columns.wait_s[lived.inside]
    rows = np.flatnonzero(~np.isnan(wait) & (lived.at >= 0) & lived.closed[lived.trip])
    keys, place = np.unique(lived.trip[rows] * len(lived.names) + lived.at[rows], return_inverse=True)
    return keys, np.bincount(place, weights=wait[rows], minlength=len(keys))


def _added(asked: Asked, columns: Columns) -> Added:
    lived = Lived(columns, asked)
    size = len(lived.names)
    keys, seconds = by_trip(lived)
    trip, place = (keys // size, keys % size) if size else (keys, keys)
    in_all = np.bincount(trip, weights=seconds, minlength=len(lived.trips))
    s = np.append(np.bincount(place, weights=seconds, minlength=size), in_all.sum())
    q = np.append(np.bincount(place, weights=seconds**2, minlength=size), (in_all**2).sum())
    felt = ~np.isnan(lived.last_feeling[trip])
    points = moments(seconds[felt], lived.last_feeling[trip[felt]], place[felt], size)
    return Added(tuple(lived.names), int(lived.closed.sum()), s, q, points)


def _joined(one: Added, other: Added) -> Added:
    return Added(one.names, one.trips + other.trips, one.s + other.s, one.q + other.q, one.points + other.points)
