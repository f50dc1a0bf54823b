"""What of ours is held against what of theirs: the same platforms in the same months, read in the same way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import ibis

from heartline.core.errors import unknown
from heartline.core.period import Period
from heartline.core.selection import Selection
from heartline.store import others
from heartline.store.clock import calendar
from heartline.store.selecting import selected
from heartline.store.snapshot import Snapshot

from ..answers import Answers, judging
from .rows import POST, REVIEW

NEEDED = ("id", "occurred_at", "customer", "event", "source", "score", "scale", "feeling", "text", "themes")

Months = tuple[tuple[str, str], ...]
"""Platforms with the first days of their months."""


@dataclass(frozen=True)
class Side:
    """One side: a snapshot, and what is looked at of it."""

    snapshot: Snapshot
    rows: ibis.Table

    def kept(self, rows: ibis.Table) -> Side:
        """Give the same side with fewer rows."""
        return replace(self, rows=rows)


@dataclass(frozen=True)
class Pair:
    """We and one of them, with the platforms and months that both have; none where all is compared."""

    competitor: str
    ours: Side
    theirs: Side
    months: Months | None


def competitors(snapshot: Snapshot) -> dict[str, str]:
    """Give who there is to be compared with: key -> name."""
    them = others.beside(snapshot)
    if them is None:
        return {}
    return {key: str(body.get("name") or key) for key, body in them.definitions.all("unit").items()}


def wanted(snapshot: Snapshot, keys: tuple[str, ...]) -> list[str]:
    """Give the competitors that are asked for, by default all.

    Raises
    ------
    NotFound
        `unknown_competitor`.
    """
    there = competitors(snapshot)
    for key in keys:
        if key not in there:
            raise unknown("competitor", key, list(there), field="against")
    return [key for key in there if key in keys] if keys else list(there)


def pair(snapshot: Snapshot, spec: Answers, competitor: str, *, alike: bool) -> Pair:
    """Give both sides of a comparison; filters of units, people and places narrow ours, the period both."""
    them = others.beside(snapshot)
    assert them is not None
    days = snapshot.period(spec)
    ours = Side(snapshot, _said(snapshot, spec, spec.about, days))
    theirs = Side(them, _said(them, Selection(period=str(days), unit=(competitor,)), (), days))
    if spec.scale:
        ours, theirs = (side.kept(side.rows.filter(side.rows.scale.isin(list(spec.scale)))) for side in (ours, theirs))
    if not alike:
        rows = ours.rows
        return Pair(competitor, ours.kept(rows.filter(rows.event.isin([REVIEW, POST]))), theirs, None)
    months = tuple(sorted(set(_months(ours)) & set(_months(theirs))))
    return Pair(competitor, ours.kept(_within(ours.rows, months)), theirs.kept(_within(theirs.rows, months)), months)


def _said(snapshot: Snapshot, spec: Selection, about: tuple[str, ...], days: Period) -> ibis.Table:
    more = ("about", "touchpoint") if about else ()
    rows = judging(snapshot, selected(snapshot, spec, *NEEDED, *more), about)
    rows = rows.filter(rows.score.notnull() | (rows.text.notnull() & (rows.text != "")))
    month = calendar(snapshot, rows.occurred_at, "month", days).cast("string")
    return rows.mutate(month=month.substr(0, 7)).select(*NEEDED, "month")


def _months(side: Side) -> list[tuple[str, str]]:
    found: list[dict[str, Any]] = side.snapshot.execute(side.rows.select("source", "month").distinct()).to_pylist()
    return [(str(row["source"]), str(row["month"])) for row in found]


def _within(rows: ibis.Table, months: Months) -> ibis.Table:
    """Keep the rows of these platforms in these months."""
    by_source: dict[str, list[str]] = {}
    for source, month in months:
        by_source.setdefault(source, []).append(month)
    kept = ibis.literal(False)
    for source, some in by_source.items():
        kept = kept | ((rows.source == source) & rows.month.isin(some))
    return rows.filter(kept)
