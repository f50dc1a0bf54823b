"""Whether a share or a mean has left what is usual for it: a control chart that learns from its own past.

Values are between 0 and 1: shares, or scores brought onto that range. Each is taken to an angle, 2·arcsin √p (Anscombe
1948), whose spread hangs little on p. What is usual is the weighted mean of the past, with weights 1/(σ²/n + τ²): σ² is
the spread of single answers, τ² what days differ by beyond it (DerSimonian & Laird 1986). A new value is held against
it by the t distribution of its prediction, so that little history costs width and not truth; the result is a standard
normal deviate z, independent of those before while nothing changes (self-starting chart: Hawkins 1987; Quesenberry
1991). Two limits watch z: a single one (Shewhart), which sees what is large at once, and its moving average (EWMA with
λ = 0.2; Roberts 1959; Lucas & Saccucci 1990), which sees what is small and stays. Each may use half of the false
alarms that are allowed; the limit of the average is found by a Markov chain (Brook & Evans 1972).

What is outside is not learnt from. What stays outside for long is the new usual: learning begins again with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Literal

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Direction = Literal["either", "falls", "rises"]

LEARN = 20
"""Values that a chart has to know before it tells anything."""
LEAST_N, LEAST_RARE = 10, 2.0
"""Answers that one value needs, and of them expected at the rarer end: less than that waits for the next days."""
WEIGHT = 0.2
"""λ: of a new value in the moving average."""
BACK = 0.5
"""An alarm is over when the average is back within this part of its limit."""
NEW_USUAL = 12
"""So many values in a row outside are the new usual."""
STATES = 101
SAFETY = 2.0
"""Limits are set for so many times fewer false alarms than allowed: moods of days are not quite normal."""


@dataclass(frozen=True)
class Limits:
    """How far z, and its moving average in its own standard deviations, may go."""

    single: float
    average: float
    direction: Direction = "either"

    def beyond(self, z: float, average: float, part: float = 1.0) -> bool:
        """Tell whether either is outside of so much of the limits."""
        up = z > self.single or average > part * self.average
        down = z < -self.single or average < -part * self.average
        return (up and self.direction != "falls") or (down and self.direction != "rises")


@dataclass(frozen=True)
class Slot:
    """Periods that were counted together: indices from `first` to `last`, n answers, their mean, their own spread."""

    first: int
    last: int
    n: float
    mean: float
    spread: float


@dataclass(frozen=True)
class Point:
    """A value on the chart; while it learns there is no z and there are no limits."""

    slot: Slot
    usual: float | None = None
    low: float | None = None
    high: float | None = None
    z: float | None = None
    outside: bool = False
    begins: bool = False
    """Whether an alarm begins here."""


def limits(rate: float, direction: Direction = "either") -> Limits:
    """Give the limits at which a quiet chart calls so many false alarms a value.

    Example
    -------
    >>> limits(1 / 364).single > 2.9
    True
    """
    from scipy import special  # a second that no start of a process waits for

    sided = rate if direction == "either" else 2 * rate
    sided = min(sided, 0.2)
    single = -float(special.ndtri(sided / 4))
    return Limits(single, _average_limit(round(2 / sided)), direction)


@lru_cache(maxsize=256)
def _average_limit(run: int) -> float:
    """Give the limit at which the average of a quiet chart is first outside after so many values in the mean."""
    low, high = 0.5, 8.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if run_length(middle) < run else (low, middle)
    return high


def run_length(limit: float) -> float:
    """Give how many values it takes in the mean until a quiet average passes a limit (Brook & Evans 1972)."""
    from scipy import special  # a second that no start of a process waits for

    half = limit * sqrt(WEIGHT / (2 - WEIGHT))
    edges = np.linspace(-half, half, STATES + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    reach = (edges[None, :] - (1 - WEIGHT) * middles[:, None]) / WEIGHT
    moves = np.diff(special.ndtr(reach), axis=1)
    runs = np.linalg.solve(np.eye(STATES) - moves, np.ones(STATES))
    return float(runs[STATES // 2])


def slots(n: Numbers, total: Numbers, squares: Numbers) -> Iterator[Slot]:
    """Count periods together until they have answers enough for one value; what is left over at the end waits.

    Parameters
    ----------
    n, total, squares
        Of each period: answers, the sum of their values, the sum of their squares.
    """
    first, count, sum_, square, seen_n, seen = 0, 0.0, 0.0, 0.0, 0.0, 0.0
    for place in range(len(n)):
        count, sum_, square = count + n[place], sum_ + total[place], square + squares[place]
        share = (seen + 1) / (seen_n + 2)
        if count >= LEAST_N and count * min(share, 1 - share) >= LEAST_RARE:
            mean = sum_ / count
            yield Slot(first, place, float(count), float(mean), float(max(0.0, square / count - mean * mean)))
            seen_n, seen = seen_n + count, seen + sum_
            first, count, sum_, square = place + 1, 0.0, 0.0, 0.0


def angle(mean: Numbers, n: Numbers) -> Numbers:
    """Give the angle of a mean of n answers between 0 and 1."""
    return np.asarray(2 * np.arcsin(np.sqrt(np.clip((mean * n + 0.375) / (n + 0.75), 0, 1))))


def _mean_of(angle_: float, n: float) -> float:
    share = float(np.sin(min(max(angle_, 0.0), np.pi) / 2) ** 2)
    return min(max((share * (n + 0.75) - 0.375) / n, 0.0), 1.0)


class _Past:
    """What a chart has learnt."""

    def __init__(self) -> None:
        self.some: list[Slot] = []

    def predicted(self, n: float) -> tuple[float, float, int]:
        """Give what is usual, the standard error of a new value of n answers about it, and its degrees of freedom."""
        counts = np.array([one.n for one in self.some])
        x = angle(np.array([one.mean for one in self.some]), counts)
        single, between = self._spread(x, counts)
        weights = 1 / (single / counts + between)
        usual = float((weights * x).sum() / weights.sum())
        free = len(x) - 1
        scale = float((weights * (x - usual) ** 2).sum() / free)
        return usual, sqrt(scale * (single / n + between + 1 / weights.sum())), free

    def _spread(self, x: Numbers, counts: Numbers) -> tuple[float, float]:
        """Give the variance of single answers, and that between days beyond it, on the scale of angles."""
        total = counts.sum()
        p = sum(one.mean * one.n for one in self.some) / total
        inside = sum(one.spread * one.n for one in self.some) / max(total - len(x), 1)
        single = max(float(inside / max(p * (1 - p), 1e-9)), 1e-3)
        weights = counts / single
        middle = (weights * x).sum() / weights.sum()
        excess = float((weights * (x - middle) ** 2).sum()) - (len(x) - 1)
        between = excess / float(weights.sum() - (weights**2).sum() / weights.sum())
        return single, max(0.0, between)


def charted(n: Numbers, total: Numbers, squares: Numbers, limit: Limits) -> list[Point]:
    """Draw the chart of a series: a point for each value, what is usual for it, and whether it is outside.

    Parameters
    ----------
    n, total, squares
        Of each period, the oldest first: answers, the sum of their values between 0 and 1, and of their squares.
    """
    from scipy import special  # a second that no start of a process waits for

    past, points, average, out = _Past(), list[Point](), 0.0, list[Slot]()
    spread = sqrt(WEIGHT / (2 - WEIGHT))
    for slot in slots(n, total, squares):
        if len(past.some) < LEARN:
            past.some.append(slot)
            points.append(Point(slot))
            continue
        usual, error, free = past.predicted(slot.n)
        x = float(angle(np.array([slot.mean]), np.array([slot.n]))[0])
        z = _deviate((x - usual) / error, free) if error > 0 else 0.0
        average = (1 - WEIGHT) * average + WEIGHT * min(max(z, -limit.single), limit.single)
        outside = limit.beyond(z, average / spread, BACK if out else 1.0)
        wide = error * -float(special.stdtrit(free, special.ndtr(-limit.single)))
        ends = (_mean_of(usual - wide, slot.n), _mean_of(usual + wide, slot.n))
        points.append(Point(slot, _mean_of(usual, slot.n), *ends, z, outside, outside and not out))
        out = [*out, slot] if outside else []
        if not outside:
            past.some.append(slot)
        elif len(out) >= NEW_USUAL:
            past.some, out, average = out, [], 0.0
    return points


def _deviate(t: float, free: int) -> float:
    """Give the normal deviate that is as unlikely as a value of t; beyond 8 they are all the same."""
    from scipy import special  # a second that no start of a process waits for

    tail = -float(special.ndtri(max(float(special.stdtr(free, -abs(t))), 1e-15)))
    return tail if t > 0 else -tail


def rate(weeks: float, series: int, a_week: float) -> float:
    """Give the false alarms a value at which so many series together call one in so many weeks.

    Parameters
    ----------
    a_week
        Values a week of each series: 7 by days, 1 by weeks.
    """
    return 1 / (SAFETY * max(weeks, 1) * max(series, 1) * a_week)
