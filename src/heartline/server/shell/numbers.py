"""Numbers and times as people read them, in the language of the page."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

NONE = "–"


def count(value: float | None) -> str:
    """Write a count: 9,794."""
    return NONE if value is None else number_format(round(value), use_l10n=True, force_grouping=True)


def number(value: float | None, digits: int = 1) -> str:
    """Write a number with a fixed count of digits; a true minus sign."""
    if value is None or math.isnan(value):
        return NONE
    rounded = round(value, digits) + 0.0  # no −0
    return number_format(rounded, decimal_pos=digits, use_l10n=True, force_grouping=True).replace("-", "−")


def share(value: float | None, digits: int = 1) -> str:
    """Write a share for tables: 97.0 %."""
    return NONE if value is None else f"{number(100 * value, digits)}\u00a0%"  # the sign stays with its number


def in_hundred(value: float) -> str:
    """Write a share for sentences: 97 in 100; fewer than 1 in 100."""
    whole = round(100 * value)
    if whole == 0 and value > 0:
        return _("fewer than 1 in 100")
    if whole == 100 and value < 1:
        return _("more than 99 in 100")
    return _("%(number)s in 100") % {"number": count(whole)}


def local(value: object) -> str:
    """Write a value of a sentence in the language of the page; `core.say` wrote numbers and shares as English does."""
    if isinstance(value, int | float):
        return count(value) if isinstance(value, int) else number(value)
    text = str(value)
    ends = {"all": pgettext("share", "all"), "none": pgettext("share", "none"), "not known yet": _("not known yet")}
    found = re.fullmatch(r"(-?[\d,]+(?:\.(\d+))?)( in 100)?", text)
    if not found:
        return ends.get(text, text)
    written = number(float(found[1].replace(",", "")), len(found[2] or ""))
    return _("%(number)s in 100") % {"number": written} if found[3] else written


def measured(value: float | None, measured_in: str) -> str:
    """Write a value with what it is measured in."""
    if value is None:
        return NONE
    if measured_in == "share":
        return share(value)
    if measured_in == "count":
        return count(value)
    if measured_in == "s":
        return duration(value)
    if measured_in == "points":
        return number(value, 1)
    return number(value, 2)


def duration(seconds: float | None) -> str:
    """Write seconds as people say them: 340 ms, 2 min, 4 h, 12.4 days."""
    if seconds is None:
        return NONE
    if 0 < round(1_000 * abs(seconds)) < 1_000:
        return _("%(number)s ms") % {"number": number(1_000 * seconds, 0)}
    if abs(seconds) < 60:
        return _("%(number)s s") % {"number": number(seconds, 0)}
    if abs(seconds) < 3_600:
        return _("%(number)s min") % {"number": number(seconds / 60, 0)}
    if abs(seconds) < 86_400:
        return _("%(number)s h") % {"number": number(seconds / 3_600, 1)}
    days = seconds / 86_400
    return ngettext("%(number)s day", "%(number)s days", round(days, 1) == 1 or 2) % {"number": number(days, 1)}


def moment(time: datetime, zone: str = "UTC") -> str:
    """Write when something was current: today 09:40, Monday 09:40, 3 March 2026 09:40."""
    local = time.astimezone(ZoneInfo(zone))
    now = timezone.now().astimezone(ZoneInfo(zone))
    clock = date_format(local, "H:i")
    days = (now.date() - local.date()).days
    if days == 0:
        return _("today %(time)s") % {"time": clock}
    if 0 < days < 7:
        return f"{date_format(local, 'l')} {clock}"
    return f"{date_format(local, 'DATE_FORMAT')} {clock}"


def day(time: datetime, zone: str = "UTC") -> str:
    """Write the day of a moment: 3 March 2026."""
    return date_format(time.astimezone(ZoneInfo(zone)), "DATE_FORMAT")


def person(customer: str | None) -> str:
    """Name somebody who is known by a pseudonym only: its first eight letters and digits."""
    return str(customer or "").partition(":")[2][:8]


def known(time: datetime) -> bool:
    """Tell whether a version's time is a real one: a folder without data carries the beginning of time."""
    return time > datetime(1971, 1, 1, tzinfo=UTC)
