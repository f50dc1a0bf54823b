"""Numbers as a sentence says them: one rounding, everywhere."""

from __future__ import annotations

UNKNOWN = "not known yet"


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
    """Say a time in the two units a person would use: `3 days 4 hours`, `12 minutes`, `40 seconds`."""
    if seconds is None:
        return UNKNOWN
    if seconds < 60:
        return _plural(round(seconds), "second")
    left = round(seconds / 60)
    if left >= 48 * 60:  # nobody counts the minutes of a week
        left = round(left / 60) * 60
    parts = []
    for name, size in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        whole, left = divmod(left, size)
        if whole:
            parts.append(_plural(whole, name))
    return " ".join(parts[:2])


def _plural(number: int, name: str) -> str:
    return f"{number:,} {name}" if number == 1 else f"{number:,} {name}s"
