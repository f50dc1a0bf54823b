"""What moved between two times, from what was found at each: a value with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heartline.listen.intervals import apart


@dataclass(frozen=True)
class Moved:
    """A change with its 95 % interval; `sure` where that leaves out no change at all."""

    value: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether chance alone does not explain it."""
        return not self.low <= 0 <= self.high


def moved(now: Mapping[str, Any], before: Mapping[str, Any]) -> Moved | None:
    """Give the change from one time to a later one, of other answers; None where one of them is not known.

    Parameters
    ----------
    now, before
        Each with `value`, `low` and `high`.

    Source
    ------
    The interval is that of `heartline.listen.intervals.apart`.
    """
    ends = [side[name] for side in (now, before) for name in ("value", "low", "high")]
    if any(end is None for end in ends):
        return None
    a, a_low, a_high, b, b_low, b_high = (float(end) for end in ends)
    return Moved(*apart(a, (a_low, a_high), b, (b_low, b_high)))
