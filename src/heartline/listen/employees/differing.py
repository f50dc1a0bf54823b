"""A difference of differences: how one group moved from one time to the next, less how another moved."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa

GROUPS = ("trained", "others")
TIMES = ("earlier", "then", "now")
CELLS = tuple((who, when) for who in GROUPS for when in TIMES)
NOW, EARLIER = ("then", "now"), ("earlier", "then")
LEAST = 20
"""Answers that each of the four cells needs."""
LEAST_UNITS = 4
"""Parts of the company on each side that are enough to be the clusters."""
LEVEL = 0.975


@dataclass(frozen=True)
class Difference:
    """A difference of differences with its 95 % interval; None where too little is known."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    method: str


@dataclass(frozen=True)
class Differed:
    """How both groups moved, and whether they had moved apart before.

    Parameters
    ----------
    means, counts
        By group and time.
    few
        One of the four cells has fewer answers than needed.
    by_unit
        Whether parts of the company are the clusters.
    """

    effect: Difference
    earlier: Difference
    means: dict[tuple[str, str], float]
    counts: dict[tuple[str, str], int]
    few: bool
    by_unit: bool

    @property
    def parted(self) -> bool:
        """Whether both moved apart already before, beyond chance."""
        one = self.earlier
        return one.low is not None and one.high is not None and not one.low <= 0 <= one.high


def told_apart(found: Differed) -> Difference:
    """Give the effect; nothing where both had moved apart before."""
    if not found.parted:
        return found.effect
    one = found.effect
    return Difference(None, None, None, one.n, f"{one.method}; not told, since both had moved apart before")


@dataclass
class _Group:
    """Sums of one group by cluster and time."""

    clusters: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, cluster: str, when: str, n: float, s: float) -> None:
        cell = self.clusters.setdefault(cluster, {}).setdefault(when, [0.0, 0.0])
        cell[0] += n
        cell[1] += s

    def total(self, when: str) -> tuple[float, float]:
        """Give the answers at a time, and their sum."""
        cells = [cells[when] for cells in self.clusters.values() if when in cells]
        return sum(cell[0] for cell in cells), sum(cell[1] for cell in cells)

    def moved(self, times: tuple[str, str]) -> tuple[float, float, int]:
        """Give how the mean moved, its variance, and the clusters that stand behind it.

        Linearised: each cluster's part in the later mean less its part in the earlier one (Cochran 1977, 9A), so that
        whoever answered at both times counts once.
        """
        (n0, s0), (n1, s1) = self.total(times[0]), self.total(times[1])
        m0, m1 = s0 / n0, s1 / n1
        parts = []
        for cells in self.clusters.values():
            if times[0] in cells or times[1] in cells:
                (a0, b0), (a1, b1) = (cells.get(when, (0.0, 0.0)) for when in times)
                parts.append((b1 - m1 * a1) / n1 - (b0 - m0 * a0) / n0)
        count = len(parts)
        spread = float(np.square(parts).sum()) * count / (count - 1) if count > 1 else float("nan")
        return m1 - m0, spread, count


def differed(sums: pa.Table) -> Differed:
    """Make it of sums: `who time unit person n s`."""
    rows = sums.to_pylist()
    units = {who: {row["unit"] for row in rows if row["who"] == who} for who in GROUPS}
    by_unit = all(len(units[who]) >= LEAST_UNITS for who in GROUPS)
    groups = {who: _Group() for who in GROUPS}
    for row in rows:
        cluster = row["unit"] if by_unit else row["person"]
        groups[row["who"]].add(str(cluster), row["time"], float(row["n"]), float(row["s"] or 0.0))
    totals = {(who, when): groups[who].total(when) for who, when in CELLS}
    counts = {cell: int(n) for cell, (n, _) in totals.items()}
    means = {cell: s / n for cell, (n, s) in totals.items() if n}
    few = any(counts[who, when] < LEAST for who in GROUPS for when in NOW)
    both = [_difference(groups, counts, times, by_unit=by_unit) for times in (NOW, EARLIER)]
    return Differed(both[0], both[1], means, counts, few, by_unit)


def _difference(
    groups: dict[str, _Group], counts: dict[tuple[str, str], int], times: tuple[str, str], *, by_unit: bool
) -> Difference:
    here = [counts[who, when] for who in GROUPS for when in times]
    how = "parts of the company" if by_unit else "customers"
    method = f"difference of differences of mean feeling; linearised, clustered by {how}, Student's t"
    if min(here) < LEAST:
        return Difference(None, None, None, sum(here), method)
    (a, a_spread, a_count), (b, b_spread, b_count) = (groups[who].moved(times) for who in GROUPS)
    if a_count < 2 or b_count < 2:
        return Difference(None, None, None, sum(here), method)
    half = _t(a_spread, a_count, b_spread, b_count) * sqrt(a_spread + b_spread)
    return Difference(a - b, a - b - half, a - b + half, sum(here), method)


def _t(a: float, a_count: int, b: float, b_count: int) -> float:
    """Give Student's t for both spreads together (Welch 1947; Satterthwaite's degrees of freedom)."""
    from scipy.stats import t  # slow to import

    below = a**2 / (a_count - 1) + b**2 / (b_count - 1)
    free: Any = (a + b) ** 2 / below if below > 0 else a_count + b_count - 2
    return float(t.ppf(LEVEL, max(1.0, free)))
