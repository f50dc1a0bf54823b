"""When a message to another system is sent again, and what its answer means: decisions only, nothing is sent here."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

SCHEDULE_S = (5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Seconds before the second attempt and those after it, as Standard Webhooks suggests: about three days in all."""
SPREAD = 0.2
"""So much sooner or later, so that all that failed at once does not come again at once."""
MOST_WAIT_S = 86_400.0
"""However long a receiver asks us to wait."""
ROW = 5
"""After so many failures in a row an endpoint rests, whatever else is due to it."""
REST_S = (5.0, 300.0)
PAUSED_AFTER_S = 3 * 86_400.0
"""Who takes nothing for so long is sent nothing until somebody has looked."""


class Verdict(StrEnum):
    """What an answer means."""

    TAKEN = "taken"
    AGAIN = "again"
    GONE = "gone"


def verdict(status: int) -> Verdict:
    """Say what a status means.

    Parameters
    ----------
    status
        Of HTTP. A redirect is a failure: it is not followed.
    """
    if 200 <= status < 300:
        return Verdict.TAKEN
    return Verdict.GONE if status == 410 else Verdict.AGAIN


def wait_s(tried: int, chance: float, asked_s: float | None = None) -> float | None:
    """Give the seconds until the next attempt.

    Parameters
    ----------
    tried
        Attempts so far, from 1.
    chance
        From 0 to 1, drawn by the caller.
    asked_s
        What the receiver asked for, in seconds.

    Returns
    -------
    float or None
        None when there is none: it failed for good.

    Examples
    --------
    >>> wait_s(1, 0.5), wait_s(2, 0.5), wait_s(1, 0.5, asked_s=60), wait_s(10, 0.5)
    (5.0, 300.0, 60.0, None)
    """
    if tried > len(SCHEDULE_S):
        return None
    usual = SCHEDULE_S[tried - 1] * (1 + SPREAD * (2 * chance - 1))
    return usual if asked_s is None else max(usual, min(asked_s, MOST_WAIT_S))


def asked_s(header: str | None, now: datetime) -> float | None:
    """Read `Retry-After`: seconds, or a moment of HTTP; None where it says nothing that can be read.

    Examples
    --------
    >>> asked_s("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def rest_s(failures: int, chance: float) -> float:
    """Give how long an endpoint rests after so many failures in a row, in seconds; none after few.

    Examples
    --------
    >>> rest_s(4, 0.5), rest_s(5, 0.5), rest_s(7, 0.5), rest_s(50, 0.5)
    (0.0, 5.0, 20.0, 300.0)
    """
    if failures < ROW:
        return 0.0
    first, most = REST_S
    doubled = first * math.exp2(min(failures - ROW, 20))
    return min(doubled, most) * (1 + SPREAD * (2 * chance - 1))
