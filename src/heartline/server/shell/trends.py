"""A rating from month to month, as a chart and as its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from heartline.core.period import parse_period
from heartline.core.result import Result
from heartline.core.scales import Scale
from heartline.store.definitions import Definitions

from . import marks, ratings

Row = Mapping[str, Any]
Link = Callable[[Row], str]


@dataclass(frozen=True)
class Headline:
    """The measure that a page is about: of the scale with the most answers, its own measure."""

    scale: Scale
    measure: str

    def holds(self, row: Row) -> bool:
        """Tell whether a row of `scores` is of this measure."""
        return (row["scale"], row["measure"]) == (self.scale.key, self.measure)


@dataclass(frozen=True)
class Trend:
    """Months with their rows, the first to the last; a month without answers has none."""

    months: tuple[date, ...]
    rows: tuple[Row, ...]
    chart: dict[str, Any]


def headline(result: Result, scales: Mapping[str, Scale]) -> Headline | None:
    """Choose the headline; None where nobody answered."""
    if not result.rows:
        return None
    most = max(result.rows, key=lambda row: (row["n"], row["measure"] == scales[row["scale"]].measure))
    scale = scales[most["scale"]]
    return Headline(scale, scale.measure)


def trend(
    result: Result, head: Headline, definitions: Definitions, link: Link, units: Sequence[str] = ()
) -> Trend | None:
    """Give a rating month by month, with the marked events; None where there is only one month.

    Parameters
    ----------
    result
        Of `scores` with `every` month.
    link
        Gives the address of what stands behind a row.
    units
        The parts of the company that the page is about.
    """
    rows = {first_of(row["period"]): row for row in result.rows if head.holds(row)}
    if len(rows) < 2:
        return None
    months = months_between(min(rows), max(rows))
    here: list[Row] = [rows.get(month, {}) for month in months]
    bounded = head.measure != "nps"
    low, high = (0.0, 1.0) if head.measure == "top" else (head.scale.low, head.scale.high)
    near = not bounded or _spread(here) < (high - low) / 3
    chart = {
        "measured_in": "share" if head.measure == "top" else "number",
        "labels": [month_name(month) for month in months],
        "values": [row.get("value") for row in here],
        "low": [row.get("low") for row in here],
        "high": [row.get("high") for row in here],
        "tips": _tips(months, here, head),
        "links": [link(row) if row else None for row in here],
        "min": None if near else low,
        "max": None if near else high,
        "marks": marks.on(definitions, months, units),
    }
    return Trend(tuple(months), tuple(here), chart)


def month_name(month: date) -> str:
    """Write a month."""
    return date_format(month, "M Y")


def first_of(period: str) -> date:
    """Give the first day of a period."""
    start = parse_period(period).start
    assert start is not None
    return start


def months_between(first: date, last: date) -> list[date]:
    """Give every month from the first to the last."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1) for step in range(count)
    ]


def _spread(rows: Sequence[Row]) -> float:
    known = [row[end] for row in rows for end in ("low", "high") if row.get(end) is not None]
    return max(known) - min(known) if known else 0.0


def _tips(months: Sequence[date], rows: Sequence[Row], head: Headline) -> list[str]:
    texts = []
    for month, row in zip(months, rows, strict=True):
        if row:
            value = ratings.written(row["value"], head.measure)
            between = ratings.between(row["low"], row["high"], head.measure)
            texts.append(f"{month_name(month)}\n{value}\n{between}\n{ratings.answers(row['n'])}")
        else:
            texts.append(f"{month_name(month)}\n{_('nobody answered')}")
    return texts
