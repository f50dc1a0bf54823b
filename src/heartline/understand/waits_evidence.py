"""The rows behind the numbers of `waits`: interactions with their wait, or trips with all of theirs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa

from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence
from heartline.store.kernel import Columns, Kernel
from heartline.store.lake import Lake
from heartline.store.listing import Listed

from .experience import COLUMNS, Asked, Lived
from .reach import expected, question
from .splitting import stretch
from .touchpoints_evidence import both, listed
from .waiting import WaitsSpec, by_trip, over

MEASURES = {"n": "count", "waits": "count", "median_s": "median", "p90_s": "p90", "mean_s": "mean", "over": "share",
            "total_s": "sum"}  # fmt: skip
FIGURES = ("waits", "median_s", "p90_s", "total_s", "over", "per_trip_s")
SHOWN = ("id", "occurred_at", "customer", "touchpoint", "ref", "wait_s", "succeeded", "feeling", "text")


def waits_evidence(lake: Lake, spec: WaitsSpec, which: Which) -> Evidence:
    """List what stands behind a number of a touchpoint's waits, or of all."""
    snapshot = lake.at(spec.as_of)
    split = spec.every
    if spec.every and which.column is not None:
        spec = replace(spec, every=None, period=stretch(snapshot, spec, which.row))
    wanted = which.figure or str(which.column)
    if which.figure and wanted not in FIGURES:
        raise unknown("figure", wanted, list(FIGURES), field="figure")
    counted = which.column is not None and wanted.endswith("_n")
    name = wanted.removesuffix("_n") if counted else wanted
    place = None if which.figure else str(which.row.get("touchpoint"))
    if spec.journey and name in ("per_trip_s", "knee_s"):
        if name == "knee_s" and (split or not counted):
            raise no_evidence(which)
        asked = question(snapshot, spec)
        kernel = Kernel(COLUMNS, partial(_trips, asked, name, place), both)
        rows = snapshot.fold(kernel, per=asked.per, selection=spec)
        return Evidence("trips", "count" if counted else "mean", rows)
    if name not in MEASURES:
        raise no_evidence(which)
    rows = snapshot.selected(spec, *dict.fromkeys((*SHOWN, "kind")))
    step = rows.touchpoint.notnull() & (rows.kind.isnull() | (rows.kind != "assignment"))
    rows = rows.filter(step, rows.wait_s.notnull())
    if place is not None:
        rows = rows.filter(rows.touchpoint == place)
    limits = expected(snapshot)
    if name == "over":
        rows = rows.filter(rows.touchpoint.isin(list(limits)))
    value = over(rows, limits) if name == "over" else rows.wait_s
    return Evidence("interactions", "count" if counted else MEASURES[name], Listed(snapshot, rows.mutate(value=value)))


def _trips(asked: Asked, name: str, place: str | None, columns: Columns) -> pa.Table:
    """List closed trips with what they waited at a touchpoint, or in all; for the knee those that tell of it."""
    lived = Lived(columns, asked)
    size = len(lived.names)
    keys, seconds = by_trip(lived)
    if place is not None:
        here = keys % max(size, 1) == (lived.names.index(place) if place in lived.names else size)
        keys, seconds = keys[here], seconds[here]
    trip = keys // max(size, 1)
    value = np.bincount(trip, weights=seconds, minlength=len(lived.trips))
    keep = lived.closed.copy()
    if name == "knee_s":
        keep &= (np.bincount(trip, minlength=len(lived.trips)) > 0) & ~np.isnan(lived.last_feeling)
    return listed(lived, np.flatnonzero(keep), None, value)
