"""How often a source is asked: every so many minutes, hours or days, daily at a time, or when somebody says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from heartline.collect.yaml_marks import Marked
from heartline.core.errors import InvalidInput

UNITS = {"minute": 60, "hour": 3_600, "day": 86_400}
EXPECTED = "Expected “15 minutes”, “2 hours”, “1 day”, “daily at 03:30” or “by hand”."
LONGEST_S = 31 * 86_400


@dataclass(frozen=True)
class Schedule:
    """When it is time again; with neither of both only when somebody says so."""

    every_s: int | None = None
    at: time | None = None

    def __str__(self) -> str:
        if self.at:
            return f"daily at {self.at:%H:%M}"
        if not self.every_s:
            return "by hand"
        unit, size = next((name, size) for name, size in reversed(UNITS.items()) if self.every_s % size == 0)
        count = self.every_s // size
        return f"{count} {unit}{'' if count == 1 else 's'}"


def parse_schedule(text: str) -> Schedule:
    """Read a schedule.

    Raises
    ------
    InvalidInput
        `bad_schedule`.

    Examples
    --------
    >>> str(parse_schedule("90 minutes")), str(parse_schedule("Daily at 3:30"))
    ('90 minutes', 'daily at 03:30')
    """
    said = " ".join(text.lower().split())
    if said == "by hand":
        return Schedule()
    if parts := re.fullmatch(r"daily at (\d{1,2}):(\d{2})", said):
        if int(parts[1]) < 24 and int(parts[2]) < 60:
            return Schedule(at=time(int(parts[1]), int(parts[2])))
    elif parts := re.fullmatch(r"(?:every )?(\d{1,5}) (minute|hour|day)s?", said):
        seconds = int(parts[1]) * UNITS[parts[2]]
        if 0 < seconds <= LONGEST_S:
            return Schedule(every_s=seconds)
    raise InvalidInput("bad_schedule", f"“{text}” is not a schedule.", field="every", remedy=EXPECTED)


def read_schedule(item: Marked | None) -> Schedule:
    """Read the schedule of a recipe; without one only when somebody says so."""
    if item is None:
        return Schedule()
    try:
        return parse_schedule(item.text("every"))
    except InvalidInput as error:
        raise item.place.wrong(error.reason, error.remedy or EXPECTED) from None


def due(schedule: Schedule, last: datetime | None, now: datetime, zone: str = "UTC") -> datetime | None:
    """Say when it is time again; None where only somebody says so.

    Parameters
    ----------
    last
        When it was asked last; None means never, and now is the time.
    zone
        In which a time of day is meant.
    """
    if not schedule.every_s and not schedule.at:
        return None
    if last is None:
        return now
    if schedule.every_s:
        return last + timedelta(seconds=schedule.every_s)
    assert schedule.at
    here = last.astimezone(ZoneInfo(zone))
    days = (here.date() + timedelta(days=number) for number in range(3))
    moments = (datetime.combine(day, schedule.at, ZoneInfo(zone)).astimezone(UTC) for day in days)
    return next(moment for moment in moments if moment > last)
