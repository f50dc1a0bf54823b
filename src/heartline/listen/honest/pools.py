"""Rows of scores, pooled: each split's small groups drawn towards the others of the same scale, measure and period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from heartline.core.result import Column
from heartline.core.scales import Scale
from heartline.listen.intervals import Sums

from .pooling import Group, Pooled, pooled

COLUMNS = (
    Column("pooled", "float", "as value", "the value drawn towards that of all groups; null with fewer than 4 of them"),
    Column("pooled_low", "float", "as value", "lower end of its 95 % interval"),
    Column("pooled_high", "float", "as value", "upper end of its 95 % interval"),
    Column("pooled_n", "int", "count", "answers of all groups that it draws from"),
)
METHOD = "partial pooling: empirical Bayes (Efron & Morris 1975), intervals by Morris (1983)"
NOTHING = {"pooled": None, "pooled_low": None, "pooled_high": None, "pooled_n": 0}
Rows = Sequence[Mapping[str, Any]]


def together(rows: Rows) -> dict[tuple[Any, ...], list[int]]:
    """Give the places of the rows that are pooled with each other: of one scale, measure and period."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for place, row in enumerate(rows):
        found.setdefault((row["scale"], row["measure"], row.get("period")), []).append(place)
    return found


def of(rows: Rows, places: Sequence[int]) -> Pooled | None:
    """Pool some rows, in the unit of single answers."""
    return pooled([_group(rows[place]["sums"]) for place in places])


def cells(rows: Rows, known: Mapping[str, Scale]) -> list[dict[str, Any]]:
    """Give the pooled cells of every row."""
    made: list[dict[str, Any]] = [dict(NOTHING) for _ in rows]
    for (scale, measure, _), places in together(rows).items():
        found = of(rows, places)
        if found is None:
            continue
        low, high = {"nps": (-1.0, 1.0), "top": (0.0, 1.0)}.get(measure, (known[scale].low, known[scale].high))
        unit, n = 100.0 if measure == "nps" else 1.0, sum(rows[place]["n"] for place in places)
        ends = np.clip(found.means - found.halves, low, high), np.clip(found.means + found.halves, low, high)
        for number, place in enumerate(places):
            made[place] = {
                "pooled": unit * float(found.means[number]),
                "pooled_low": unit * float(ends[0][number]),
                "pooled_high": unit * float(ends[1][number]),
                "pooled_n": n,
            }
    return made


def _group(sums: Sums) -> Group:
    return Group(sums.mean, sums.n, sums.effective, max(sums.q / sums.n - sums.mean**2, 0.0))
