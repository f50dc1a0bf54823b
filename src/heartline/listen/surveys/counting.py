"""Sums and intervals of values that stand in memory, with people as clusters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.listen.intervals import Sums, independent, mean_interval, nps_interval, wilson

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Interval = tuple[float | None, float | None]
SPREADS = {"p10": 0.1, "p25": 0.25, "median": 0.5, "p75": 0.75, "p90": 0.9}


@dataclass(frozen=True)
class People:
    """Whose answers some values are: a number a person."""

    codes: Codes

    @cached_property
    def places(self) -> Codes | None:
        """The place of each value's person; None where nobody answered twice."""
        found, places = np.unique(self.codes, return_inverse=True)
        return None if len(found) == len(self.codes) else places.astype(np.int64)

    def sums(self, values: Numbers) -> Sums:
        """Give the sums that intervals need."""
        s, q = float(values.sum()), float((values * values).sum())
        if self.places is None:
            return independent(len(values), s, q)
        each, times = np.bincount(self.places, values), np.bincount(self.places).astype(float)
        ss, sn, nn = (float((a * b).sum()) for a, b in ((each, each), (each, times), (times, times)))
        return Sums(len(values), s, q, len(each), ss, sn, nn)


def estimate(how: str, values: Numbers, people: People) -> tuple[float | None, Interval]:
    """Give a number and its 95 % interval.

    Parameters
    ----------
    how
        `mean`, `share` (of 1 among 1 and 0), `minus` (a share written below 0), `nps` (of scores), `count`, or a
        quantile.
    """
    if how == "count":
        return float(len(values)), (None, None)
    if not len(values):
        return None, (None, None)
    if how in SPREADS:
        return quantile(values, SPREADS[how])
    if how == "nps":
        boxes = np.where(values >= 9, 1.0, np.where(values <= 6, -1.0, 0.0))
        sums = people.sums(boxes)
        promoters, detractors = (sums.q + sums.s) / 2 / sums.n, (sums.q - sums.s) / 2 / sums.n
        return 100 * sums.mean, nps_interval(promoters, detractors, sums.effective)
    sums = people.sums(values)
    if how == "mean":
        return sums.mean, mean_interval(sums)
    if how == "minus":
        low, high = wilson(-sums.mean, sums.effective)
        return sums.mean, (-(high or 0.0), -(low or 0.0))
    return sums.mean, wilson(sums.mean, sums.effective)


def quantile(values: Numbers, share: float) -> tuple[float, Interval]:
    """Give an exact quantile, and the answers between which that of everybody lies in 95 of 100 cases.

    By the binomial distribution of how many answers lie below it (Conover 1999, section 3.2); no interval where there
    are too few answers for one.
    """
    from scipy.stats import binom  # a second that no start of a process waits for

    ordered, n = np.sort(values), len(values)
    low, high = int(binom.ppf(0.025, n, share)), int(binom.ppf(0.975, n, share)) + 1
    value = float(np.quantile(ordered, share))
    if low < 1 or high > n:
        return value, (None, None)
    return value, (float(ordered[low - 1]), float(ordered[high - 1]))


def as_numbers(values: Any) -> Numbers:
    """Give values as floats."""
    return np.asarray(values, np.float64)
