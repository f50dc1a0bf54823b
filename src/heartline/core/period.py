"""Periods of company time: half-open, written as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .errors import InvalidInput

_FORMS = "Write 2017, 2017-03, 2017-03-15, 2017-01-01/2018-01-01 (the end is not part of it) or all."


@dataclass(frozen=True)
class Period:
    """Days from `start` up to, but without, `end`; None is open."""

    start: date | None = None
    end: date | None = None

    def __str__(self) -> str:
        if self.start is None and self.end is None:
            return "all"
        return f"{self.start or ''}/{self.end or ''}"

    def bounds(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """Give the period's two instants in UTC, for days that begin at midnight in `zone`."""
        tz = ZoneInfo(zone)

        def instant(day: date | None) -> datetime | None:
            return None if day is None else datetime.combine(day, time(), tz).astimezone(UTC)

        return instant(self.start), instant(self.end)

    def shifted(self, days: int) -> Period:
        """Move both ends by whole days."""
        move = timedelta(days=days)
        return Period(self.start + move if self.start else None, self.end + move if self.end else None)

    def before(self) -> Period:
        """Give the period of equal length that ends where this one starts."""
        if self.start is None or self.end is None:
            raise InvalidInput(
                "open_period", "An open period has none before it.", field="compare", remedy="Set both ends of period."
            )
        return self.shifted(-(self.end - self.start).days)


def parse_period(text: str) -> Period:
    """Read a period as people write it: a year, a month, a day, an interval with open ends, or `all`.

    Raises
    ------
    InvalidInput
        `bad_period` when the text is none of these or ends before it starts.
    """
    if text == "all":
        return Period()
    try:
        if "/" in text:
            first, last = text.split("/")
            start = _edge(first) if first else None
            end = _edge(last) if last else None
        else:
            start, end = _edge(text), _after(text)
    except ValueError:
        raise InvalidInput("bad_period", f"“{text}” is not a period.", field="period", remedy=_FORMS) from None
    if start and end and end <= start:
        raise InvalidInput("bad_period", f"“{text}” ends before it starts.", field="period", remedy=_FORMS)
    return Period(start, end)


def _edge(text: str) -> date:
    """Read the first day of a year, month or day."""
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", text):
        raise ValueError(text)
    parts = [int(part) for part in text.split("-")]
    return date(*parts, *[1] * (3 - len(parts)))


def _after(text: str) -> date:
    """Give the day after the last one of a year, month or day."""
    first = _edge(text)
    if len(text) == 10:
        return first + timedelta(days=1)
    if len(text) == 7:
        return date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date(first.year + 1, 1, 1)
