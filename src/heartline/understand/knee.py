"""The tolerance knee: how long people wait before their feeling begins to fall, by segmented regression.

Points are gathered in bins of waits, narrow on a logarithmic scale, and only their moments are kept: the least-squares
fit of two joined lines with the knee at any edge of a bin follows from them exactly, however many points there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heartline.store.kernel import Array

BINS = 512
SHORTEST_S, LONGEST_S = 1.0, 1e8
FEWEST = 100
"""Fewer points than this cannot tell."""
TRIM = 0.15
"""The knee is looked for between these quantiles of the waits, as the critical value supposes."""
SUP_F = 12.35
"""1 % critical value of the largest F over places of one break, 15 % trimmed (Andrews 1993, Econometrica 61)."""
LIKELY = 3.841
"""95 % quantile of χ² with one degree of freedom, for the interval by profile likelihood."""
WIDEST = 6.0
"""An interval whose ends differ by more than this factor tells nothing."""
_EDGES = np.concatenate(([0.0], np.geomspace(SHORTEST_S, LONGEST_S, BINS)))


@dataclass(frozen=True)
class Knee:
    """Where it lies, between what, and how many points tell so."""

    at_s: float
    low_s: float
    high_s: float
    n: int


def moments(wait: Array, outcome: Array, group: Array, groups: int) -> Array:
    """Sum up points by group and bin: an array (groups, bins, 6) of n, w, w², y, y², w·y, which may be added up."""
    place = np.clip(np.searchsorted(_EDGES, wait, side="right") - 1, 0, BINS)
    cell = group * (BINS + 1) + place
    parts = (np.ones(len(wait)), wait, wait * wait, outcome, outcome * outcome, wait * outcome)
    size = groups * (BINS + 1)
    summed = [np.bincount(cell, weights=part, minlength=size) for part in parts]
    return np.stack(summed, axis=1).reshape(groups, BINS + 1, 6)


def knee(summed: Array) -> Knee | None:
    """Fit y = a + b·w + c·max(0, w − k) over all places k; None where the points do not tell of a fall beyond one.

    A knee is told only if the second slope falls off (c < 0) by more than chance would do (largest F above SUP_F), and
    if its 95 % interval by profile likelihood is not wide open.

    Source
    ------
    Hansen (2017), Regression kink with an unknown threshold, JBES 35; critical value as Andrews (1993).
    """
    total = summed.sum(axis=0)
    n = total[0]
    if n < FEWEST:
        return None
    scale = total[1] / n or 1.0  # waits in units of their mean: seconds squared would drown the rest
    units = np.array([1, scale, scale**2, 1, 1, scale])
    beyond = np.cumsum((summed / units)[::-1], axis=0)[::-1]
    whole = beyond[0]
    share = np.cumsum(summed[:, 0]) / n
    places = np.flatnonzero((share[:-1] >= TRIM) & (share[:-1] <= 1 - TRIM)) + 1
    places = places[np.append(True, beyond[places[1:], 0] < beyond[places[:-1], 0])] if len(places) else places
    if not len(places):
        return None
    edges = _EDGES[places] / scale
    straight, _ = _fit(_normal(whole), np.array([whole[3], whole[5]]), whole[4])
    errors, bends = _bent(whole, beyond[places], edges)
    best = int(np.argmin(errors))
    if not errors[best] > 0 or bends[best] >= 0 or (straight - errors[best]) / errors[best] * (n - 4) < SUP_F:
        return None
    likely = np.flatnonzero((n - 4) * np.log(errors / errors[best]) <= LIKELY)
    low, high = float(edges[likely[0]] * scale), float(edges[likely[-1]] * scale)
    at_an_end = likely[0] == 0 or likely[-1] == len(places) - 1
    if at_an_end or high > WIDEST * low:
        return None
    return Knee(float(edges[best] * scale), low, high, round(float(n)))


def _bent(whole: Array, beyond: Array, edges: Array) -> tuple[Array, Array]:
    """Give the residual sum of squares and the bend of the best joined lines for each place of the knee."""
    n, w, ww, y, _, wy = beyond.T
    past = w - edges * n  # sum of (w − k) over the points beyond k
    squares = ww - 2 * edges * w + edges**2 * n
    cross = ww - edges * w
    target = wy - edges * y
    errors, bends = np.empty(len(edges)), np.empty(len(edges))
    for place in range(len(edges)):
        normal = np.zeros((3, 3))
        normal[:2, :2] = _normal(whole)
        normal[2] = normal[:, 2] = past[place], cross[place], squares[place]
        errors[place], fitted = _fit(normal, np.array([whole[3], whole[5], target[place]]), whole[4])
        bends[place] = fitted[2]
    return errors, bends


def _normal(whole: Array) -> Array:
    return np.array([[whole[0], whole[1]], [whole[1], whole[2]]])


def _fit(normal: Array, target: Array, squares: float) -> tuple[float, Array]:
    """Solve normal equations; give the residual sum of squares and the coefficients."""
    fitted: Array = np.linalg.lstsq(normal, target, rcond=None)[0]
    return float(squares - fitted @ target), fitted
