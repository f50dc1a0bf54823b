"""How much each part of a reading counts: made comparable, fitted, never against what rated comments say clearly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from . import logistic

Floats = npt.NDArray[np.float64]

HELD = 8.0
"""How firmly fitted weights are held towards the plain blend."""

CLEARLY = 2.0
"""Standard errors by which one way must be better than the usual one."""


def norms(parts: Floats) -> tuple[Floats, Floats]:
    """Give mean and spread of each part; of one that says nothing 0 and 1."""
    there = ~np.isnan(parts)
    count = np.maximum(there.sum(axis=0), 1)
    mean = np.where(there, parts, 0).sum(axis=0) / count
    spread = np.sqrt(np.where(there, (parts - mean) ** 2, 0).sum(axis=0) / count)
    return mean, np.where(spread > 0, spread, 1.0)


def standard(values: Floats) -> Floats:
    """Give values in units of their spread, around 0."""
    mean, spread = norms(values[:, None])
    return np.asarray((values - mean[0]) / spread[0])


def even(said: Floats, some: slice) -> Floats:
    """Give weights by which some parts count alike and their sum has a spread of 1."""
    weights = np.zeros(said.shape[1])
    weights[some] = 1.0
    spread = float((said @ weights).std())
    return weights / spread if spread > 0 else weights


def stack(said: Floats, feelings: Floats, plain: Floats, fold: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Fit the parts' weights; give them, and the values that the weights of the other folds give each fold."""

    def fit(some: npt.NDArray[np.bool_]) -> Floats:
        slope, _ = logistic.fitted(said[some] @ plain, feelings[some])
        weights, _ = logistic.stacked(said[some], feelings[some], plain * slope, HELD)
        return weights / slope

    values = np.zeros(len(said))
    for number in np.unique(fold).tolist():
        out = fold == number
        values[out] = said[out] @ fit(~out)
    return fit(np.ones(len(said), np.bool_)), values


def chosen(ways: Mapping[str, Floats], feelings: Floats) -> str:
    """Say by which of several ways to read: the first, unless rated comments speak clearly for another.

    Clearly is by more than two standard errors of the difference in how well they foretell ratings (deviance).

    Parameters
    ----------
    ways
        Values of rated comments by each way, the usual way first.
    """
    lost = {}
    share = (np.clip(feelings, -1, 1) + 1) / 2
    for name, values in ways.items():
        slope, offset = logistic.fitted(values, feelings)
        odds = slope * values + offset
        lost[name] = np.logaddexp(0, odds) - share * odds
    usual, *_ = ways
    best = min(lost, key=lambda name: float(lost[name].mean()))
    less = lost[usual] - lost[best]
    error = float(less.std()) / np.sqrt(len(less))
    return best if less.mean() > CLEARLY * error else usual
