"""What people talk about, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Result
from heartline.listen.spoken import SLICES
from heartline.listen.text.themes.values import Theme, called
from heartline.server.shell import doors, numbers

LATE = 28
"""Days that are “of late” where nothing else is asked."""
SMALL = 0.015
"""Shares below this would be said as none or one in a hundred."""


def name(theme: Theme, language: str) -> str:
    """Name a theme in the language of the page."""
    return called(theme, language.partition("-")[0])


def heading(sort: str) -> tuple[str, str]:
    """Name a list of the page, and say what is in it."""
    return {
        "theme": (_("Themes"), ""),
        "need": (
            _("What people wanted to get done"),
            _("Texts in which somebody wanted something: got it, or did not."),
        ),
        "reason": (
            _("Why people buy, and why they leave"),
            _("Texts in which somebody says why they came, stay, or go."),
        ),
    }[sort]


def sentence(result: Result, there: Mapping[str, Theme], values: Mapping[str, Any], language: str) -> SafeString | str:
    """Say what is spoken of most, how many texts that is, and what rises."""
    texts = result.figures["texts"].n or 0
    rows = [row for row in result.rows if row["theme"] in there]
    if not texts:
        return _("No text has been read for what it is about yet.")
    if not rows:
        return format_html(_("No text speaks of a theme; {read}."), read=were_read(values, texts))
    first = rows[0]
    told = format_html(
        _("Most of all about <strong>{theme}</strong>: <strong>{share}</strong> texts speak of it (between {low} and"
          " {high}; {read})."),
        theme=name(there[first["theme"]], language), share=numbers.in_hundred(first["share"]),
        read=were_read(values, texts), **ends(first["low"], first["high"]),
    )  # fmt: skip
    up = [name(there[row["theme"]], language) for row in rows if row["rising"]]
    if not up:
        return told
    more = format_html(_("More than before: <strong>{themes}</strong>."), themes=", ".join(up))
    return format_html("{} {}", told, more)


def were_read(values: Mapping[str, Any], texts: int) -> SafeString:
    """Say how many texts a share is of; the number opens them."""
    link = doors.door("themes", values, figure="texts")
    number = format_html('<a class="num" href="{}">{}</a>', link, numbers.count(texts))
    return format_html(ngettext("{number} text was read", "{number} texts were read", texts), number=number)


def ends(low: float | None, high: float | None) -> dict[str, str]:
    """Give the ends of a share's interval as they stand in a sentence, in hundredths; finer if small or alike."""
    first, last = 100 * (low or 0), 100 * (high or 0)
    digits = 0 if last >= 100 * SMALL and round(first) != round(last) else 1
    return {"low": numbers.number(first, digits), "high": numbers.number(last, digits)}


def about_one(result: Result, theme: Theme, values: Mapping[str, Any]) -> SafeString | str:
    """Say how many texts speak of a theme, and how people feel about it."""
    row = next(iter(result.rows), None)
    texts = result.figures["texts"].n or 0
    if theme.into:
        return _("This theme is a part of another.")
    if row is None:
        return _("No text here speaks of it.") if texts else _("No text has been read for what it is about yet.")
    asked = {**values, "theme": (theme.key,), "sort": theme.sort}
    door = doors.door("themes", asked, row={"theme": theme.key}, column="share")
    share = format_html('<a class="num" href="{}">{}</a>', door, numbers.in_hundred(row["share"]))
    told = format_html(
        _("<strong>{share}</strong> texts speak of it (between {low} and {high}; {read})."),
        share=share, read=were_read(asked, texts), **ends(row["low"], row["high"]),
    )  # fmt: skip
    if row["unhappy"] is None or row["unhappy_low"] is None:
        return told
    door = doors.door("themes", asked, row={"theme": theme.key}, column="unhappy")
    unhappy = format_html('<a class="num" href="{}">{}</a>', door, numbers.in_hundred(row["unhappy"]))
    felt = format_html(
        _("Of those whose feeling is known, <strong>{share}</strong> are unhappy (between {low} and {high})."),
        share=unhappy, **ends(row["unhappy_low"], row["unhappy_high"]),
    )  # fmt: skip
    return format_html("{} {}", told, felt)


def between(low: float | None, high: float | None) -> str:
    """Say how exactly a share is known."""
    if low is None or high is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": numbers.share(low), "high": numbers.share(high)}


def felt(low: float | None, high: float | None) -> str:
    """Say how exactly a feeling is known."""
    if low is None or high is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": numbers.number(low, 2), "high": numbers.number(high, 2)}


def moved(result: Result, row: Mapping[str, Any]) -> str:
    """Say by how much the share of late is above or below that before, where more than chance says so."""
    change, low, high = row["change"], row["change_low"], row["change_high"]
    if change is None:
        return _("nothing before to compare with")
    if low <= 0 <= high:
        return _("as before, as far as can be told")
    points_, ends = numbers.number(100 * abs(change), 1), sorted((abs(100 * low), abs(100 * high)))
    told = {"points": points_, "low": numbers.number(ends[0], 1), "high": numbers.number(ends[1], 1)}
    if change > 0:
        return _("%(points)s points more than before (between %(low)s and %(high)s)") % told
    return _("%(points)s points less than before (between %(low)s and %(high)s)") % told


def nowhere() -> str:
    """Name the place of texts that judge no touchpoint."""
    return _("About no touchpoint in particular")


def mark(row: Mapping[str, Any]) -> str:
    """Name what is new or rising; nothing for the others."""
    if row["new"]:
        return _("new")
    return _("rising") if row["rising"] else ""


def reading(result: Result) -> str:
    """Say how many texts are still to be read; nothing where all are."""
    for note in result.notes:
        if "unread" in note.values:
            told = {"unread": numbers.local(note.values["unread"]), "every": numbers.local(note.values["every"])}
            return _("%(unread)s of %(every)s texts are still to be read; that goes on in the background.") % told
    return ""


def newly(result: Result) -> list[str]:
    """Give the words that are said more of late."""
    for note in result.notes:
        if "words" in note.values:
            return [word for word in str(note.values["words"]).split(", ") if word]
    return []


def nothing_yet() -> str:
    """Say that there is nothing to read."""
    return _("Nobody has written anything yet.")


def nothing() -> str:
    """Say what will be here."""
    return _(
        "Once there are texts, you read here what they are about, how people feel about it, and what they say more of"
        " than before."
    )


def done(deed: str) -> str:
    """Say that something was done."""
    read_again = _("Texts are read again in the background, the newest first.")
    return {
        "name": _("Its name is changed."),
        "keep": _("It is kept now, whether or not anybody speaks of it."),
        "let_go": _("It goes when nobody speaks of it any more."),
        "off": _("It is counted no more."),
        "on": _("It is counted again.") + " " + read_again,
        "merge": _("It is a part of the other theme now.") + " " + read_again,
        "part": _("It stands by itself again.") + " " + read_again,
        "split": _("Its parts are looked for; they appear among the themes within a minute or so."),
        "not_about": _("Noted. What is alike is no longer read as this theme.") + " " + read_again,
        "about": _("Noted.") + " " + read_again,
    }.get(deed, "")


def refused(code: str) -> str:
    """Say why something was not done."""
    if not code:
        return ""
    return {
        "same_theme": _("Both are the same theme already."),
        "unknown_theme": _("There is no such theme."),
        "busy": _("Data are being brought in just now. Try again in a minute."),
    }.get(code, _("That could not be done: a theme needs a name that no other has, and a sentence."))


def how() -> list[tuple[str, str]]:
    """Say how the pages were made."""
    weeks = ngettext("%(number)s week", "%(number)s weeks", LATE // 7) % {"number": LATE // 7}
    return [
        (_("Themes"), _("Every text is read sentence by sentence, in any language, for what it is about. Some themes"
                        " are there from the beginning; others are found where many sentences say alike. A text can"
                        " speak of several.")),
        (_("“Between”"), _("If everybody had written, the number would lie between the two in 95 of 100 cases."
                           " Several texts of one person do not count as independent.")),
        (_("Feeling"), _("From −1 (as bad as can be) to 1: by the answer that came with a text, else by its tone.")),
        (_("Rising, new"), _("The last %(weeks)s up to the newest text against %(times)s times as long before, among as"
                             " many texts. Marked is what exceeds chance so far that, over all themes together, one"
                             " quiet look out of twenty would mark any.") % {"weeks": weeks, "times": SLICES}),
        (_("Quotes"), _("The texts nearest to the middle of all that speak of a theme, by their words, each as unlike"
                        " as can be to those before it. Nobody picks them.")),
    ]  # fmt: skip
