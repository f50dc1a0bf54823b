"""How a number is made of the rows behind it: each measure makes it again from a listing's `value` column.

They are deliberately written a second time, without the engine: `evidence` and its test hold every verb against them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .errors import unknown

Number = float | int | None
Measure = Callable[[Any], Number]
"""From a pyarrow Table with `value` (and `group` where two groups are contrasted) to the number; None without rows."""


def _values(table: Any) -> Any:
    return np.asarray(table["value"].to_numpy(zero_copy_only=False), dtype=float)


def count(table: Any) -> Number:
    """Count the rows."""
    return int(table.num_rows)


def distinct(table: Any) -> Number:
    """Count the different values."""
    return len(set(table["value"].unique().to_pylist()) - {None})


def total(table: Any) -> Number:
    """Add the values up; nothing adds up to 0."""
    return float(_values(table).sum())


def mean(table: Any) -> Number:
    """Average the values."""
    return float(_values(table).mean()) if table.num_rows else None


def nps(table: Any) -> Number:
    """Give 100·(share of 9–10 − share of 0–6)."""
    values = _values(table)
    return float(100 * ((values >= 9).mean() - (values <= 6).mean())) if len(values) else None


def quantile(share: float) -> Measure:
    """Give the measure of an exact quantile, linear between neighbours."""

    def measure(table: Any) -> Number:
        return float(np.quantile(_values(table), share)) if table.num_rows else None

    return measure


def contrast(table: Any) -> Number:
    """Give the mean of the group `good` minus that of the group `bad`."""
    values, groups = _values(table), np.asarray(table["group"].to_pylist())
    good, bad = values[groups == "good"], values[groups == "bad"]
    return float(good.mean() - bad.mean()) if len(good) and len(bad) else None


def largest(table: Any) -> Number:
    """Give the largest value."""
    return float(_values(table).max()) if table.num_rows else None


MEASURES: dict[str, Measure] = {
    "count": count,
    "distinct": distinct,
    "sum": total,
    "mean": mean,
    "share": mean,
    "nps": nps,
    "median": quantile(0.5),
    "p90": quantile(0.9),
    "contrast": contrast,
    "max": largest,
}


def find(name: str) -> Measure:
    """Give a measure by name."""
    if name not in MEASURES:
        raise unknown("measure", name, list(MEASURES), field="measure")
    return MEASURES[name]
