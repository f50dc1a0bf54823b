"""Splitting the numbers of touchpoints: by stretches of company time, or by what rows carry beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import numpy as np
import pyarrow as pa

from heartline.core.period import Period, parse_period
from heartline.core.selection import Selection
from heartline.store.clock import calendar, span
from heartline.store.kernel import Array, Columns
from heartline.store.snapshot import Snapshot

BY = ("unit", "channel", "product", "category", "stage", "source")
"""What rows carry; a category is its products'."""


@dataclass(frozen=True)
class Split:
    """What a split is by; small, since it travels to where the rows are.

    Parameters
    ----------
    column
        The rows' column whose names are the groups; None: they are stretches of time.
    named
        Groups of that column's names, where they are not the names themselves.
    starts, names
        When stretches of time begin, in µs, and what they are called.
    """

    column: str | None = None
    named: tuple[tuple[str, str], ...] | None = None
    starts: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """What a kernel must ask for."""
        return (self.column,) if self.column else ()

    def groups(self, columns: Columns) -> tuple[tuple[str | None, ...], Array]:
        """Give the groups' names, last the one of rows that have none, and each row's group."""
        if self.column is None:
            return self.names, self.when(columns.time)
        names, codes = columns.names(self.column), getattr(columns, self.column)
        if self.named is None:
            return (*names, None), np.where(codes < 0, len(names), codes).astype(np.int64)
        known = dict(self.named)
        groups = tuple(sorted(set(known.values())))
        places = {name: place for place, name in enumerate(groups)}
        table = np.array([*(places.get(known.get(name, ""), len(groups)) for name in names), len(groups)], np.int64)
        return (*groups, None), table[codes]

    def when(self, moments: Array) -> Array:
        """Give the stretch of time of each moment."""
        found: Array = np.maximum(np.searchsorted(np.array(self.starts), moments, side="right") - 1, 0)
        return found


def split_of(snapshot: Snapshot, every: str | None, by: str | None, days: Period) -> Split | None:
    """Turn what was asked into a split; None where nothing is split."""
    if every is not None:
        firsts = _firsts(snapshot, every, days)
        zone = ZoneInfo(snapshot.definitions.settings["timezone"])
        starts = tuple(round(datetime.combine(day, time(), zone).timestamp() * 1_000_000) for day in firsts)
        return Split(starts=starts, names=tuple(span(day, every) for day in firsts))
    if by == "category":
        return Split("product", tuple(sorted(_categories(snapshot).items())))
    return None if by is None else Split(by)


def _categories(snapshot: Snapshot) -> dict[str, str]:
    products = snapshot.definitions.all("product").items()
    return {key: str(body["category"]) for key, body in products if body.get("category")}


def _firsts(snapshot: Snapshot, every: str, days: Period) -> list[date]:
    """Give the first day of every stretch that a period or, where it is open, the data touch."""
    months = snapshot.months() or ["1970-01"]
    day = days.start or (parse_period(months[0]).start or date(1970, 1, 1)) - timedelta(days=1)
    end = days.end or (parse_period(months[-1]).end or date(1970, 2, 1)) + timedelta(days=1)
    if every == "week":
        sunday = snapshot.definitions.settings["week_start"] == "sunday"
        day -= timedelta(days=(day.weekday() + sunday) % 7)
    elif every != "day":
        step = {"quarter": 3, "year": 12}.get(every, 1)
        day = date(day.year, day.month - (day.month - 1) % step, 1)
    found = []
    while day < end:
        found.append(day)
        day = parse_period(span(day, every)).end or end
    return found


def with_group(snapshot: Snapshot, rows: ibis.Table, every: str | None, by: str | None, days: Period) -> ibis.Table:
    """Add to rows their `group`: the first day of a stretch of time, or what they carry."""
    if every is not None:
        return rows.mutate(group=calendar(snapshot, rows.occurred_at, every, days))
    if by == "category":
        known = _categories(snapshot)
        columns = {"made": pa.array(known.keys(), pa.string()), "group": pa.array(known.values(), pa.string())}
        table = snapshot.lake.engine.memory(pa.table(columns))
        return rows.left_join(table, rows.product == table.made).drop("made")
    return rows.mutate(group=rows[by])


def named(group: Any, every: str | None) -> str | None:
    """Write a group as rows of a result have it."""
    if group is None or every is None:
        return None if group is None else str(group)
    return span(group.date() if isinstance(group, datetime) else group, every)


def stretch(snapshot: Snapshot, asked: Selection, row: Mapping[str, Any]) -> str:
    """Give the days of a row of a stretch of time: what one would ask for to find it alone."""
    return str(common(parse_period(str(row.get("period"))), snapshot.period(asked)))


def common(one: Period, other: Period) -> Period:
    """Give the days that lie in both periods."""
    starts = [day for day in (one.start, other.start) if day]
    ends = [day for day in (one.end, other.end) if day]
    return Period(max(starts, default=None), min(ends, default=None))
