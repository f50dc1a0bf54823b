"""Numbers as a sentence says them: one rounding, everywhere."""

from __future__ import annotations

from itertools import pairwise

UNKNOWN = "not known yet"
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def count(value: float | None) -> str:
    """Say a whole number: `2,746`."""
    return UNKNOWN if value is None else f"{value:,.0f}"


def number(value: float | None, digits: int = 1) -> str:
    """Say a number with a few digits: `39.8`."""
    return UNKNOWN if value is None else f"{value:,.{digits}f}"


def share(value: float | None) -> str:
    """Say a share: `97 in 100`, `0.4 in 100` below one, `none` and `all` at the ends."""
    if value is None:
        return UNKNOWN
    if value in (0, 1):
        return "all" if value else "none"
    hundred = 100 * value
    return f"{hundred:.1f} in 100" if hundred < 1 or 99 < hundred < 100 else f"{hundred:.0f} in 100"


def duration(seconds: float | None) -> str:
    """Say a time in the two units a person would use: `3 days 4 hours`, `12 minutes`, `340 milliseconds`."""
    if seconds is None:
        return UNKNOWN
    if 0 < round(1_000 * seconds) < 1_000:
        return _plural(round(1_000 * seconds), "millisecond")
    left = round(seconds)
    for (_, size), (_, finer) in pairwise(_UNITS):  # what would be the third unit is rounded away
        if left >= size:
            left = round(seconds / finer) * finer
            break
    parts = []
    for name, size in _UNITS:
        whole, left = divmod(left, size)
        if whole:
            parts.append(_plural(whole, name))
    return " ".join(parts) or "0 seconds"


def _plural(number: int, name: str) -> str:
    return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"
