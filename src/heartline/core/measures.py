"""How a number is made of the rows behind it: each measure makes it again from a listing's `value` column.

They are deliberately written a second time, without the engine: `evidence` and its test hold every verb against them.
"""

from __future__ import annotations

import math
from collections import Counter
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


def _weights(table: Any) -> Any:
    return np.asarray(table["weight"].to_numpy(zero_copy_only=False), dtype=float)


def weighted_mean(table: Any) -> Number:
    """Average the values by their weights."""
    weights = _weights(table)
    return float((weights * _values(table)).sum() / weights.sum()) if weights.sum() > 0 else None


def weighted_nps(table: Any) -> Number:
    """Give 100·(weighted share of 9–10 − weighted share of 0–6)."""
    values, weights = _values(table), _weights(table)
    if not weights.sum() > 0:
        return None
    return float(100 * (weights[values >= 9].sum() - weights[values <= 6].sum()) / weights.sum())


def effective(table: Any) -> Number:
    """Give how many equal weights tell as much (Kish 1965)."""
    weights = _weights(table)
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.sum() > 0 else None


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


def difference_of_differences(table: Any) -> Number:
    """Give how the mean of the group `trained` moved from `then` to `now`, less how that of `others` moved."""
    values, groups = _values(table), np.asarray(table["group"].to_pylist())
    cells = [values[groups == name] for name in ("trained now", "trained then", "others now", "others then")]
    if not all(len(cell) for cell in cells):
        return None
    after, before, other_after, other_before = (cell.mean() for cell in cells)
    return float(after - before - (other_after - other_before))


def largest(table: Any) -> Number:
    """Give the largest value."""
    return float(_values(table).max()) if table.num_rows else None


def cramers_v(table: Any) -> Number:
    """Give how strongly `value` and `group` hang together: √(χ² ÷ (n·(k − 1))), k the fewer of both (Cramér 1946)."""
    pairs = Counter(zip(table["value"].to_pylist(), table["group"].to_pylist(), strict=True))
    rows, columns = Counter[Any](), Counter[Any]()
    for (row, column), number in pairs.items():
        rows[row] += number
        columns[column] += number
    n, fewer = table.num_rows, min(len(rows), len(columns)) - 1
    if fewer < 1:
        return None
    squares = sum(number**2 / (rows[row] * columns[column]) for (row, column), number in pairs.items())
    return math.sqrt(max(0.0, squares - 1) / fewer) if n else None


def unknown_yet(_table: Any) -> Number:
    """Give nothing: the rows are too few to tell."""
    return None


MEASURES: dict[str, Measure] = {
    "count": count,
    "distinct": distinct,
    "sum": total,
    "mean": mean,
    "share": mean,
    "nps": nps,
    "weighted_mean": weighted_mean,
    "weighted_nps": weighted_nps,
    "effective": effective,
    "median": quantile(0.5),
    "p10": quantile(0.1),
    "p25": quantile(0.25),
    "p75": quantile(0.75),
    "p90": quantile(0.9),
    "contrast": contrast,
    "difference_of_differences": difference_of_differences,
    "max": largest,
    "cramers_v": cramers_v,
    "unknown": unknown_yet,
}


def find(name: str) -> Measure:
    """Give a measure by name."""
    if name not in MEASURES:
        raise unknown("measure", name, list(MEASURES), field="measure")
    return MEASURES[name]
