"""When answers were given, where survey tools say it in ways of their own: written as everybody reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

_GOOGLE = re.compile(
    r"(\d{4})/(\d{1,2})/(\d{1,2})[, ]+(\d{1,2}):(\d{2}):(\d{2})\s*([AaPp]\.?\s?[Mm]\.?|vorm\.?|nachm\.?)?\s*(\S+)?"
)
"""As Google Forms writes into a downloaded CSV: 2024/05/02 9:00:00 AM GMT+2, in the words of the account's language."""
_OFFSET = re.compile(r"(?:GMT|UTC)(?:([+-]|\u2212)(\d{1,2})(?::?(\d{2}))?)?")
ZONES = {
    "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "OEZ": 2, "SAST": 2,
    "EEST": 3, "OESZ": 3, "MSK": 3, "SGT": 8, "JST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "NDT": -2.5,
    "NST": -3.5, "ADT": -3, "AST": -4, "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7,
    "PST": -8, "AKDT": -8, "AKST": -9, "HST": -10,
}  # fmt: skip
"""Hours ahead of UTC of the short names that accounts in English, German and Spanish write."""
UNSTAMPED = "1980-01-01 00:00:00"
"""What LimeSurvey writes for every answer where a survey keeps no dates."""


def google(text: str) -> str:
    """Write a moment of Google Forms as ISO 8601, with its zone where that is known; anything else stays as it is."""
    found = _GOOGLE.fullmatch(text.strip().replace("\u202f", " ").replace("\xa0", " "))
    if not found:
        return text
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    half = re.sub(r"[.\s]", "", found[7] or "").lower()
    if half:
        hour = hour % 12 + (12 if half in ("pm", "nachm") else 0)
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (its zone, if any, follows)
    except ValueError:
        return text
    hours = _ahead(found[8] or "")
    return (moment if hours is None else moment.replace(tzinfo=timezone(timedelta(hours=hours)))).isoformat(" ")


def _ahead(zone: str) -> float | None:
    """Give how many hours a zone is ahead of UTC; None where its name says nothing."""
    found = _OFFSET.fullmatch(zone)
    if not found:
        return ZONES.get(zone)
    hours = int(found[2] or 0) + int(found[3] or 0) / 60
    return min(hours, 14) * (1 if found[1] in (None, "+") else -1)


def of_google(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Write the first column of every row so that it is read."""
    for row in rows:
        yield [google(row[0]), *row[1:]] if row else row


def sent(rows: Iterator[list[str]], place: int, others: Sequence[int]) -> Iterator[list[str]]:
    """Give answers that were begun and never sent the moment of their last page.

    Parameters
    ----------
    place
        The column that says when an answer was sent.
    others
        Columns that say when somebody was last at it, the best first.
    """
    for row in rows:
        if place < len(row) and row[place].strip() in ("", UNSTAMPED):
            last = next((row[one] for one in others if one < len(row) and row[one].strip() not in ("", UNSTAMPED)), "")
            yield [*row[:place], last, *row[place + 1 :]]
        else:
            yield row
