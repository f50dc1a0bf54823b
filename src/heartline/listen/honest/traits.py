"""What is known of everyone asked, whether they answered or not: what they did and lived before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.period import Period
from heartline.core.selection import Selection
from heartline.store.selecting import within
from heartline.store.snapshot import Snapshot

from .asked import lived
from .nonresponse import Known
from .weighing import Codes, Floats

BACK = timedelta(days=365)
PLACES = {"channel": 8, "touchpoint": 12, "unit": 12, "language": 5}
"""Of what is told apart who had to do with it, and how many of the most frequent values."""
SHARES = (0.2, 0.4, 0.6, 0.8)
DAY_US = 86_400_000_000
RARE = 0.01
"""A trait that a smaller share of people has, or lacks, tells too little."""
MARGINS = 14


def known(snapshot: Snapshot, spec: Selection, customers: pa.Array) -> Known:
    """Give what is known of these customers up to the period's end, from the year before it or the whole period.

    Recency, frequency, spend, waits and bad experiences, and which channels, touchpoints, units and languages they had
    to do with. Answers, and what we sent, tell nothing here.
    """
    rows = _history(snapshot, spec)
    numbers, flags = _traits(snapshot, rows, customers)
    flags = {name: flag for name, flag in flags.items() if RARE <= float(flag.mean() if len(flag) else 0.0) <= 1 - RARE}
    bent = {f"{name}, squared": (column - column.mean()) ** 2 for name, column in numbers.items() if len(column)}
    names = (*numbers, *list(flags)[:1], *bent, *list(flags)[1:])
    every = {**numbers, **bent, **{name: flag.astype(float) for name, flag in flags.items()}}
    columns = [every[name] for name in names]
    margins = [fifths(column) for column in numbers.values()]
    margins += [flag.astype(np.int64) for flag in list(flags.values())[: MARGINS - len(margins)]]
    made = np.column_stack(columns) if columns else np.zeros((len(customers), 0))
    return Known(made, names, tuple(one for one in margins if one.max(initial=0) > 0))


def fifths(values: Floats) -> Codes:
    """Number the fifth of all people that each is in; equal values are in the same one."""
    edges = np.unique(np.quantile(values, SHARES)) if len(values) else np.zeros(0)
    return np.searchsorted(edges, values, side="left").astype(np.int64)


def _history(snapshot: Snapshot, spec: Selection) -> ibis.Table:
    days = snapshot.period(spec)
    names = ("customer", "kind", "score", "source", "occurred_at", "amount", "currency", "wait_s", "succeeded",
             "feeling", *PLACES)  # fmt: skip
    rows = lived(snapshot.rows(*names))
    if days.end is None:
        return within(snapshot, rows, replace(days, start=None))
    first = days.end - BACK
    start = None if days.start is None else min(days.start, first)
    return within(snapshot, rows, Period(start, days.end))


def _traits(snapshot: Snapshot, rows: ibis.Table, customers: pa.Array) -> tuple[dict[str, Floats], dict[str, Any]]:
    """Give numbers by trait, and which customers have which flag."""
    places = {name: _frequent(snapshot, rows, name, most) for name, most in PLACES.items()}
    money = next(iter(_frequent(snapshot, rows.filter(rows.amount.notnull()), "currency", 1)), None)
    bad = _bad(snapshot, rows)
    sums: dict[str, Any] = {
        "times": rows.count(),
        "last": rows.occurred_at.max(),
        "spent": ibis.ifelse(rows.currency == money, rows.amount.cast("float64"), 0.0).sum() if money else ibis.null(),
        "bad": ibis.ifelse(bad, 1, 0).sum(),
        "waited": rows.wait_s.sum(),
    }
    flags = {f"{name}:{key}": (name, key) for name, keys in places.items() for key in keys}
    for number, (name, key) in enumerate(flags.values()):
        sums[f"f{number}"] = ibis.ifelse(rows[name] == key, 1, 0).max()
    found = snapshot.execute(rows.group_by("customer").aggregate(**sums))
    at = pc.index_in(customers, found["customer"].combine_chunks())
    there = found.take(at)
    last = _numbers(there["last"].cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()))
    numbers = {
        "recency": np.log1p((np.max(last, initial=0.0) - last) / DAY_US),
        "frequency": np.log1p(_numbers(there["times"])),
        "spend": np.sign(spent := _numbers(there["spent"])) * np.log1p(np.abs(spent)),
        "wait": np.log1p(np.maximum(_numbers(there["waited"]), 0.0)),
        "bad experiences": np.log1p(_numbers(there["bad"])),
    }
    bads = {"bad experience": _numbers(there["bad"]) > 0}
    seen = {label: _numbers(there[f"f{number}"]) > 0 for number, label in enumerate(flags)}
    return numbers, bads | seen


def _bad(snapshot: Snapshot, rows: ibis.Table) -> ibis.Value:
    """Tell bad experiences: something failed, took longer than is expected there, or felt bad."""
    bodies = snapshot.definitions.all("touchpoint")
    expected = {key: float(body["expected_wait_s"]) for key, body in bodies.items() if body.get("expected_wait_s")}
    late = [(rows.touchpoint == key, rows.wait_s > limit) for key, limit in sorted(expected.items())]
    parts = [rows.succeeded == False, rows.feeling < 0]  # noqa: E712  (an expression, not a truth)
    if late:
        parts.append(ibis.cases(*late, else_=False))
    return ibis.or_(*(part.coalesce(False) for part in parts))


def _frequent(snapshot: Snapshot, rows: ibis.Table, name: str, most: int) -> list[str]:
    """Give the most frequent values of a column, ties by name."""
    rows = rows.filter(rows[name].notnull())
    counted = rows.group_by(name).aggregate(times=rows.count())
    found = snapshot.execute(counted.order_by([counted.times.desc(), counted[name]]).limit(most))
    return [str(key) for key in found[name].to_pylist()]


def _numbers(column: pa.ChunkedArray) -> Floats:
    numbers: Floats = column.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False).astype(float)
    return numbers
