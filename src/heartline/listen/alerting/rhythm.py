"""Whether a source is silent for longer than is usual for it: pauses, measured by how much would have come meanwhile.

How much comes in each hour of the week is learnt from the last weeks; a pause is as long as the number of arrivals that
were to be expected in it (time rescaling: Brown et al. 2002), so that a quiet night counts little. Pauses of the past
give what is usual. Beyond their largest few the tail is taken as exponential, with what is not known of its mean
(peaks over threshold: Pickands 1975; what is to be expected after k exponential values follows a Pareto law). Sources
that come in bursts, or once a night, have long pauses in their own past, and are waited for accordingly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
HOUR = 3_600.0
STEP_S = 300
"""Arrivals within so many seconds are one."""
WEEKS = 12
"""How far back a rhythm is learnt from."""
LEAST_WEEKS, LEAST_PAUSES = 4, 40
"""Less than that is too little to watch a source."""
FEWEST, MOST = 20, 200
"""Pauses of the tail."""
PRIOR = 0.2
"""Weeks of an even rhythm that are taken as known beforehand."""
SAFETY = 4.0
"""Pauses are waited for as if so many times fewer false alarms were allowed: tails are not quite exponential."""
STRETCH = 1.25
"""By so much more is waited: what comes in an hour of the week is known from twelve of them only."""
AHEAD = timedelta(days=60)
"""Nothing is expected later than so long after the last arrival."""


@dataclass(frozen=True)
class Rhythm:
    """What a source does: expected arrivals in each hour of the week, and the longest pause that is not silence.

    Parameters
    ----------
    hourly
        Expected arrivals, from Monday 0 h of the company's time.
    longest
        In expected arrivals.
    """

    hourly: Numbers
    longest: float
    pauses: int
    usual_s: float
    """The median pause."""

    def due(self, last: datetime, zone: str) -> datetime:
        """Give from when on a source that came last at a moment is silent."""
        left, at, hours = self.longest, last, int(AHEAD.total_seconds() // HOUR)
        for _ in range(hours):
            end = (at + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
            rate = float(self.hourly[_hour(at, zone)])
            here = rate * (end - at).total_seconds() / HOUR
            if here >= left:
                return at + timedelta(hours=left / rate)
            left, at = left - here, end
        return last + AHEAD


def _hour(at: datetime, zone: str) -> int:
    local = at.astimezone(_zone(zone))
    return 24 * local.weekday() + local.hour


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def learnt(arrivals: Numbers, zone: str, weeks: float, sources: int = 1) -> Rhythm | None:
    """Learn the rhythm of a source; None where there is too little to tell.

    Parameters
    ----------
    arrivals
        Seconds since 1970, ascending, each once in `STEP_S`.
    weeks
        One false alarm in so many weeks is allowed to all sources together.
    sources
        How many are watched.
    """
    if len(arrivals) <= LEAST_PAUSES or arrivals[-1] - arrivals[0] < LEAST_WEEKS * 7 * 24 * HOUR:
        return None
    start = float(arrivals[0] // HOUR * HOUR)
    hours = int((arrivals[-1] - start) // HOUR) + 1
    slots = np.array([_hour(datetime.fromtimestamp(start + one * HOUR, UTC), zone) for one in range(hours)])
    came = np.bincount(((arrivals - start) // HOUR).astype(int), minlength=hours)
    overall = len(arrivals) / hours
    hourly = (np.bincount(slots, came, 168) + PRIOR * overall) / (np.bincount(slots, minlength=168) + PRIOR)
    passed = np.concatenate([[0.0], np.cumsum(hourly[slots])])
    clock = np.interp((arrivals - start) / HOUR, np.arange(hours + 1), passed)
    pauses = np.sort(np.diff(clock))
    span = (arrivals[-1] - arrivals[0]) / (7 * 24 * HOUR)
    chance = span / (SAFETY * len(pauses) * max(weeks, 1) * max(sources, 1))
    return Rhythm(hourly, STRETCH * longest(pauses, chance), len(pauses), float(np.median(np.diff(arrivals))))


def longest(pauses: Numbers, chance: float) -> float:
    """Give the length that a pause exceeds with this chance.

    Parameters
    ----------
    pauses
        Those of the past, ascending.
    """
    k = int(np.clip(2 * np.sqrt(len(pauses)), FEWEST, MOST))
    over, tail = float(pauses[-k - 1]), pauses[-k:]
    reached = k / len(pauses)
    if chance >= reached:
        return over
    excess = max(float((tail - over).mean()), 1e-9)
    beyond = over + k * excess * ((chance / reached) ** (-1 / k) - 1)
    return float(max(beyond, pauses[-1]))
