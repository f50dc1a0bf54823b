"""Moments as files write them: which format a column has, and the DuckDB pattern that reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

ISO = "iso"
SECONDS, MILLIS = "epoch_s", "epoch_ms"
SERIAL = "serial"
"""Days since the end of 1899, as spreadsheets count them where a cell has lost its format."""
_SERIAL = re.compile(r"(3[6-9]|4\d|5[0-4])\d{3}([.,]\d+)?")
_CLOCKS = (
    ("", ""),
    (r"[ T]\d{1,2}:\d{2}", " %H:%M"),
    (r"[ T]\d{1,2}:\d{2}:\d{2}", " %H:%M:%S"),
    (r"[ T]\d{1,2}:\d{2} ?[AaPp][Mm]", " %I:%M %p"),
    (r"[ T]\d{1,2}:\d{2}:\d{2} ?[AaPp][Mm]", " %I:%M:%S %p"),
    (r", \d{1,2}:\d{2}", ", %H:%M"),
    (r", \d{1,2}:\d{2}:\d{2}", ", %H:%M:%S"),
)
_DAYS = (
    (r"\d{1,2}\.\d{1,2}\.\d{4}", "%d.%m.%Y"),
    (r"\d{1,2}\.\d{1,2}\.\d{2}", "%d.%m.%y"),
    (r"\d{1,2}/\d{1,2}/\d{4}", "%d/%m/%Y"),
    (r"\d{1,2}/\d{1,2}/\d{2}", "%d/%m/%y"),
    (r"\d{1,2}-\d{1,2}-\d{4}", "%d-%m-%Y"),
    (r"\d{4}/\d{1,2}/\d{1,2}", "%Y/%m/%d"),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", "%Y.%m.%d"),
    (r"\d{1,2} [A-Za-z]{3} \d{4}", "%d %b %Y"),
    (r"\d{1,2}-[A-Za-z]{3}-\d{4}", "%d-%b-%Y"),
    (r"[A-Za-z]{3} \d{1,2}, \d{4}", "%b %d, %Y"),
    (r"[A-Za-z]{4,9} \d{1,2}, \d{4}", "%B %d, %Y"),
)
_ISO = re.compile(r"\d{4}-\d{2}(-\d{2}([ T]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?)?)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)?")
_COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_PATTERNS = (
    *((re.compile(day + clock), how + suffix) for day, how in _DAYS for clock, suffix in _CLOCKS),
    (re.compile(r"[A-Za-z]{3} \d{4}"), "%b %Y"),
    (re.compile(r"[A-Za-z]{4,9} \d{4}"), "%B %Y"),
)
_SWAPPED = {"%d/%m/": "%m/%d/", "%d-%m-": "%m-%d-"}


@dataclass(frozen=True)
class Moments:
    """How a column writes moments.

    Parameters
    ----------
    format
        `iso`, `epoch_s`, `epoch_ms`, `serial`, or DuckDB patterns divided by ` | `.
    share
        Share of the filled values that are read so.
    unsure
        Day and month could stand the other way round: nothing in the values tells.
    days
        No value carries a time of day (or only midnight).
    """

    format: str
    share: float
    unsure: bool = False
    days: bool = False


def recognise(texts: Sequence[str], *, named: bool = False, dated: bool = False) -> Moments | None:
    """Tell how texts write moments; None where fewer than half do.

    Parameters
    ----------
    named
        The column's name speaks of a time, so that bare numbers may be one.
    dated
        It speaks of a date, so that days which spreadsheets count may be one.
    """
    filled = [text.strip() for text in texts if text.strip()]
    if not filled:
        return None
    if dated and all(_SERIAL.fullmatch(text) for text in filled):
        return Moments(SERIAL, 1.0, days=all(text.isdecimal() for text in filled))
    if sum(_plausible(text) for text in filled) * 2 < len(filled):
        return None
    found: Counter[str] = Counter()
    for text in filled:
        how = _how(text, named=named)
        if how:
            found[how] += 1
    if not found or sum(found.values()) * 2 < len(filled):
        return None
    lead = found.most_common(1)[0][0]
    if lead in (ISO, SECONDS, MILLIS):
        share = found[lead] / len(filled)
        midnight = lead == ISO and all(_midnight(text) for text in filled if _ISO.fullmatch(text))
        return Moments(lead, share, days=midnight)
    formats = sorted((how for how in found if _kin(how, lead)), key=lambda how: (-len(how), how))
    formats, unsure = _turned(filled, formats)
    readable = sum(any(parsed(text, how) for how in formats) for text in filled)
    if readable * 2 < len(filled):
        return None
    days = all("%H" not in how and "%I" not in how for how in formats)
    return Moments(" | ".join(formats), readable / len(filled), unsure, days)


def _how(text: str, *, named: bool) -> str | None:
    if _ISO.fullmatch(text):
        return ISO
    if named and _COMPACT.fullmatch(text):
        return "%Y%m%d"
    if named and re.fullmatch(r"1\d{9}", text):
        return SECONDS
    if named and re.fullmatch(r"1\d{12}", text):
        return MILLIS
    return next((how for pattern, how in _PATTERNS if pattern.fullmatch(text)), None)


def _plausible(text: str) -> bool:
    """Tell whether a text can be of these times: spreadsheets give bare clock times a day of 1899."""
    year = re.search(r"(?<!\d)\d{4}(?!\d)", text)
    return year is None or 1970 <= int(year[0]) < 2100


def _kin(how: str, lead: str) -> bool:
    """Tell whether two formats write the day alike, so that a column may mix them."""
    return _day(how) == _day(lead)


def _day(how: str) -> str:
    return re.split(r",? %[HI]", how, maxsplit=1)[0]


def _turned(texts: Sequence[str], formats: list[str]) -> tuple[list[str], bool]:
    """Decide whether the day or the month stands first, where the format leaves it open."""
    for day_first, month_first in _SWAPPED.items():
        if not formats[0].startswith(day_first):
            continue
        pairs = [re.match(r"(\d{1,2})[/-](\d{1,2})", text) for text in texts]
        firsts = [int(pair[1]) for pair in pairs if pair]
        seconds = [int(pair[2]) for pair in pairs if pair]
        american = max(seconds, default=0) > 12
        turned = [how.replace(day_first, month_first) for how in formats] if american else formats
        if any("%p" in how for how in formats) and max(firsts, default=0) <= 12:
            turned = [how.replace(day_first, month_first) for how in formats]
            return turned, not american
        return turned, max(firsts, default=0) <= 12 and not american
    return formats, False


def swapped(how: str) -> str:
    """Give a format with day and month the other way round."""
    for day_first, month_first in _SWAPPED.items():
        if day_first in how:
            return how.replace(day_first, month_first)
        if month_first in how:
            return how.replace(month_first, day_first)
    return how


def parsed(text: str, how: str) -> datetime | None:
    """Read a moment by a pattern, as DuckDB will."""
    try:
        return datetime.strptime(text, how)  # noqa: DTZ007  (a wall clock; its zone is the recipe's)
    except ValueError:
        return None


def _midnight(text: str) -> bool:
    clock = re.search(r"[ T](\d{2}:\d{2}(:\d{2})?)", text)
    return clock is None or set(clock[1]) <= {"0", ":"}
