"""Company time inside expressions: the clock on the company's wall, daylight saving included.

A zone's offsets are written into the expression as cases, since engines differ in how they know zones.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import ibis

from heartline.core.period import Period, parse_period

if TYPE_CHECKING:
    from .snapshot import Snapshot

EVERY = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def calendar(snapshot: Snapshot, moment: ibis.Value, every: str, days: Period) -> ibis.Value:
    """Give the first day (a date in company time) of the day, week, month, quarter or year that moments fall in."""
    local = company_time(snapshot, moment, days)
    if every == "week" and snapshot.definitions.settings["week_start"] == "sunday":
        day = ibis.interval(days=1)
        return ((local + day).truncate("W") - day).cast("date")
    return local.truncate(EVERY[every]).cast("date")


def span(first: date, every: str) -> str:
    """Write the day, week, month, quarter or year that begins on a day as a period that a selection reads."""
    if every == "day":
        return first.isoformat()
    if every == "month":
        return first.isoformat()[:7]
    if every == "year":
        return first.isoformat()[:4]
    if every == "week":
        return f"{first}/{first + timedelta(days=7)}"
    month = first.month + 2  # the quarter's last
    after = date(first.year + month // 12, month % 12 + 1, 1)
    return f"{first}/{after}"


def company_time(snapshot: Snapshot, moment: ibis.Value, days: Period) -> ibis.Value:
    """Give moments as company time without a zone."""
    zone = ZoneInfo(snapshot.definitions.settings["timezone"])
    start, end = _edges(snapshot, days)
    plain = moment.cast("timestamp")
    changes = _changes(zone, start, end)
    branches = [
        (moment >= ibis.literal(since), plain + ibis.interval(seconds=int(offset.total_seconds())))
        for since, offset in reversed(changes[1:])
    ]
    first = plain + ibis.interval(seconds=int(changes[0][1].total_seconds()))
    return ibis.cases(*branches, else_=first) if branches else first


def _edges(snapshot: Snapshot, days: Period) -> tuple[date, date]:
    """Give finite days around everything that a period can hold."""
    months = snapshot.months() or ["1970-01"]
    first, last = parse_period(months[0]).start, parse_period(months[-1]).end
    start, end = days.start or first, days.end or last
    return (start or date(1970, 1, 1)) - timedelta(days=2), (end or date(1970, 2, 1)) + timedelta(days=2)


def _changes(zone: ZoneInfo, start: date, end: date) -> list[tuple[datetime, timedelta]]:
    """Give a zone's offsets from UTC between two days: (since, offset), the first since the start."""

    def offset(at: datetime) -> timedelta:
        return at.astimezone(zone).utcoffset() or timedelta()

    at = datetime.combine(start, time(), UTC)
    last = datetime.combine(end, time(), UTC)
    found = [(at, offset(at))]
    while at < last:
        after = at + timedelta(days=1)
        if offset(after) != offset(at):
            low, high = at, after
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if offset(middle) == offset(at) else (low, middle)
            found.append((high, offset(high)))
        at = after
    return found
