"""What customers say right now, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Result
from heartline.server.shell import doors, numbers

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LONG_AGO = 7 * DAY
"""From then on the day says more than how long ago it was."""


def ago(at: datetime, now: datetime) -> str:
    """Say how long ago something was; nothing where the day says more."""
    seconds = (now - at).total_seconds()
    if seconds >= LONG_AGO:
        return ""
    if seconds < MINUTE:
        return _("just now")
    if seconds < HOUR:
        return _ago(seconds, MINUTE, "minute")
    return _ago(seconds, HOUR, "hour") if seconds < DAY else _ago(seconds, DAY, "day")


def _ago(seconds: float, of: int, name: str) -> str:
    count = int(seconds // of)
    said = {
        "minute": ngettext("%(number)s minute ago", "%(number)s minutes ago", count),
        "hour": ngettext("%(number)s hour ago", "%(number)s hours ago", count),
        "day": ngettext("%(number)s day ago", "%(number)s days ago", count),
    }[name]
    return said % {"number": numbers.count(count)}


def exactly(at: datetime, zone: str, *, exact: bool) -> str:
    """Write when something was, as exactly as that is known."""
    return numbers.moment(at, zone) if exact else numbers.day(at, zone)


def sentence(result: Result, asked: Mapping[str, Any], *, fresh: bool) -> SafeString | str:
    """Say how much feedback there is and how it feels; every number opens its rows.

    Parameters
    ----------
    fresh
        Whether something came in that is not counted yet.
    """
    total = result.figures["feedback"].n or 0
    if not total:
        if fresh:
            return _("The first feedback is coming in; it is counted in a moment.")
        return _("Nobody has answered or written anything here.")
    found = {name: _number(result, asked, name) for name in ("feedback", "scored", "texts", "good", "bad")}
    return format_html(
        ngettext(
            "<strong>{feedback} piece of feedback</strong>: {scored} with an answer on a scale, {texts} with a text. Of"
            " all, {good} are content and {bad} unhappy.",
            "<strong>{feedback} pieces of feedback</strong>: {scored} with an answer on a scale, {texts} with a text,"
            " some with both. Of all, {good} are content and {bad} unhappy.",
            total,
        ),
        **found,
    )


def _number(result: Result, asked: Mapping[str, Any], name: str) -> SafeString:
    door = doors.door("feedback", asked, figure=name)
    return format_html('<a class="num" href="{}">{}</a>', door, numbers.count(result.figures[name].n or 0))


def told_by(who: str) -> str:
    """Say who passes on what a customer said; nothing where it was the customer."""
    return _("told by an employee") if who == "employee" else ""


def more(number: int) -> str:
    """Say that more came in than is shown."""
    if number <= 0:
        return ""
    return ngettext(
        "%(number)s more came in, older than these or too many at once: load the page again to see it.",
        "%(number)s more came in, older than these or too many at once: load the page again to see them.",
        number,
    ) % {"number": numbers.count(number)}


def how() -> list[tuple[str, str]]:
    """Say how the page was made."""
    return [
        (_("Pieces of feedback"), _(
            "Every answer on a scale and every text, newest first, on one card what somebody answered at once."
            " Anonymous surveys are not here: their answers stand in results only, and never one by one."
        )),
        (_("Live"), _(
            "What comes in appears by itself, usually within two or three seconds. While you read, it waits behind a"
            " button instead of moving the page. Numbers beside and above are counted in the background, up to half a"
            " minute later."
        )),
        (_("Content, unhappy"), _(
            "By the answer on a scale where there is one, else by the tone of the text. In the middle is neither;"
            " without both the feeling is not known."
        )),
        (_("Being read"), _(
            "A text is read at once for language and a first feeling, and a moment later better, and for what it is"
            " about; the card then changes where it stands."
        )),
        (_("Low scores"), _("Answers below the middle of their scale: of five stars one and two.")),
        (_("“Between”"), _(
            "If everybody had answered, the number would lie between the two in 95 of 100 cases. Several answers of one"
            " person do not count as independent."
        )),
    ]  # fmt: skip
