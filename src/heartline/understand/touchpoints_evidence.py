"""The rows behind the numbers of `touchpoints`: interactions, people, or trips with how they ended."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import ibis
import numpy as np
import pyarrow as pa

from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence
from heartline.store.kernel import Array, Columns, Kernel
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.schema import MOMENT
from heartline.store.snapshot import Snapshot

from . import nobody
from .experience import Asked, Lived
from .reach import TouchpointsSpec, question
from .splitting import stretch

ROWS = {"interactions": "count", "people_unknown": "share", "feeling": "mean", "people": "count"}
"""Numbers that interactions stand behind, or the people of interactions, and their measure."""
TRIPS = {"trips": "count", "open_trips": "count", "share_bad": "share", "after_good": "mean", "after_bad": "mean",
         "after_none": "mean", "contrast": "contrast"}  # fmt: skip
"""Numbers that trips stand behind, and their measure."""
FIGURES = ("interactions", "people", "people_unknown", "trips", "open_trips")
SHOWN = ("id", "occurred_at", "customer", "touchpoint", "about", "feeling", "wait_s", "succeeded", "text")


class Place(NamedTuple):
    """A touchpoint, and where touchpoints are split, one group of it."""

    touchpoint: str
    group: str | None = None


def touchpoints_evidence(lake: Lake, spec: TouchpointsSpec, which: Which) -> Evidence:
    """List what stands behind a number of a touchpoint, or of all together."""
    snapshot = lake.at(spec.as_of)
    split = spec.every or spec.by
    if spec.every and which.column is not None:  # a stretch of time is what one would find by asking for it alone
        spec = replace(spec, every=None, period=stretch(snapshot, spec, which.row))
    wanted = which.figure or str(which.column)
    if which.figure and wanted not in FIGURES:
        raise unknown("figure", wanted, list(FIGURES), field="figure")
    counted = which.column is not None and wanted.endswith("_n")
    name = wanted.removesuffix("_n") if counted else wanted
    if name not in {**ROWS, **TRIPS}:
        raise no_evidence(which)
    measure = "count" if counted else {**ROWS, **TRIPS}[name]
    group = which.row.get(spec.by) if spec.by else None
    place = None if which.figure else Place(str(which.row.get("touchpoint")), group)
    asked = question(snapshot, spec)
    if name in TRIPS:
        rows = _trips(snapshot, spec, asked, name, place)
        return Evidence("trips", measure, rows[:0] if split and name == "after_none" else rows)
    table = _interactions(snapshot, spec, asked, name, place)
    if name == "people":
        return Evidence("customers", measure, _people(snapshot, table))
    return Evidence("interactions", measure, Listed(snapshot, table))


def _interactions(
    snapshot: Snapshot, spec: TouchpointsSpec, asked: Asked, name: str, place: Place | None
) -> ibis.Table:
    """Give the interactions at a touchpoint, or those about it too, with their `value`."""
    if asked.journey is None:
        rows = _contacts_of(snapshot, spec, asked, place)
        spoken = rows.feeling.notnull() & rows.about.notnull()
        touchpoint = place.touchpoint if place else None
        at, about = (_is(rows.touchpoint, touchpoint), _is(rows.about, touchpoint))
    else:
        rows = _of_trips(snapshot, spec, asked, place)
        spoken, at, about = rows.feeling.notnull() & rows.judges, rows.here, rows.judges
    kept = {"interactions": at, "feeling": about & spoken}.get(name, at | about)
    if name == "people":
        kept = kept & rows.customer.notnull()
    rows = rows.filter(kept)
    value = rows.feeling if name == "feeling" else rows.customer.isnull().cast("float64")
    return rows.mutate(value=value).select(*SHOWN, "value")


def _contacts_of(snapshot: Snapshot, spec: TouchpointsSpec, asked: Asked, place: Place | None) -> ibis.Table:
    """Give the rows that say something of touchpoints, of one group where they are split."""
    rows = nobody.contacts(snapshot, spec, dict(asked.expected), by=spec.by)
    if spec.by is None or place is None:
        return rows
    return rows.filter(rows.group.isnull() if place.group is None else rows.group == place.group)


def _is(column: ibis.Value, place: str | None) -> ibis.Value:
    return column.notnull() if place is None else (column == place).fill_null(False)


def _of_trips(snapshot: Snapshot, spec: TouchpointsSpec, asked: Asked, place: Place | None) -> ibis.Table:
    """Give the interactions of the picked trips at or about a touchpoint, saying which of both."""
    kernel = Kernel((*asked.columns, "id"), partial(_contacts, asked, place), both)
    found = snapshot.fold(kernel, per=asked.per, selection=spec)
    memory = snapshot.lake.engine.memory(found).rename(found_id="id")
    rows = snapshot.rows(*SHOWN)
    return rows.inner_join(memory, rows.id == memory.found_id).drop("found_id")


def _contacts(asked: Asked, place: Place | None, columns: Columns) -> pa.Table:
    """List ids of the rows of trips at or about a touchpoint."""
    lived = Lived(columns, asked)
    here, judges = lived.at >= 0, lived.about >= 0
    if place is not None:
        code = lived.code(place.touchpoint, place.group)
        here, judges = lived.at == code, lived.about == code
    rows = np.flatnonzero(here | judges)
    ids = pa.array(columns.ids(lived.inside[rows]), pa.string())
    return pa.table({"id": ids, "here": here[rows], "judges": judges[rows]})


def _people(snapshot: Snapshot, rows: ibis.Table) -> Listed:
    """Give the customers of some interactions, with when they were first and last seen among them."""
    people = rows.group_by("customer").aggregate(
        first_at=rows.occurred_at.min(), occurred_at=rows.occurred_at.max(), value=rows.count()
    )
    return Listed(snapshot, people)


def _trips(snapshot: Snapshot, spec: TouchpointsSpec, asked: Asked, name: str, place: Place | None) -> pa.Table:
    """List trips with what they bring to a number, and the experiences of nobody known that do."""
    kernel = Kernel(asked.columns, partial(_ended, asked, name, place), both)
    found = snapshot.fold(kernel, per=asked.per, selection=spec)
    if name != "share_bad" or asked.journey is not None or place is None:
        return found
    rows = _contacts_of(snapshot, spec, asked, place)
    rows = nobody.at(rows.filter(rows.customer.isnull()), place.touchpoint)
    rows = rows.filter(rows.known)
    alone = rows.select(
        owner=ibis.null("string"), started_at=rows.occurred_at, last_at=rows.occurred_at,
        last_feeling=rows.feeling, group=ibis.ifelse(rows.bad, "bad", "good"), value=rows.bad.cast("float64"),
    )  # fmt: skip
    return pa.concat_tables([found, snapshot.execute(alone).cast(found.schema)])


def _ended(asked: Asked, name: str, place: Place | None, columns: Columns) -> pa.Table:
    """List some owners' trips that stand behind a number."""
    lived = Lived(columns, asked)
    group = _groups(lived, place)
    end, closed = lived.last_feeling, lived.closed
    ended = closed & ~np.isnan(end)
    keep = {
        "trips": closed,
        "open_trips": ~closed,
        "share_bad": closed & ((group == "good") | (group == "bad")),
        "contrast": ended & ((group == "good") | (group == "bad")),
    }.get(name, ended & (group == name.removeprefix("after_")))
    value = (group == "bad").astype(float) if name == "share_bad" else end
    return listed(lived, np.flatnonzero(keep), group, value)


def _groups(lived: Lived, place: Place | None) -> Array:
    """Say of each trip how it went at the touchpoint: good, bad, unknown, or none if it never came."""
    group = np.full(len(lived.trips), "none", dtype="<U7")
    if place is None:
        return group
    here = lived.pair_touchpoint == lived.code(place.touchpoint, place.group)
    known, bad, _ = lived.judged
    group[lived.pair_trip[here]] = np.where(bad[here], "bad", np.where(known[here], "good", "unknown"))
    return group


def listed(lived: Lived, some: Array, group: Array | None, value: Array) -> pa.Table:
    """List some trips: owner, when they began and were last heard of, their last feeling, group and value."""
    trips, time = lived.trips, lived.columns.time

    def moments(values: Array) -> pa.Array:
        return pa.array(values.astype("datetime64[us]")).cast(MOMENT)

    def known(values: Array) -> pa.Array:
        return pa.array(values, from_pandas=True)

    columns: dict[str, Any] = {
        "owner": pa.array(lived.columns.owners(trips.owner[some]), pa.string()),
        "started_at": moments(trips.start[some]),
        "last_at": moments(time[trips.last[some] - 1] if len(some) else np.zeros(0, np.int64)),
        "last_feeling": known(lived.last_feeling[some]),
        "group": pa.nulls(len(some), pa.string()) if group is None else pa.array(group[some].tolist(), pa.string()),
        "value": known(value[some]),
    }
    return pa.table(columns)


def both(one: pa.Table, other: pa.Table) -> pa.Table:
    """Put two listings together."""
    return pa.concat_tables([one, other])
