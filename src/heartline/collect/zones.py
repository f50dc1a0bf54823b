"""Wall-clock times of a zone as instants, many at once.

Where clocks go back, a wall time happens twice: it is taken as the first of the two. Where they go forward, it does not
happen at all: it is read with the offset before the change, so 02:30 becomes 03:30. Both as Python reads `fold=0`
(PEP 495).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = datetime(1899, 12, 31, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def to_utc(wall: npt.NDArray[np.int64], zone: str) -> npt.NDArray[np.int64]:
    """Turn microseconds on a zone's wall clock into microseconds since 1970 in UTC."""
    if zone == "UTC":
        return wall
    from_wall, offset = _offsets(zone)
    return wall - offset[np.searchsorted(from_wall, wall, side="right")]


@lru_cache(maxsize=64)
def _offsets(zone: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give the wall times from which another offset holds, and the offsets: one more than wall times."""
    tz = ZoneInfo(zone)
    changes = _changes(tz)
    offsets = [_offset(tz, _FIRST)] + [_offset(tz, moment) for moment in changes]
    from_wall = [
        _micros(moment - _EPOCH) + max(before, after)
        for moment, before, after in zip(changes, offsets, offsets[1:], strict=False)
    ]
    return np.array(from_wall, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _changes(tz: ZoneInfo) -> list[datetime]:
    """Find the instants at which a zone's offset changes, to the second, by halving fortnights."""
    found = []
    step = timedelta(days=14)
    here = _FIRST
    while here < _LAST:
        low, high = here, here + step
        if _offset(tz, low) != _offset(tz, high):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                middle = middle if middle > low else low + timedelta(seconds=1)
                if _offset(tz, middle) == _offset(tz, low):
                    low = middle
                else:
                    high = middle
            found.append(high)
        here += step
    return found


def _offset(tz: ZoneInfo, moment: datetime) -> int:
    return _micros(moment.astimezone(tz).utcoffset() or timedelta())


def _micros(span: timedelta) -> int:
    return span // timedelta(microseconds=1)
