"""Answers that do not all weigh the same: estimates by group, clustered by customer, and their effective number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.listen.intervals import Z, nps_interval, wilson

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Estimate:
    """A weighted measure: its value, interval, how many answers it rests on, and how many equal ones tell as much."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    effective: float | None = None


def kish(weights: Floats) -> float:
    """Give the effective number of answers (Σw)²/Σw² (Kish 1965)."""
    squares = float((weights * weights).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def clusters(customers: Any) -> Codes:
    """Number the customers of answers; each answer of nobody known is a cluster of its own."""
    encoded = customers.combine_chunks().dictionary_encode()
    codes: Codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    nobody = codes < 0
    codes[nobody] = len(encoded.dictionary) + np.arange(nobody.sum())
    return codes


def errors(values: Floats, weights: Floats, of: Codes, codes: Codes, size: int) -> Floats:
    """Give the standard error of the weighted mean of each group, clustered; not a number for fewer than two clusters.

    Linearised variance of a ratio (Cochran 1977, section 9A), with weights taken as given.

    Parameters
    ----------
    of, codes
        Cluster and group of every answer.
    """
    total = np.bincount(codes, weights, minlength=size)
    means = np.bincount(codes, weights * values, minlength=size) / np.where(total > 0, total, 1)
    cells, place = np.unique(codes * (int(of.max(initial=0)) + 1) + of, return_inverse=True)
    residuals = np.bincount(place, weights * (values - means[codes]), minlength=len(cells))
    group = cells // (int(of.max(initial=0)) + 1)
    count = np.bincount(group, minlength=size)
    squares = np.bincount(group, residuals**2, minlength=size)
    many = (count > 1) & (total > 0)
    spread = np.full(size, np.nan)
    spread[many] = np.sqrt(squares[many] * count[many] / (count[many] - 1)) / total[many]
    return spread


def estimate(measure: str, values: Floats, weights: Floats, spread: float) -> Estimate:
    """Make the estimate of a measure from answers, their weights and its standard error, not a number where unknown.

    NPS and shares take their usual intervals with the number of independent answers that the error speaks of.

    Parameters
    ----------
    values
        Answers for a mean; 1, 0 and for NPS −1 for boxes.
    """
    n, total = len(values), float(weights.sum())
    if not n or total <= 0:
        return Estimate()
    value, effective = float((weights * values).sum() / total), kish(weights)
    certain = bool(np.isfinite(spread))
    if measure == "mean":
        low, high = (value - Z * spread, value + Z * spread) if certain else (None, None)
        return Estimate(value, low, high, n, effective)
    alone = float((weights * values**2).sum() / total) - value**2
    told = alone / spread**2 if certain and spread > 0 and alone > 1e-12 else effective
    if measure == "top":
        low, high = wilson(value, told)
        return Estimate(value, low, high, n, effective)
    p, d = (float(weights[values == side].sum() / total) for side in (1.0, -1.0))
    low, high = nps_interval(p, d, told)
    return Estimate(100 * value, low, high, n, effective)
