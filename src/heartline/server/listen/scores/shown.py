"""What the page shows of the answers: the line over time, the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heartline.core.result import Result
from heartline.core.scales import Scale
from heartline.server.shell import doors, filters, numbers, ratings, trends
from heartline.server.shell.trends import Headline
from heartline.store.definitions import Definitions

Values = Mapping[str, Any]
KEYS = ("scale", "measure", "period", "about")
"""What makes a number of this page."""


@dataclass(frozen=True)
class Line:
    """A row of a table: what it is of, its number with interval and n, and the door to the answers behind it."""

    name: str
    about: str
    value: str
    between: str
    n: str
    said: str
    link: str
    count: str
    how: str
    change: str = ""
    bar: tuple[float, float, float] | None = None


def link(values: Values, row: Mapping[str, Any], column: str = "value") -> str:
    """Give the address of the answers behind a row's number, or behind how many they are."""
    return doors.door("scores", values, row={name: row[name] for name in KEYS if name in row}, column=column)


def line(row: Mapping[str, Any], scale: Scale, name: str, about: str, values: Values, change: str = "") -> Line:
    """Make a table row."""
    measure = row["measure"]
    return Line(
        name,
        about,
        ratings.written(row["value"], measure),
        ratings.between(row["low"], row["high"], measure),
        numbers.count(row["n"]),
        f"{ratings.answers(row['n'])}: {name}",
        link(values, row),
        link(values, row, "n"),
        ratings.method(scale, measure),
        change,
        ratings.place(row, scale),
    )


def by_scale(result: Result, scales: Mapping[str, Scale], values: Values) -> list[Line]:
    """Give a line per scale and measure."""
    lines = []
    for row in result.rows:
        scale, measure = scales[row["scale"]], row["measure"]
        names = ratings.scale_name(scale), ratings.measure_name(scale, measure)
        change = ratings.moved(result.figures.get(f"{ratings.figure_name(scale.key, measure)}_change"), measure)
        lines.append(line(row, scale, *names, values, change))
    return lines


def by_about(result: Result, head: Headline, definitions: Definitions, values: Values) -> list[Line]:
    """Give a line per touchpoint that was rated, the worst first."""
    rows = [row for row in result.rows if head.holds(row)]
    rows.sort(key=lambda row: row["value"], reverse=head.scale.low_is_good)
    of = ratings.measure_name(head.scale, head.measure)
    return [
        line(row, head.scale, filters.body_label(definitions, "touchpoint", row["about"]), of, values) for row in rows
    ]


def by_month(trend: trends.Trend, head: Headline, values: Values) -> list[Line]:
    """Give a line per month in which somebody answered."""
    months = zip(trend.months, trend.rows, strict=True)
    return [line(row, head.scale, trends.month_name(month), "", values) for month, row in months if row]
