"""Small groups, drawn towards what all groups say as far as chance alone may have set them apart.

Groups are taken to differ around a common mean by a normal law (empirical Bayes, Efron & Morris 1975, JASA 70); how
much they really differ is estimated by Paule & Mandel (1982), and intervals are those of Morris (1983, JASA 78), which
hold that the difference between groups is itself not known exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heartline.listen.intervals import Z

from .weighing import Floats

FEWEST = 4
"""Groups below which nothing can be told of how much groups differ."""
OWN = 30
"""People from which a group's own spread is used, rather than that of all."""


@dataclass(frozen=True)
class Group:
    """The answers of one group: their mean, how many, what they are worth, and how far they spread.

    Parameters
    ----------
    effective
        As many independent answers as would tell as much.
    variance
        Of single answers.
    """

    mean: float
    n: int
    effective: float
    variance: float


@dataclass(frozen=True)
class Pooled:
    """The pooled means: for each group its mean, half its interval, and how much of it is the common mean.

    Parameters
    ----------
    shares
        For each group, and each group that it draws from, the share of that one's mean in its pooled mean.
    """

    means: Floats
    halves: Floats
    drawn: Floats
    shares: Floats


def pooled(groups: Sequence[Group]) -> Pooled | None:
    """Draw groups towards their common mean; None where there are too few of them."""
    many = len(groups)
    if many < FEWEST:
        return None
    means = np.array([group.mean for group in groups])
    noise = _noise(groups)
    between = _between(means, noise)
    trust = 1 / (noise + between)
    common = trust / trust.sum()
    middle = float(common @ means)
    drawn = (many - 3) / (many - 1) * noise / (noise + between)
    shares = np.outer(drawn, common) + np.diag(1 - drawn)
    spread = noise * (1 - (many - 1) / many * drawn) + 2 / (many - 3) * (drawn * (means - middle)) ** 2
    return Pooled(shares @ means, Z * np.sqrt(spread), drawn, shares)


def _noise(groups: Sequence[Group]) -> Floats:
    """Give the variance of each group's mean; small groups have the spread of all answers, theirs is chance itself."""
    size = np.array([group.n for group in groups], dtype=float)
    spread = np.array([group.variance for group in groups])
    worth = np.array([max(group.effective, 1.0) for group in groups])
    free = np.maximum(size - 1, 0)
    all_of_them = float(size @ spread / free.sum()) if free.sum() > 0 and (size @ spread) > 0 else float(spread.max())
    own = (worth >= OWN) & (spread > 0)
    theirs = spread * size / np.maximum(free, 1)
    noise: Floats = np.maximum(np.where(own, theirs, all_of_them), 1e-12) / worth
    return noise


def _between(means: Floats, noise: Floats) -> float:
    """Give the variance between groups that chance does not explain (Paule & Mandel 1982)."""
    low, high = 0.0, float(np.var(means, ddof=1)) * len(means) + 1e-12
    if _excess(means, noise, low) <= 0:
        return 0.0
    for _ in range(60):
        half = (low + high) / 2
        low, high = (half, high) if _excess(means, noise, half) > 0 else (low, half)
    return (low + high) / 2


def _excess(means: Floats, noise: Floats, between: float) -> float:
    trust = 1 / (noise + between)
    middle = float(trust @ means / trust.sum())
    return float(trust @ (means - middle) ** 2) - (len(means) - 1)
