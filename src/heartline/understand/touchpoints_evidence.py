"""The rows behind the numbers of `touchpoints`: interactions, people, or trips with how they ended."""

from __future__ import annotations

from functools import partial
from typing import Any

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
from .experience import COLUMNS, Asked, Lived
from .reach import TouchpointsSpec, question

ROWS = {"interactions": "count", "people_unknown": "share", "feeling": "mean", "people": "count"}
"""Numbers that interactions stand behind, or the people of interactions, and their measure."""
TRIPS = {"trips": "count", "open_trips": "count", "share_bad": "share", "after_good": "mean", "after_bad": "mean",
         "after_none": "mean", "contrast": "contrast"}  # fmt: skip
"""Numbers that trips stand behind, and their measure."""
FIGURES = ("interactions", "people", "people_unknown", "trips", "open_trips")
SHOWN = ("id", "occurred_at", "customer", "touchpoint", "about", "feeling", "wait_s", "succeeded", "text")


def touchpoints_evidence(lake: Lake, spec: TouchpointsSpec, which: Which) -> Evidence:
    """List what stands behind a number of a touchpoint, or of all together."""
    snapshot = lake.at(spec.as_of)
    wanted = which.figure or str(which.column)
    if which.figure and wanted not in FIGURES:
        raise unknown("figure", wanted, list(FIGURES), field="figure")
    counted = which.column is not None and wanted.endswith("_n")
    name = wanted.removesuffix("_n") if counted else wanted
    if name not in {**ROWS, **TRIPS}:
        raise no_evidence(which)
    measure = "count" if counted else {**ROWS, **TRIPS}[name]
    place = None if which.figure else str(which.row.get("touchpoint"))
    asked = question(snapshot, spec)
    if name in TRIPS:
        return Evidence("trips", measure, _trips(snapshot, spec, asked, name, place))
    rows = _interactions(snapshot, spec, asked, name, place)
    if name == "people":
        return Evidence("customers", measure, _people(snapshot, rows))
    return Evidence("interactions", measure, Listed(snapshot, rows))


def _interactions(snapshot: Snapshot, spec: TouchpointsSpec, asked: Asked, name: str, place: str | None) -> ibis.Table:
    """Give the interactions at a touchpoint, or those about it too, with their `value`."""
    if asked.journey is None:
        rows = nobody.contacts(snapshot, spec, dict(asked.expected))
        spoken = rows.feeling.notnull() & rows.about.notnull()
        at, about = (_is(rows.touchpoint, place), _is(rows.about, place))
    else:
        rows = _of_trips(snapshot, spec, asked, place)
        spoken, at, about = rows.feeling.notnull() & rows.judges, rows.here, rows.judges
    kept = {"interactions": at, "feeling": about & spoken}.get(name, at | about)
    if name == "people":
        kept = kept & rows.customer.notnull()
    rows = rows.filter(kept)
    value = rows.feeling if name == "feeling" else rows.customer.isnull().cast("float64")
    return rows.mutate(value=value).select(*SHOWN, "value")


def _is(column: ibis.Value, place: str | None) -> ibis.Value:
    return column.notnull() if place is None else (column == place).fill_null(False)


def _of_trips(snapshot: Snapshot, spec: TouchpointsSpec, asked: Asked, place: str | None) -> ibis.Table:
    """Give the interactions of the picked trips at or about a touchpoint, saying which of both."""
    kernel = Kernel((*COLUMNS, "id"), partial(_contacts, asked, place), both)
    found = snapshot.fold(kernel, per=asked.per, selection=spec)
    memory = snapshot.lake.engine.memory(found).rename(found_id="id")
    rows = snapshot.rows(*SHOWN)
    return rows.inner_join(memory, rows.id == memory.found_id).drop("found_id")


def _contacts(asked: Asked, place: str | None, columns: Columns) -> pa.Table:
    """List ids of the rows of trips at or about a touchpoint."""
    lived = Lived(columns, asked)
    here, judges = lived.at >= 0, lived.about >= 0
    if place is not None:
        code = lived.names.index(place) if place in lived.names else len(lived.names)
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


def _trips(snapshot: Snapshot, spec: TouchpointsSpec, asked: Asked, name: str, place: str | None) -> pa.Table:
    """List trips with what they bring to a number, and the experiences of nobody known that do."""
    kernel = Kernel(COLUMNS, partial(_ended, asked, name, place), both)
    found = snapshot.fold(kernel, per=asked.per, selection=spec)
    if name != "share_bad" or asked.journey is not None or place is None:
        return found
    rows = nobody.contacts(snapshot, spec, dict(asked.expected))
    rows = nobody.at(rows.filter(rows.customer.isnull()), place)
    rows = rows.filter(rows.known)
    alone = rows.select(
        owner=ibis.null("string"), started_at=rows.occurred_at, last_at=rows.occurred_at,
        last_feeling=rows.feeling, group=ibis.ifelse(rows.bad, "bad", "good"), value=rows.bad.cast("float64"),
    )  # fmt: skip
    return pa.concat_tables([found, snapshot.execute(alone).cast(found.schema)])


def _ended(asked: Asked, name: str, place: str | None, columns: Columns) -> pa.Table:
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


def _groups(lived: Lived, place: str | None) -> Array:
    """Say of each trip how it went at the touchpoint: good, bad, unknown, or none if it never came."""
    group = np.full(len(lived.trips), "none", dtype="<U7")
    if place is None or place not in lived.names:
        return group
    here = lived.pair_touchpoint == lived.names.index(place)
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
