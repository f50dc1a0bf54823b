"""How well feeling is read: measured on ratings that the model did not learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEAST = 30
"""Ratings without which nothing is said."""
EACH = 5
"""Positive, and negative, ratings without which nothing is said about telling them apart."""
CLEAR = 0.45
"""How far from the middle a rating must be to count as positive or negative: 4 and 5, 1 and 2 of 5 stars."""
REPEATS = 200


@dataclass(frozen=True)
class Measured:
    """What came out.

    Parameters
    ----------
    n, positive, negative
        Ratings, and those clearly good and clearly bad.
    auc
        How often a text with a good rating is read as better than one with a bad rating; low, high.
    rho
        Rank correlation with the ratings (Spearman); low, high.
    """

    n: int
    positive: int
    negative: int
    auc: tuple[float, float, float] | None
    rho: tuple[float, float, float] | None


def measured(values: Floats, feelings: Floats, seed: int = 0) -> Measured | None:
    """Compare values with ratings; intervals by bootstrap over texts, 95 %. None with too few ratings."""
    if len(values) < LEAST:
        return None
    good, bad = feelings >= CLEAR, feelings <= -CLEAR
    rng = np.random.default_rng(seed)
    draws = [rng.integers(0, len(values), len(values)) for _ in range(REPEATS)]
    found: tuple[float, float, float] | None = None
    if good.sum() >= EACH and bad.sum() >= EACH:
        clear = good | bad
        ranked = _ranks(values)
        spread = [auc(ranked[one][clear[one]], good[one][clear[one]]) for one in draws]
        found = (auc(values[clear], good[clear]), *_ends(spread))
    ranks = _ranks(values), _ranks(feelings)
    rho = None
    if ranks[0].std() > 0 and ranks[1].std() > 0:
        rho = (_correlation(*ranks), *_ends([_correlation(ranks[0][one], ranks[1][one]) for one in draws]))
    return Measured(len(values), int(good.sum()), int(bad.sum()), found, rho)


def auc(values: Floats, good: npt.NDArray[np.bool_]) -> float:
    """Give how often a good one has a higher value than a bad one; ties count half."""
    above, below = int(good.sum()), int((~good).sum())
    if not above or not below:
        return float("nan")
    return float((_ranks(values)[good].sum() - above * (above + 1) / 2) / (above * below))


def _ranks(values: Floats) -> Floats:
    from scipy.stats import rankdata

    return np.asarray(rankdata(values), np.float64)


def _correlation(one: Floats, other: Floats) -> float:
    if one.std() == 0 or other.std() == 0:
        return float("nan")
    return float(np.corrcoef(one, other)[0, 1])


def _ends(values: list[float]) -> tuple[float, float]:
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)
