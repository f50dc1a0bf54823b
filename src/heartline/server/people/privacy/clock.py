"""The clock of a request: a month from the day after it came, two more for a good reason, and when to remind."""

from __future__ import annotations

import calendar
from datetime import date

MONTHS, LONGER = 1, 3
"""GDPR, article 12(3): one month; two further months where a request is complex, said within the first."""
REMIND_DAYS = 7


def month_later(day: date, months: int = MONTHS) -> date:
    """Give the same day months later, or the month's last where there is none such (Regulation 1182/71, article 3)."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """Give the same day months earlier, or the month's last."""
    return month_later(day, -months)
