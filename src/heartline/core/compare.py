"""Two answers to the same question, side by side: now and before, or here and there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from math import sqrt
from statistics import NormalDist
from typing import Any
from urllib.parse import parse_qsl

from . import say
from .errors import InvalidInput
from .period import Period, parse_period
from .result import Column, Figure, Result
from .selection import S, build, to_dict
from .sentence import Sentence

Z = NormalDist().inv_cdf(0.975)
WEEKS = 364
"""Days in 52 weeks: the same weekdays a year earlier."""


def other(spec: S, period: str) -> S:
    """Give the spec to compare with: the same question about another period or another selection.

    Parameters
    ----------
    period
        The resolved period of the question itself.

    Raises
    ------
    InvalidInput
        `bad_compare` when it is none of `before`, `last_year` and a query string; `open_period` when a period
        without both ends shall be compared with the one before.
    """
    wanted = spec.compare or ""
    values = to_dict(spec) | {"period": period}
    values.pop("compare", None)
    if wanted == "before":
        values["period"] = str(parse_period(period).before())
    elif wanted == "last_year":
        days = parse_period(period)
        if days == Period():
            raise InvalidInput(
                "open_period", "All of time has no year before it.", field="compare", remedy="Set a period."
            )
        values["period"] = str(days.shifted(-WEEKS))
    else:
        values |= _asked(type(spec), wanted)
    return build(type(spec), values)


def _asked(kind: type[Any], text: str) -> dict[str, Any]:
    """Read another selection from a query string; a field given several times, or with commas, is a list."""
    known = {part.name: part.default for part in fields(kind) if part.name != "compare"}
    values: dict[str, Any] = {}
    for name, value in parse_qsl(text.lstrip("?"), keep_blank_values=True):
        if name in known and isinstance(known[name], tuple):
            values[name] = [*values.get(name, []), *(part for part in value.split(",") if part)]
        else:
            values[name] = value or None
    odd = sorted(set(values) - set(known))
    if odd or not values:
        raise InvalidInput(
            "bad_compare",
            f"“{odd[0] if odd else text}” is nothing to compare with.",
            field="compare",
            remedy="Write before, last_year, or a selection like unit=berlin&period=2017.",
        )
    return values


def compared(now: Result, before: Result, key: Sequence[str]) -> Result:
    """Put the other answer beside the first: figures `X_before`, `X_change`; in rows `X_before`, matched by key."""
    figures = dict(now.figures)
    for name, figure in now.figures.items():
        past = before.figures.get(name) or Figure(None, measured_in=figure.measured_in, counts=figure.counts)
        figures[f"{name}_before"] = past
        figures[f"{name}_change"] = change(figure, past)
    columns, rows, lost = _beside(now, before, [name for name in key if name in {c.name for c in now.columns}])
    notes = [Sentence("Compared with {what}.", {"what": _difference(now.spec, before.spec)}), *_moved(figures, now)]
    if lost:
        notes.append(Sentence("{n} rows of the other side have no counterpart here.", {"n": say.count(lost)}))
    return replace(now, figures=figures, columns=columns, rows=rows).with_notes(*notes)


def change(now: Figure, before: Figure) -> Figure:
    """Give now − before, as two independent samples: z = Δ/√(SE₁² + SE₂²), interval Δ ∓ 1.96·√(SE₁² + SE₂²)."""
    if not _number(now.value) or not _number(before.value):
        return Figure(None, measured_in=now.measured_in, method="one side is not known", counts=now.counts)
    delta = now.value - before.value  # type: ignore[operator]  # both were just checked
    errors = [
        (side.high - side.low) / (2 * Z) for side in (now, before) if side.low is not None and side.high is not None
    ]
    if len(errors) < 2:
        return Figure(delta, measured_in=now.measured_in, method="now − before", counts=now.counts)
    error = sqrt(errors[0] ** 2 + errors[1] ** 2)
    n = None if now.n is None or before.n is None else now.n + before.n
    z = f"z = {delta / error:.2f}" if error else "no spread"
    method = f"now − before, two independent samples, {z}"
    return Figure(delta, delta - Z * error, delta + Z * error, n, now.measured_in, method, now.counts)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _beside(now: Result, before: Result, key: Sequence[str]) -> tuple[tuple[Column, ...], list[dict[str, Any]], int]:
    """Give columns and rows with the other side's numbers, and how many of its rows found no place."""
    numeric = [column.name for column in now.columns if column.type in ("int", "float") and column.name not in key]
    columns: list[Column] = []
    for column in now.columns:
        columns.append(column)
        if column.name in numeric:
            twin = replace(column, name=f"{column.name}_before", meaning=f"{column.meaning}, on the other side")
            columns.append(twin)
    places = _places(now, before) if "period" in key else {}
    past = {_key(row, key, places): row for row in before.rows}
    rows = []
    for row in now.rows:
        twin_row = past.pop(_key(row, key, {}), {})
        rows.append(row | {f"{name}_before": twin_row.get(name) for name in numeric})
    return tuple(columns), rows, len(past)


def _key(row: Mapping[str, Any], key: Sequence[str], places: Mapping[str, str]) -> tuple[str, ...]:
    values = {name: row.get(name) for name in key}
    if places and values.get("period") in places:
        values["period"] = places[str(values["period"])]
    return tuple(repr(value) for value in values.values())


def _places(now: Result, before: Result) -> dict[str, str]:
    """Map the other side's weeks or months to those of this side: where their middle falls when moved along."""
    start, past = (parse_period(side.spec.get("period") or "all").start for side in (now, before))
    if start is None or past is None:
        return {}
    here = {label: parse_period(label) for label in {str(row["period"]) for row in now.rows}}
    found = {}
    for label in {str(row["period"]) for row in before.rows}:
        days = parse_period(label)
        if days.start is None or days.end is None:
            continue
        middle = days.start + (days.end - days.start) // 2 + (start - past)
        found[label] = next((name for name, span in here.items() if span.start <= middle < span.end), f"other {label}")  # type: ignore[operator]  # labels of rows are closed
    return found


def _difference(now: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Say in which fields the other side differs: `period 2023-01-01/2024-01-01`."""
    parts = []
    for name in {**now, **before}:
        if name != "compare" and now.get(name) != before.get(name):
            value = before.get(name)
            parts.append(f"{name} {', '.join(value) if isinstance(value, list | tuple) else value or 'any'}")
    return ", ".join(parts) or "itself"


def _moved(figures: Mapping[str, Figure], now: Result) -> list[Sentence]:
    """Say of the first figure with an interval whether it moved for certain."""
    for name in now.figures:
        moved = figures[f"{name}_change"]
        if moved.low is None or moved.high is None or not _number(moved.value):
            continue
        scale = 100 if moved.measured_in == "share" else 1
        values = {"figure": name, "change": f"{scale * float(moved.value or 0):+,.2f}"}
        if moved.low <= 0 <= moved.high:
            return [Sentence("{figure} differs by {change}: within what chance alone can do.", values)]
        return [Sentence("{figure} differs by {change}: more than chance would explain.", values)]
    return []
