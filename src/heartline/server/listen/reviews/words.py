"""What platforms say of the company, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Figure, Result
from heartline.server.shell import doors, numbers

PLATFORMS = {
    "google_reviews": "Google", "trustpilot": "Trustpilot", "app_store": "App Store", "google_play": "Google Play",
    "tripadvisor": "Tripadvisor", "booking": "Booking.com", "feed": "RSS", "schema_org": "schema.org",
}  # fmt: skip
"""Names that platforms have in every language."""


def platform(source: str | None) -> str:
    """Name a platform."""
    if source == "reviews":  # what a table without a name is called
        return _("Table of reviews")
    return PLATFORMS.get(source or "") or (source or _("not known")).replace("_", " ").capitalize()


def sentence(result: Result, values: Mapping[str, Any]) -> SafeString | str:
    """Say how many reviews there are, how many were answered, and how many bad ones wait."""
    figures = result.figures
    n = figures["reviews"].n or 0
    if not n:
        return _("No review has come in here.")
    told = format_html(
        ngettext(
            "<strong>{n}</strong> review: {share} answered.", "<strong>{n}</strong> reviews: {share} answered.", n
        ),
        n=_number(values, "reviews", numbers.count(n)),
        share=_number(values, "answered", numbers.in_hundred(float(figures["answered"].value or 0))),
    )
    waiting = figures["open"].n or 0
    if not waiting:
        return format_html("{} {}", told, _("No bad one waits for an answer."))
    more = format_html(
        ngettext(
            "<strong>{n}</strong> bad one waits for an answer.", "<strong>{n}</strong> bad ones wait for an answer.",
            waiting,
        ),
        n=_number(values, "open", numbers.count(waiting)),
    )  # fmt: skip
    return format_html("{} {}", told, more)


def _number(values: Mapping[str, Any], figure: str, text: str) -> SafeString:
    return format_html('<a class="num" href="{}">{}</a>', doors.door("reviews", values, figure=figure), text)


def reply(figure: Figure) -> str:
    """Say how long people wait for an answer."""
    if figure.value is None:
        return ""
    return _("Half of those who were answered had waited %(time)s or longer.") % {
        "time": numbers.duration(float(figure.value))
    }


def between(low: float | None, high: float | None, how: str) -> str:
    """Say how exactly a number is known."""
    if low is None or high is None:
        return _("cannot tell yet")

    def write(one: float) -> str:
        if how == "share":
            return numbers.share(one)
        return numbers.duration(one) if how == "s" else numbers.number(one, 2)

    return _("between %(low)s and %(high)s") % {"low": write(low), "high": write(high)}


def moved(change: float | None, low: float | None, high: float | None) -> str:
    """Say by how much a rating is above or below that of the period before."""
    if change is None or low is None or high is None:
        return _("nothing before to compare with")
    if low <= 0 <= high:
        return _("as before, as far as can be told")
    ends = sorted((abs(low), abs(high)))
    told = {"by": numbers.number(abs(change), 2), "low": numbers.number(ends[0], 2), "high": numbers.number(ends[1], 2)}
    if change > 0:
        return _("%(by)s better than before (between %(low)s and %(high)s)") % told
    return _("%(by)s worse than before (between %(low)s and %(high)s)") % told


def done(deed: str) -> str:
    """Say that something was done."""
    return {
        "answered": _("Noted: it was answered. It leaves the list with the next look at the numbers."),
        "reopened": _("Noted: it waits for an answer again."),
        "published": _("Saved. The address shows it within a few minutes."),
        "off": _("Saved. The address answers no more."),
    }.get(deed, "")


def refused(code: str) -> str:
    """Say why something was not done."""
    if not code:
        return ""
    return {
        "unknown_review": _("There is no such review any more."),
        "unknown_source": _("No review came from one of these platforms."),
        "bad_value": _("It needs at least one platform, and the name of the company."),
        "busy": _("Data are being brought in just now. Try again in a minute."),
    }.get(code, _("That could not be done. Try again."))


def how() -> list[tuple[str, str]]:
    """Say how the page was made."""
    return [
        (_("Reviews"), _("What came in from platforms as reviews. Answers to surveys are not among them. People who"
                         " review of their own accord are no sample of all customers.")),
        (_("“Between”"), _("If the same kind of people had written once more, the number would lie between the two in"
                           " 95 of 100 cases. Several reviews of one person do not count as independent.")),
        (_("Change"), _("Against the period of equal length before.")),
        (_("Answered"), _("The platform says so, or somebody here noted it. The time runs from the review to the first"
                          " answer; the middle one of all is shown.")),
        (_("Bad"), _("A feeling below 0: fewer stars than the middle of the scale, or without stars the tone of the"
                     " text.")),
        (_("Ratings of the whole"), _("What a platform states over all its reviews, as read on that day. They are no"
                                      " answers of single people, and no number here contains them.")),
    ]  # fmt: skip
