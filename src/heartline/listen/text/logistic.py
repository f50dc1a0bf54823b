"""Logistic regression on feelings: a rating between the ends counts as partly positive and partly negative."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def learnt(rows: Any, feelings: Floats, strength: float) -> tuple[Floats, float]:
    """Give weights and offset of the log-odds that a row is positive.

    Parameters
    ----------
    rows
        A matrix, dense or sparse.
    feelings
        −1…+1 for each row.
    strength
        How little the weights are held back (scikit-learn's C).
    """
    from sklearn.linear_model import LogisticRegression  # takes a second to import

    share = (np.clip(feelings, -1, 1) + 1) / 2
    up, down = np.flatnonzero(share > 0), np.flatnonzero(share < 1)
    sides = np.concatenate([np.ones(len(up)), np.zeros(len(down))])
    parts = np.concatenate([share[up], 1 - share[down]])
    made: Any = LogisticRegression(C=strength, solver="liblinear", max_iter=300)
    made.fit(rows[np.concatenate([up, down])], sides, sample_weight=parts)
    return np.asarray(made.coef_[0], np.float64), float(made.intercept_[0])


def fitted(z: Floats, feelings: Floats) -> tuple[float, float]:
    """Give slope (above 0) and offset of `feeling = 2·σ(slope·z + offset) − 1`."""
    weights, offset = stacked(z[:, None], feelings, np.array([1.0]), 0.01)
    return max(float(weights[0]), 0.02), offset


def stacked(parts: Floats, feelings: Floats, towards: Floats, held: float) -> tuple[Floats, float]:
    """Give the weights (none below 0) and the offset of parts, held back towards some weights."""
    from scipy.optimize import minimize

    share = (np.clip(feelings, -1, 1) + 1) / 2

    def loss(point: Floats) -> tuple[float, Floats]:
        odds = parts @ point[:-1] + point[-1]
        away = point[:-1] - towards
        wrong = 1 / (1 + np.exp(-np.clip(odds, -30, 30))) - share
        value = (np.logaddexp(0, odds) - share * odds).sum() + held * (away @ away)
        return float(value), np.concatenate([parts.T @ wrong + 2 * held * away, [wrong.sum()]])

    begin = np.concatenate([towards, [0.0]])
    bounds = [(0, None)] * len(towards) + [(-8, 8)]
    found = minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x[:-1]), float(found.x[-1])


def felt(z: Floats, slope: float, offset: float) -> Floats:
    """Map values to feelings, −1…+1: what a rating beside such a text would say on average."""
    return np.asarray(np.tanh((slope * z + offset) / 2))
