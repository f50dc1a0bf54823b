"""A rating from year to year, for surveys that are held once a year: months would show dots far apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from heartline.core.result import Result
from heartline.server.shell import marks, ratings, trends
from heartline.server.shell.trends import Headline, Trend
from heartline.store.definitions import Definitions

from . import shown

LONG = 36
"""Months from which a trend may be told in years."""
SPARSE = 0.25
"""Share of its months with answers below which it is."""


@dataclass(frozen=True)
class Year:
    """A year in which somebody answered: its row, and its line of the table."""

    first: date
    row: Mapping[str, Any]
    line: shown.Line


def sparse(trend: Trend) -> bool:
    """Tell whether a trend has answers in few of its months."""
    filled = sum(bool(row) for row in trend.rows)
    return len(trend.months) >= LONG and filled < SPARSE * len(trend.months)


def lines(result: Result, head: Headline, values: Mapping[str, Any]) -> list[Year]:
    """Give the years of a rating.

    Parameters
    ----------
    result
        Of `scores` with `every` year.
    """
    made = []
    for row in result.rows:
        if head.holds(row):
            first = trends.first_of(row["period"])
            made.append(Year(first, row, shown.line(row, head.scale, str(first.year), "", values)))
    return made


def chart(
    monthly: Trend, found: Sequence[Year], head: Headline, definitions: Definitions, units: Sequence[str]
) -> dict[str, Any]:
    """Give the years as a chart, with the marked events; a year without answers is a gap."""
    by_year = {one.first.year: one for one in found}
    span = range(min(by_year), max(by_year) + 1)
    here = [by_year.get(year) for year in span]
    months = [date(year, month, 1) for year in span for month in range(1, 13)]
    marked = [
        {**mark, "from": mark["from"] // 12, "to": mark["to"] // 12} for mark in marks.on(definitions, months, units)
    ]
    return {
        **monthly.chart,
        "labels": [str(year) for year in span],
        **{name: [one.row[key] if one else None for one in here]
           for name, key in (("values", "value"), ("low", "low"), ("high", "high"))},
        "tips": [_tip(one, head) if one else str(year) for one, year in zip(here, span, strict=True)],
        "links": [one.line.link if one else None for one in here],
        "marks": marked,
    }  # fmt: skip


def _tip(one: Year, head: Headline) -> str:
    value = ratings.written(one.row["value"], head.measure)
    return f"{one.first.year}\n{value}\n{one.line.between}\n{ratings.answers(one.row['n'])}"
