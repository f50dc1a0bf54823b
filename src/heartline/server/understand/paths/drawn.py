"""What the page shows of answers about paths: the flow, the funnel, and the table of all paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Result
from heartline.server.shell import filters, numbers
from heartline.server.shell.doors import door
from heartline.store.definitions import Definitions

from . import flow, words
from .asked import Asked

TWIN = 200
"""Ways that the table beside the drawing lists."""
STEPS = 14
"""Steps of a path that are written; more are counted."""

RARE = 0.001
"""Shares below this are written with one more digit."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A number: as people read it, its door, and what it is."""

    text: str
    link: str
    how: str = ""


@dataclass(frozen=True)
class Line:
    """A row of a table: names, numbers, and how far a bar reaches."""

    name: str
    cells: tuple[Cell, ...]
    bar: float | None = None
    more: str = ""
    good: bool | None = None


def shown_flow(result: Result, asked: Asked, values: Values, definitions: Definitions) -> dict[str, Any] | None:
    """Give the drawing in both sizes, its words, and its table; None where nothing followed anything."""
    if not result.rows:
        return None
    labels = _labels(result, definitions)
    chosen = flow.strongest(result.rows, asked.aim)
    rest = [row for row in result.rows if not any(row is one for one in chosen)]
    spec = {**values, **asked.steps}
    links = {id(row): (_way(row, spec, labels)) for row in result.rows[:TWIN]}
    drawings = []
    for size in (flow.WIDE, flow.UPRIGHT):
        drawn = flow.drawing(chosen, labels, size)
        drawings.append(
            {
                "drawing": drawn,
                "ways": [(way, links[id(way.row)]) for way in drawn.ways],
                "boxes": [(box, box.key == asked.aim, box.key == asked.through) for box in drawn.boxes],
            }
        )
    return {
        "drawings": drawings,
        "transitions": Cell(
            numbers.count(_value(result, "transitions")), door("graph", spec, figure="transitions")
        ),
        "edges": Cell(numbers.count(_value(result, "edges")), door("graph", spec, figure="edges")),
        "drawn": numbers.count(len(chosen)),
        "rest": _rest(rest),
        "lines": list(links.values()),
        "unlisted": len(result.rows) - len(links),
    }  # fmt: skip


def _way(row: Mapping[str, Any], spec: Values, labels: Mapping[str, str]) -> Line:
    keys = {"from": row["from"], "to": row["to"]}
    names = f"{labels[row['from']]} → {labels[row['to']]}"
    times = ngettext("%(number)s time", "%(number)s times", row["count"]) % {"number": numbers.count(row["count"])}
    told = _("%(way)s: %(times)s; half within %(median)s, nine in ten within %(slow)s") % {
        "way": names,
        "times": times,
        "median": numbers.duration(row["median_s"]),
        "slow": numbers.duration(row["p90_s"]),
    }
    cells = (
        Cell(numbers.count(row["count"]), door("graph", spec, row=keys, column="count"), told),
        Cell(numbers.duration(row["median_s"]), door("graph", spec, row=keys, column="median_s"), told),
        Cell(numbers.duration(row["p90_s"]), door("graph", spec, row=keys, column="p90_s"), told),
    )
    return Line(names, cells, more=told)


def _rest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say what is not drawn."""
    if not rows:
        return ""
    values = {"number": numbers.count(len(rows)), "times": numbers.count(sum(row["count"] for row in rows))}
    return (
        ngettext(
            "%(number)s other way, taken %(times)s times, is not drawn.",
            "%(number)s other ways, taken %(times)s times in all, are not drawn.",
            len(rows),
        )
        % values
    )


@dataclass(frozen=True)
class Step:
    """A planned step: how many came so far, how many were lost on the way to it, how long it took them."""

    name: str
    trips: Cell
    share: Cell
    lost: Cell | None
    customers: Cell
    since: Cell
    bar: float


def shown_funnel(result: Result, asked: Asked, values: Values, definitions: Definitions) -> list[Step]:
    """Give a line for each planned step, its shares with their intervals."""
    spec = {**values, **asked.trips}
    lines = []
    for row in result.rows:
        keys = {"step": row["step"], "position": row["position"]}

        def cell(column: str, write: Callable[[Any], str], row: Any = row, keys: Any = keys) -> Cell:
            low, high = row.get(f"{column}_low"), row.get(f"{column}_high")
            between = words.between(low, high) if low is not None else ""
            return Cell(write(row[column]), door("funnel", spec, row=keys, column=column), between)

        lines.append(
            Step(
                filters.body_label(definitions, "touchpoint", row["step"]),
                cell("trips", numbers.count),
                cell("share", numbers.share),
                cell("lost", numbers.share) if row["lost"] is not None else None,
                cell("customers", numbers.count),
                cell("median_s", numbers.duration),
                row["share"] or 0.0,
            )
        )
    return lines


def shown_paths(result: Result, asked: Asked, values: Values, definitions: Definitions) -> list[Line]:
    """Give a line for each path of this page of the table."""
    spec = {**values, **asked.steps}
    labels = _labels(result, definitions)
    most = max((row["share"] or 0.0 for row in result.rows), default=0.0) or 1.0
    lines = []
    for row in result.rows:
        keys = {"path": row["path"]}
        cells = tuple(
            Cell(text, door("paths", spec, row=keys, column=column))
            for column, text in (
                ("trips", numbers.count(row["trips"])),
                ("share", numbers.share(row["share"], 2 if (row["share"] or 1) < RARE else 1)),
                ("customers", numbers.count(row["customers"])),
                ("median_s", numbers.duration(row["median_s"])),
            )
        )
        name, more = written(row["path"], labels)
        lines.append(Line(name, cells, (row["share"] or 0.0) / most, more, row["reached_goal"] if asked.aim else None))
    return lines


def written(path: Sequence[str], labels: Mapping[str, str]) -> tuple[str, str]:
    """Write a path: repeats of a step as one, and how many further steps a long one has."""
    runs = [(labels[key], len(list(run))) for key, run in groupby(path)]
    text = " → ".join(name if times == 1 else f"{name} × {numbers.count(times)}" for name, times in runs[:STEPS])
    further = sum(times for _name, times in runs[STEPS:])
    if not further:
        return text, ""
    more = ngettext("and %(number)s more step", "and %(number)s more steps", further) % {
        "number": numbers.count(further)
    }
    return f"{text} → …", more


def exported(result: Result, definitions: Definitions) -> Iterator[dict[str, Any]]:
    """Give the rows of a part of the table with their paths as one text each."""
    labels = _labels(result, definitions)
    for row in result.rows:
        yield row | {"path": " > ".join(labels[key] for key in row["path"])}


def _labels(result: Result, definitions: Definitions) -> dict[str, str]:
    """Name every touchpoint in the rows once."""
    keys = {key for row in result.rows for key in (row["path"] if "path" in row else (row["from"], row["to"]))}
    return {key: filters.body_label(definitions, "touchpoint", key) for key in keys}


def _value(result: Result, figure: str) -> float:
    value = result.figures[figure].value
    return float(value) if isinstance(value, int | float) else 0.0
