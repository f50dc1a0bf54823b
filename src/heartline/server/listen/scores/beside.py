"""What stands beside the answers: corrected, by a survey's own weights, and small parts drawn together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heartline.core.result import Figure, Result
from heartline.core.scales import Scale
from heartline.server.shell import doors, filters, numbers, ratings
from heartline.server.shell.trends import Headline
from heartline.store.definitions import Definitions

Values = Mapping[str, Any]
ASKED: dict[str, Any] = {"corrected": True, "weighted": True, "pooled": True, "by": ("unit",)}
"""What the part of the page asks beside the selection."""
FEW = 30
"""Answers below which a part of the company by itself tells too little."""


@dataclass(frozen=True)
class Number:
    """A number with its interval and the door to what stands behind it; without a link it cannot be told."""

    value: str
    between: str = ""
    link: str = ""
    how: str = ""


@dataclass(frozen=True)
class Row:
    """One measure as answered, and beside that."""

    name: str
    about: str
    raw: Number
    corrected: Number
    weighted: Number
    worth: Number
    n: str


@dataclass(frozen=True)
class Part:
    """A part of the company: as answered, and drawn towards the others."""

    name: str
    raw: Number
    pooled: Number
    n: str


def figure(result: Result, name: str, measure: str, values: Values) -> Number:
    """Give a figure as a number of the page."""
    one = result.figures.get(name) or Figure(None)
    if not isinstance(one.value, int | float):
        return Number(numbers.NONE if name.endswith("_weighted") else _("cannot tell"))  # no weights came
    link = doors.door("scores", values, figure=name)
    between = ratings.between(one.low, one.high, measure) if one.low is not None else ""
    return Number(ratings.written(float(one.value), measure), between, link, one.method)


def rows(result: Result, scales: Mapping[str, Scale], values: Values) -> list[Row]:
    """Give a row for every measure that stands beside anything."""
    made = []
    for scale in scales.values():
        for measure in ("nps", "mean", "top"):
            name = ratings.figure_name(scale.key, measure)
            beside = [figure(result, f"{name}_{kind}", measure, values) for kind in ("corrected", "weighted")]
            if name not in result.figures or not any(one.link for one in beside):
                continue
            made.append(
                Row(
                    ratings.scale_name(scale),
                    ratings.measure_name(scale, measure),
                    figure(result, name, measure, values),
                    beside[0],
                    beside[1],
                    _worth(result, scale.key, values),
                    numbers.count(result.figures[name].n or 0),
                )
            )
    return made


def _worth(result: Result, scale: str, values: Values) -> Number:
    for kind in ("corrected", "weighted"):
        name = f"{scale}_{kind}_effective"
        one = result.figures.get(name)
        if one and isinstance(one.value, int | float):
            return Number(numbers.count(round(one.value)), "", doors.door("scores", values, figure=name), one.method)
    return Number("–")


def parts(result: Result, head: Headline, definitions: Definitions, values: Values) -> list[Part]:
    """Give the parts of the company, the worst first; of one alone there is nothing to tell."""
    found = [row for row in result.rows if head.holds(row) and row["unit"] is not None]
    if len(found) < 2:
        return []
    found.sort(key=lambda row: row["value"] if row["pooled"] is None else row["pooled"], reverse=head.scale.low_is_good)
    return [
        Part(
            filters.body_label(definitions, "unit", row["unit"]),
            _cell(row, "value", "", head.measure, values),
            _pooled(row, head.measure, values),
            numbers.count(row["n"]),
        )
        for row in found
    ]


def _pooled(row: Mapping[str, Any], measure: str, values: Values) -> Number:
    if row["pooled"] is not None:
        return _cell(row, "pooled", "pooled_", measure, values)
    return Number(_("cannot tell yet") if row["n"] < FEW else _("as answered"))


def _cell(row: Mapping[str, Any], column: str, prefix: str, measure: str, values: Values) -> Number:
    key = {name: row[name] for name in ("scale", "measure", "unit")}
    link = doors.door("scores", values, row=key, column=column)
    between = ratings.between(row[f"{prefix}low"], row[f"{prefix}high"], measure)
    return Number(ratings.written(row[column], measure), between, link)
