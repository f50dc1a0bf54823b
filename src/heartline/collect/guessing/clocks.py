"""Times of day in a column of their own: recognised, and given to the date that they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import names

if TYPE_CHECKING:
    from .plan import Clock, Column

PLAIN, PART, BARE = "clock", "part_of_a_day", "hhmm"
"""Ways that are no pattern: as 14:30 or 14:30:05, as a part of a day (0.5 is noon), as bare digits (1430)."""
_WAYS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?"), PLAIN),
    (re.compile(r"(0?\d|1[0-2]):[0-5]\d ?[AaPp][Mm]"), "%I:%M %p"),
    (re.compile(r"(0?\d|1[0-2]):[0-5]\d:[0-5]\d ?[AaPp][Mm]"), "%I:%M:%S %p"),
    (re.compile(r"([01]?\d|2[0-3]):[0-5]\d Uhr"), "%H:%M Uhr"),
    (re.compile(r"([01]?\d|2[0-3])\.[0-5]\d Uhr"), "%H.%M Uhr"),
    (re.compile(r"([01]?\d|2[0-3]):[0-5]\d h"), "%H:%M h"),
    (re.compile(r"([01]?\d|2[0-3])h[0-5]\d"), "%Hh%M"),
    (re.compile(r"(1899-12-3[01]|1900-01-0[01])[ T]\d{2}:\d{2}:\d{2}"), "%Y-%m-%d %H:%M:%S"),
    (re.compile(r"(12/3[01]/1899|0?1/0?[01]/1900) \d{1,2}:\d{2}:\d{2} [AP]M"), "%m/%d/%Y %I:%M:%S %p"),
)
"""What such texts look like; spreadsheets give bare times of day a day of 1899 or 1900."""
_PART = re.compile(r"0?[.,]\d+|0|0[.,]0+")
_BARE = re.compile(r"([01]?\d|2[0-3])[0-5]\d")
NEEDED = 0.5
"""Share of the filled values that must be times of day."""
_WHEN = re.compile(
    r"uhrzeit|zeitpunkt|zeit|datum|date|time|fecha|hora|clock|(^|_)(day|tag|dia|at|am|um|on|of|el|a|la|h)(?=_|$)"
)


def recognise(texts: Sequence[str]) -> str:
    """Tell how filled texts write times of day: one of our ways, or DuckDB patterns divided by ` | `; else nothing.

    Bare numbers may be anything: whoever asks decides by the column's name whether to believe those.
    """
    if not texts:
        return ""
    for pattern, way in ((_BARE, BARE), (_PART, PART)):
        if all(pattern.fullmatch(text) for text in texts):
            return way if len(set(texts)) > 1 else ""
    found = [next((how for pattern, how in _WAYS if pattern.fullmatch(text)), None) for text in texts]
    known = [how for how in found if how]
    if len(known) < NEEDED * len(texts):
        return ""
    if PLAIN in known:
        return PLAIN if set(known) == {PLAIN} else ""
    return " | ".join(sorted(dict.fromkeys(known), key=lambda how: (-len(how), how)))


def give(columns: Sequence[Column]) -> None:
    """Give every time of day that nothing else uses to the date that it belongs to."""
    dates = [column for column in columns if column.use in ("time", "promised") and column.profile.days]
    for column in columns:
        place = list(columns).index(column)
        before = columns[place - 1] if place else None
        free = [date for date in dates if not any(one.use == "clock" and one.detail == date.name for one in columns)]
        if column.use == "keep" and free and _is_one(column, after_a_date=before in free):
            chosen = _date_of(column, before, free)
            if chosen:
                column.use, column.detail = "clock", chosen.name
    join(columns)


def join(columns: Sequence[Column]) -> None:
    """Join times of day to their dates; one whose date is no date any more is kept as a detail."""
    for column in columns:
        column.clock = None
    dates = {column.name: column for column in columns if column.use in ("time", "promised")}
    for column in columns:
        if column.use == "clock" and not (column.detail in dates and dates[column.detail].clock is None):
            column.use, column.detail = "keep", ""
        elif column.use == "clock":
            dates[column.detail].clock = _clock(column)


def _clock(column: Column) -> Clock:
    from .plan import Clock  # a plan holds profiles, and those are made with our help

    return Clock(column.name, column.type, column.profile.clock)


def _is_one(column: Column, *, after_a_date: bool) -> bool:
    """Tell whether a column holds times of day: its name says so, or it stands right behind a date."""
    way, said = column.profile.clock, names.uses(column.name)
    if not way or "wait" in said:
        return False
    return "clock" in said or (after_a_date and way not in (PART, BARE))


def _date_of(column: Column, before: Column | None, dates: Sequence[Column]) -> Column | None:
    """Choose the date of a time of day: of the same name, the only one, or the one right before it."""
    alike = [date for date in dates if _stem(date.name) == _stem(column.name)]
    if len(alike) == 1:
        return alike[0]
    if len(dates) == 1:
        return dates[0]
    return next((date for date in dates if date is before), None)


def _stem(name: str) -> str:
    return _WHEN.sub("", names.plain(name)).strip("_")
