"""What the page shows of the answers: the headline, the line over time, the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from heartline.core.period import parse_period
from heartline.core.result import Result
from heartline.core.scales import Scale
from heartline.server.shell import filters, numbers
from heartline.store.definitions import Definitions

from . import words

KEYS = ("scale", "measure", "period", "about")
"""What makes a number of this page: empty in an address where it is not known."""


@dataclass(frozen=True)
class Line:
    """A row of a table: what it is of, its number with interval and n, and the way to the answers behind it."""

    name: str
    about: str
    value: str
    between: str
    n: str
    said: str
    link: str
    how: str
    change: str = ""
    bar: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class Headline:
    """The measure that the page is about: of the scale with the most answers, its own measure."""

    scale: Scale
    measure: str


def headline(result: Result, scales: Mapping[str, Scale]) -> Headline | None:
    """Choose the headline; None where nobody answered."""
    if not result.rows:
        return None
    most = max(result.rows, key=lambda row: (row["n"], row["measure"] == scales[row["scale"]].measure))
    scale = scales[most["scale"]]
    return Headline(scale, scale.measure)


def link(values: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Give the address of the answers behind a row's number."""
    keys = {f"of_{name}": str(row[name] or "") for name in KEYS if name in row}
    return f"{reverse('scores_behind')}?{filters.address(values, **keys)}"


def line(
    row: Mapping[str, Any], scale: Scale, name: str, about: str, values: Mapping[str, Any], change: str = ""
) -> Line:
    """Make a table row."""
    measure = row["measure"]
    written, between = words.written(row["value"], measure), words.between(row["low"], row["high"], measure)
    return Line(
        name,
        about,
        written,
        between,
        numbers.count(row["n"]),
        f"{words.answers(row['n'])}: {name}",
        link(values, row),
        words.method(scale, measure),
        change,
        _bar(row, scale),
    )


def _bar(row: Mapping[str, Any], scale: Scale) -> tuple[float, float, float] | None:
    """Give the places of low, value and high on the measure's whole range; None where nothing can be told."""
    if row["low"] is None:
        return None
    first, last = {"nps": (-100.0, 100.0), "top": (0.0, 1.0)}.get(row["measure"], (scale.low, scale.high))
    low, value, high = ((row[name] - first) / (last - first) for name in ("low", "value", "high"))
    return low, value, high


def by_scale(result: Result, scales: Mapping[str, Scale], values: Mapping[str, Any]) -> list[Line]:
    """Give a line per scale and measure."""
    lines = []
    for row in result.rows:
        scale = scales[row["scale"]]
        names = words.scale_name(scale), words.measure_name(scale, row["measure"])
        lines.append(line(row, scale, *names, values, _change(result, row)))
    return lines


def _change(result: Result, row: Mapping[str, Any]) -> str:
    """Say how a measure moved against what it is compared with."""
    figure = result.figures.get(f"{words.figure_name(row['scale'], row['measure'])}_change")
    if figure is None or not isinstance(figure.value, int | float):
        return ""
    measure = row["measure"]
    if figure.low is not None and figure.high is not None and figure.low <= 0 <= figure.high:
        return _("no clear change")
    sign = "+" if figure.value > 0 else ""
    text = sign + words.written(figure.value, measure)
    if figure.low is None or figure.high is None:
        return text
    return f"{text} ({words.between(figure.low, figure.high, measure)})"


def by_about(result: Result, head: Headline, definitions: Definitions, values: Mapping[str, Any]) -> list[Line]:
    """Give a line per touchpoint that was rated, the worst first."""
    rows = [row for row in result.rows if _is(row, head)]
    rows.sort(key=lambda row: row["value"], reverse=head.scale.low_is_good)
    of = words.measure_name(head.scale, head.measure)
    return [
        line(row, head.scale, filters.body_label(definitions, "touchpoint", row["about"]), of, values) for row in rows
    ]


def trend(result: Result, head: Headline, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Line]] | None:
    """Give the line over time as chart data and as its table; None where there is only one month."""
    rows = {_first(row["period"]): row for row in result.rows if _is(row, head)}
    if len(rows) < 2:
        return None
    months = _months(min(rows), max(rows))
    lines = [line(rows[month], head.scale, _month(month), "", values) for month in months if month in rows]
    here: list[Mapping[str, Any]] = [rows.get(month, {}) for month in months]
    low, high = (0.0, 1.0) if head.measure == "top" else (head.scale.low, head.scale.high)
    bounded = head.measure != "nps"
    return {
        "measured_in": "share" if head.measure == "top" else "number",
        "labels": [_month(month) for month in months],
        "values": [row.get("value") for row in here],
        "low": [row.get("low") for row in here],
        "high": [row.get("high") for row in here],
        "tips": _tips(months, here, head),
        "links": [link(values, row) if row else None for row in here],
        "min": None if not bounded or _spread(here) < (high - low) / 3 else low,
        "max": None if not bounded or _spread(here) < (high - low) / 3 else high,
    }, lines


def _spread(rows: Sequence[Mapping[str, Any]]) -> float:
    known = [row[end] for row in rows for end in ("low", "high") if row.get(end) is not None]
    return max(known) - min(known) if known else 0.0


def _tips(months: Sequence[date], rows: Sequence[Mapping[str, Any]], head: Headline) -> list[str]:
    texts = []
    for month, row in zip(months, rows, strict=True):
        if row:
            between = words.between(row["low"], row["high"], head.measure)
            texts.append(
                f"{_month(month)}\n{words.written(row['value'], head.measure)}\n{between}\n{words.answers(row['n'])}"
            )
        else:
            texts.append(f"{_month(month)}\n{_('nobody answered')}")
    return texts


def _is(row: Mapping[str, Any], head: Headline) -> bool:
    return (row["scale"], row["measure"]) == (head.scale.key, head.measure)


def _first(period: str) -> date:
    start = parse_period(period).start
    assert start is not None
    return start


def _month(month: date) -> str:
    return date_format(month, "M Y")


def _months(first: date, last: date) -> list[date]:
    """Give every month from the first to the last."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [
        date(first.year + (first.month - 1 + step) // 12, (first.month - 1 + step) % 12 + 1, 1) for step in range(count)
    ]
