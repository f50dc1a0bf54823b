"""We and they, number by number: how far two shares or two means lie apart, and whether that can be told.

Shares: difference with the interval of Newcombe (1998, method 10), the chance by the pooled z-test, or by Fisher's
exact test where few are expected. Means: Welch (1947). Chances are corrected for how many numbers of a kind are looked
at (Holm 1979). With fewer than `FEWEST` on a side nothing is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

import numpy as np

from ..intervals import Sums, apart, welch, wilson
from ..surveys.crossing import EXPECTED, SURE, holm

FEWEST = 20
"""Texts or ratings on each side below which nothing is told."""
NORMAL = NormalDist()


@dataclass(frozen=True)
class Apart:
    """How far ours lies from theirs.

    Parameters
    ----------
    difference, low, high
        Ours minus theirs, with its interval; None where one side is not known.
    p
        How often chance alone does that much, before any correction; None where too few are known.
    """

    difference: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None


def shares(ours: Sums, theirs: Sums) -> Apart:
    """Hold a share of ours against one of theirs; each is the mean of ones and zeros."""
    if not ours.n or not theirs.n:
        return Apart()
    a, b, n, m = ours.mean, theirs.mean, ours.effective, theirs.effective
    (a_low, a_high), (b_low, b_high) = wilson(a, n), wilson(b, m)
    if a_low is None or a_high is None or b_low is None or b_high is None:
        return Apart(a - b)
    difference, low, high = apart(a, (a_low, a_high), b, (b_low, b_high))
    return Apart(difference, max(-1.0, low), min(1.0, high), _chance_of_shares(a, b, n, m))


def _chance_of_shares(a: float, b: float, n: float, m: float) -> float | None:
    if min(n, m) < FEWEST:
        return None
    pooled = (a * n + b * m) / (n + m)
    if pooled in (0.0, 1.0):
        return 1.0
    if min(pooled, 1 - pooled) * min(n, m) < EXPECTED:
        from scipy.stats import fisher_exact  # a second that no start of a process waits for

        table = [[round(a * n), round(n) - round(a * n)], [round(b * m), round(m) - round(b * m)]]
        return float(fisher_exact(table).pvalue)
    z = (a - b) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return 2 * NORMAL.cdf(-abs(z))


def means(ours: Sums, theirs: Sums) -> Apart:
    """Hold a mean of ours against one of theirs."""
    difference, low, high = welch(ours, theirs)
    if difference is None or low is None or min(ours.people, theirs.people) < FEWEST:
        return Apart(difference, low, high)
    error = sqrt((ours.error or 0) ** 2 + (theirs.error or 0) ** 2)
    if not error:
        return Apart(difference, low, high, 1.0 if difference == 0 else 0.0)
    return Apart(difference, low, high, 2 * NORMAL.cdf(-abs(difference) / error))


def corrected(chances: Sequence[float | None]) -> list[float | None]:
    """Correct chances for how many there are; what is unknown stays so and counts for none."""
    found = holm(np.array([np.nan if one is None else one for one in chances], np.float64))
    return [None if np.isnan(one) else float(one) for one in found]


def tells(apart: Apart, p: float | None) -> str:
    """Say which side is higher: `ours`, `theirs`; empty where that cannot be told."""
    if p is None or p >= SURE or not apart.difference:
        return ""
    return "ours" if apart.difference > 0 else "theirs"
