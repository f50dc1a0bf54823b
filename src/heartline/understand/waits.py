"""The verb `waits`: how long customers are made to wait, where, and how long they bear it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from heartline.core import say
from heartline.core.registry import verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import to_dict
from heartline.core.sentence import Sentence
from heartline.listen.clusters import clustered, sums
from heartline.listen.intervals import mean_interval, wilson
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .reach import expected
from .splitting import named
from .waiting import Account, Waited, WaitsSpec, account, waited
from .waits_evidence import waits_evidence


@verb(WaitsSpec, key=("touchpoint", "period"), evidence=waits_evidence)
def waits(lake: Lake, spec: WaitsSpec) -> Result:
    """Say how long customers are made to wait, where it takes longer than expected, and how long they bear it.

    Shape
    -----
    One row per touchpoint with known waits: `touchpoint`, `label` str; `n` int waits; `median_s`, `p90_s`, `mean_s`
    (with `mean_s_low`, `mean_s_high`) float seconds; `expected_s` float, null where nothing is expected; `over` float
    0–1, share of waits beyond that (with `over_low`, `over_high`, `over_n`); `total_s` float. With a journey also the
    waiting account of its closed trips: `per_trip_s` float, mean over all of them (with `_low`, `_high`, `_n`), and the
    tolerance knee `knee_s`, beyond which trips' feeling falls faster (with `_low`, `_high`, `_n`), null where that
    cannot be told yet. Ordered by `total_s`, largest first. With `every` also `period` str, a row per touchpoint and
    stretch of company time in which somebody waited, without knee; ordered by touchpoint, then period.

    Uncertainty
    -----------
    Means: ∓ 1.96 standard errors; shares: Wilson; both clustered by customer, `per_trip_s` by trip. Quantiles are
    exact, linear between neighbours, without interval. Knee: profile likelihood.

    Raises
    ------
    NotFound
        `unknown_journey`, `unknown_touchpoint`, …

    Source
    ------
    Knee: segmented regression, Hansen (2017), Regression kink with an unknown threshold, JBES 35. Association.
    """
    snapshot = lake.at(spec.as_of)
    per_trip = account(snapshot, spec) if spec.journey else None
    rows, whole = _rows(snapshot, spec, per_trip)
    return Result(
        verb="waits",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_split_answer(rows) if spec.every else _answer(rows),
        figures=_figures(rows, whole, per_trip),
        columns=_columns(spec),
        rows=rows,
        notes=_notes(rows, per_trip),
    )


def _rows(snapshot: Snapshot, spec: WaitsSpec, per_trip: Account | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Give the row of every touchpoint, in every stretch of time if asked, and the quantiles of all waits together."""
    names, limits = snapshot.definitions.all("touchpoint"), expected(snapshot)
    rows: list[dict[str, Any]] = []
    whole: dict[str, Any] = {}
    keys = ["touchpoint", "group"] if spec.every else ["touchpoint"]
    for group in snapshot.execute(_grouped(waited(snapshot, spec), keys)).to_pylist():
        key = group["touchpoint"]
        if key is None:
            whole = group
            continue
        row = {"touchpoint": key, "label": names.get(key, {}).get("label") or key}
        period = named(group["group"], spec.every) if spec.every else None
        row |= ({"period": period} if spec.every else {}) | _row(group, limits.get(key))
        rows.append(row | (_of_trips(per_trip.at(key, period), spec) if per_trip else {}))
    if spec.every:
        rows.sort(key=lambda row: (row["touchpoint"], row["period"]))
    else:
        rows.sort(key=lambda row: (-row["total_s"], row["touchpoint"]))
    return rows, whole


def _grouped(table: ibis.Table, keys: list[str]) -> ibis.Table:
    """Give sums and quantiles by keys, and the quantiles of all in a row without any, by one query."""
    quantiles = {"median_s": table.wait_s.quantile(0.5), "p90_s": table.wait_s.quantile(0.9)}
    spread = table.group_by(keys).aggregate(**quantiles)
    groups = clustered(table, keys, ["wait_s", "over"]).join(spread, keys)
    whole = table.aggregate(**quantiles)
    missing = {name: ibis.null(groups[name].type()) for name in groups.columns if name not in quantiles}
    return groups.union(whole.mutate(**missing).select(groups.columns))


def _row(group: Mapping[str, Any], limit: float | None) -> dict[str, Any]:
    wait, over = sums(group, "wait_s"), sums(group, "over")
    low, high = mean_interval(wait)
    row = {"n": wait.n, "median_s": group["median_s"], "p90_s": group["p90_s"]}
    row |= {"mean_s": wait.mean, "mean_s_low": low, "mean_s_high": high, "expected_s": limit}
    low, high = (None, None) if limit is None else wilson(over.mean, over.effective)
    row |= {"over": None if limit is None else over.mean, "over_low": low, "over_high": high}
    return row | {"over_n": 0 if limit is None else wait.n, "total_s": wait.s}


def _of_trips(place: Waited, spec: WaitsSpec) -> dict[str, Any]:
    """Give a touchpoint's part of the waiting account."""
    knee = place.knee
    low, high = mean_interval(place.per_trip)
    mean = {
        "per_trip_s": place.per_trip.mean if place.per_trip.n else None,
        "per_trip_s_low": low,
        "per_trip_s_high": high,
        "per_trip_s_n": place.per_trip.n,
    }
    if spec.every:
        return mean
    return mean | {
        "knee_s": knee.at_s if knee else None,
        "knee_s_low": knee.low_s if knee else None,
        "knee_s_high": knee.high_s if knee else None,
        "knee_s_n": place.judged,
    }


def _figures(rows: list[dict[str, Any]], whole: Mapping[str, Any], per_trip: Account | None) -> dict[str, Figure]:
    n = sum(row["n"] for row in rows)
    judged = sum(row["over_n"] for row in rows)
    over = sum(round(row["over"] * row["over_n"]) for row in rows if row["over_n"])
    low, high = wilson(over / judged, judged) if judged else (None, None)
    figures = {
        "waits": Figure(n, n=n, method="interactions with a known wait"),
        "median_s": Figure(whole["median_s"], n=n, measured_in="s", method="median of all waits, exact"),
        "p90_s": Figure(whole["p90_s"], n=n, measured_in="s", method="ninth decile of all waits, exact"),
        "total_s": Figure(sum(row["total_s"] for row in rows), n=n, measured_in="s", method="sum of all waits"),
        "over": Figure(
            over / judged if judged else None, low, high, judged, "share",
            "share of waits beyond what is expected, where something is; Wilson interval",
        ),
    }  # fmt: skip
    if per_trip:
        mean = per_trip.total
        low, high = mean_interval(mean)
        value = mean.mean if mean.n else None
        method = "all waiting of a closed trip, mean; 1.96 standard errors"
        figures["per_trip_s"] = Figure(value, low, high, mean.n, "s", method, "trips")
    return figures


def _answer(rows: list[dict[str, Any]]) -> Sentence:
    if not rows:
        return Sentence("No waits are known here.")
    worst = max(rows, key=lambda row: ((row["over"] or 0) * row["n"], row["total_s"]))
    values = {"label": worst["label"], "median": say.duration(worst["median_s"]), "p90": say.duration(worst["p90_s"])}
    if worst["over"]:
        values |= {"over": say.share(worst["over"]), "expected": say.duration(worst["expected_s"])}
        return Sentence("At {label} {over} wait longer than {expected}; half of all wait {median} or less.", values)
    return Sentence("Customers wait longest at {label}: half of them {median} or less, one in ten over {p90}.", values)


def _split_answer(rows: list[dict[str, Any]]) -> Sentence:
    number, places = len({row["period"] for row in rows}), len({row["touchpoint"] for row in rows})
    return Sentence("Waits at {places} touchpoints, in {n} stretches of time.", {"places": places, "n": number})


def _notes(rows: list[dict[str, Any]], per_trip: Account | None) -> tuple[Sentence, ...]:
    if per_trip is None:
        return (Sentence("Name a journey to see how waiting adds up in a trip, and how long people bear it."),)
    if rows and "knee_s" not in rows[0]:
        return ()
    notes = [Sentence("Feeling that falls with waiting is association: it does not prove that the wait is the cause.")]
    silent = [row["label"] for row in rows if row["knee_s"] is None]
    if silent:
        keys = {"labels": ", ".join(silent)}
        notes.append(Sentence("How long people bear to wait cannot be told yet at: {labels}.", keys))
    return tuple(notes)


def _columns(spec: WaitsSpec) -> tuple[Column, ...]:
    """Give the columns; a stretch of time follows the names."""
    columns = COLUMNS + (TRIP_COLUMNS if spec.journey else ())
    if not spec.every:
        return columns + (KNEE_COLUMNS if spec.journey else ())
    period = Column("period", "str", "key", "company time, as a selection reads it")
    return (*columns[:NAMES], period, *columns[NAMES:])


def _with_interval(name: str, measured_in: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "float", measured_in, meaning),
        Column(f"{name}_low", "float", measured_in, "lower end of its 95 % interval"),
        Column(f"{name}_high", "float", measured_in, "upper end of its 95 % interval"),
    )


NAMES = 2
"""So many columns say which touchpoint a row is about."""
COLUMNS = (
    Column("touchpoint", "str", "key", "the touchpoint"),
    Column("label", "str", "text", "its name for people"),
    Column("n", "int", "count", "known waits"),
    Column("median_s", "float", "s", "half wait so long or less"),
    Column("p90_s", "float", "s", "nine in ten wait so long or less"),
    *_with_interval("mean_s", "s", "mean wait"),
    Column("expected_s", "float", "s", "what one is expected to wait; null where undefined"),
    *_with_interval("over", "share", "share of waits beyond what is expected"),
    Column("over_n", "int", "count", "waits that something is expected of"),
    Column("total_s", "float", "s", "all waiting together"),
)
TRIP_COLUMNS = (
    *_with_interval("per_trip_s", "s", "waiting there per closed trip, also of trips without any"),
    Column("per_trip_s_n", "int", "count", "closed trips"),
)
KNEE_COLUMNS = (
    *_with_interval("knee_s", "s", "wait beyond which feeling falls faster; null where that cannot be told yet"),
    Column("knee_s_n", "int", "count", "trips with a known wait there and a feeling"),
)
