"""The verb `freshness`: what came from each source, how complete it is, and how new."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import ibis

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.snapshot import Snapshot

SHOWN = ("id", "occurred_at", "customer", "channel", "touchpoint", "source", "feeling")
COUNTS = {
    "interactions": "interactions in this selection",
    "known_customer": "interactions whose customer is known",
    "known_feeling": "interactions whose feeling is known, by a score or a text",
    "texts": "interactions with words of a person",
}


@spec
class FreshnessSpec(Selection):
    """Of which interactions."""


def freshness_evidence(lake: Lake, spec: FreshnessSpec, which: Which) -> Evidence:
    """List the interactions behind a count or a share."""
    snapshot = lake.at(spec.as_of)
    name = which.figure or which.column
    if name in ("first", "last"):
        raise no_evidence(which)
    if name not in COUNTS:
        raise unknown("figure", str(name), list(COUNTS), field="figure" if which.figure else "column")
    rows = _rows(snapshot, spec)
    if which.figure is None:
        wanted = which.row.get("source")
        rows = rows.filter(rows.source.isnull() if wanted is None else rows.source == wanted)
    if name == "texts":
        rows = rows.filter(rows.texts == 1)
    value = rows[name].cast("float64") if name.startswith("known") else rows.feeling
    measure = "share" if name.startswith("known") else "count"
    return Evidence("interactions", measure, Listed(snapshot, rows.mutate(value=value).select(*SHOWN, "value")))


@verb(FreshnessSpec, key=("source",), evidence=freshness_evidence)
def freshness(lake: Lake, spec: FreshnessSpec) -> Result:
    """Say how complete and how new the data are, source by source.

    Shape
    -----
    One row per source: `source` str, null where none was named; `interactions` int; `known_customer` float 0–1, the
    share whose customer is known; `known_feeling` float 0–1, the share that tells how somebody felt; `texts` int,
    interactions with words; `first`, `last` timestamp, of its oldest and newest interaction. The newest source first,
    ties by name. Figures: the same of all together; `first` and `last` as days of company time, where
    there is anything.

    Uncertainty
    -----------
    None: counts of all there is.

    Raises
    ------
    NotFound
        `unknown_unit`, `unknown_touchpoint`, …
    """
    snapshot = lake.at(spec.as_of)
    found = snapshot.execute(_counted(_rows(snapshot, spec))).to_pylist()
    found.sort(key=lambda row: (-row["last"].timestamp(), row["source"] or ""))
    return Result(
        verb="freshness",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(found),
        figures=_figures(found, snapshot.definitions.settings["timezone"]),
        columns=COLUMNS,
        rows=[_row(row) for row in found],
    )


def _rows(snapshot: Snapshot, spec: FreshnessSpec) -> ibis.Table:
    rows = snapshot.selected(spec, *SHOWN, "text")
    return rows.mutate(
        interactions=ibis.literal(1),
        known_customer=rows.customer.notnull().cast("int64"),
        known_feeling=rows.feeling.notnull().cast("int64"),
        texts=(rows.text.notnull() & (rows.text != "")).fill_null(False).cast("int64"),
    )


def _counted(rows: ibis.Table) -> ibis.Table:
    return rows.group_by("source").aggregate(
        **{name: rows[name].sum().cast("int64") for name in COUNTS},
        first=rows.occurred_at.min(),
        last=rows.occurred_at.max(),
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    shares = {name: row[name] / row["interactions"] for name in ("known_customer", "known_feeling")}
    return {column.name: shares.get(column.name, row[column.name]) for column in COLUMNS}


def _figures(found: list[dict[str, Any]], zone: str) -> dict[str, Figure]:
    counts = {name: sum(row[name] for row in found) for name in COUNTS}
    n = counts["interactions"]
    figures = {"interactions": Figure(n, n=n, method=COUNTS["interactions"])}
    for name in ("known_customer", "known_feeling"):
        figures[name] = Figure(counts[name] / n if n else None, n=n, measured_in="share", method=COUNTS[name])
    figures["texts"] = Figure(counts["texts"], n=counts["texts"], method=COUNTS["texts"])
    if not found:
        return figures
    for name, moment in (("first", min(row["first"] for row in found)), ("last", max(row["last"] for row in found))):
        day = str(moment.astimezone(ZoneInfo(zone)).date())
        figures[name] = Figure(day, measured_in="day", method=f"{name} interaction, in company time")
    return figures


def _answer(found: list[dict[str, Any]]) -> Sentence:
    if not found:
        return Sentence("Nothing happened here.")
    n = sum(row["interactions"] for row in found)
    values = {
        "n": say.count(n),
        "sources": say.count(len(found)),
        "known": say.share(sum(row["known_customer"] for row in found) / n),
        "felt": say.share(sum(row["known_feeling"] for row in found) / n),
    }
    return Sentence(
        "{n} interactions from {sources} sources: {known} of a known customer, {felt} with a known feeling.", values
    )


COLUMNS = (
    Column("source", "str", "key", "where they came from; null where none was named"),
    Column("interactions", "int", "count", "interactions of this source"),
    Column("known_customer", "float", "share", "share of them whose customer is known"),
    Column("known_feeling", "float", "share", "share of them that tell how somebody felt"),
    Column("texts", "int", "count", "interactions with words of a person"),
    Column("first", "timestamp", "UTC", "when its oldest interaction happened"),
    Column("last", "timestamp", "UTC", "when its newest interaction happened"),
)
