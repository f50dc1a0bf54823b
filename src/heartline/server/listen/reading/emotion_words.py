"""Which emotions speak from texts, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Result
from heartline.listen.text.emotion import LEAST, NONE
from heartline.server.shell import doors, numbers


def name(emotion: str) -> str:
    """Name an emotion."""
    return {
        "joy": _("Joy"), "trust": _("Trust"), "fear": _("Fear"), "surprise": _("Surprise"), "sadness": _("Sadness"),
        "disgust": _("Disgust"), "anger": _("Anger"), "calm": _("Calm"), NONE: _("No clear emotion"),
    }[emotion]  # fmt: skip


def sounds(emotion: str) -> str:
    """Say what a text sounds like."""
    return {
        "joy": _("joy"), "trust": _("trust"), "fear": _("fear"), "surprise": _("surprise"), "sadness": _("sadness"),
        "disgust": _("disgust"), "anger": _("anger"), "calm": _("calm"), NONE: _("none of these"),
    }[emotion]  # fmt: skip


def sentence(result: Result, values: Mapping[str, Any]) -> SafeString | str:
    """Say which emotion speaks from most texts, and from how many none does."""
    read = result.figures["read"].n or 0
    rows = {row["emotion"]: row for row in result.rows}
    if not read:
        return _("No text has been read for emotions yet.")
    first = next(iter(result.rows))
    if first["share"] is None:
        return _(
            "Too few texts were read to say which emotions speak from them: it takes %(least)s, of several people."
        ) % {"least": numbers.count(LEAST)}
    none, of = rows[NONE], were_read(values, read)
    if not first["texts"] or first["emotion"] == NONE:
        return format_html(_("No clear emotion speaks from any text; {read}."), read=of)
    return format_html(
        _("Most of all <strong>{emotion}</strong>: it speaks from {share} texts (between {low} and {high}; {read})."
          " {none} show no clear emotion."),
        emotion=name(first["emotion"]), share=_door(values, first, numbers.in_hundred(first["share"])), read=of,
        low=numbers.count(100 * first["low"]), high=numbers.count(100 * first["high"]),
        none=_door(values, none, numbers.in_hundred(none["share"])),
    )  # fmt: skip


def about_one(result: Result, emotion: str, values: Mapping[str, Any]) -> SafeString | str:
    """Say from how many texts one emotion speaks."""
    row = next((row for row in result.rows if row["emotion"] == emotion), None)
    if row is None:
        return _("No text has been read for emotions yet.")
    if row["share"] is None:
        return _("Too few texts were read to say from how many of them it speaks.")
    return format_html(
        _("It speaks from <strong>{share}</strong> texts (between {low} and {high}; {read})."),
        share=_door(values, row, numbers.in_hundred(row["share"])),
        read=were_read(values, result.figures["read"].n or 0),
        low=numbers.count(100 * row["low"]), high=numbers.count(100 * row["high"]),
    )  # fmt: skip


def were_read(values: Mapping[str, Any], texts: int) -> SafeString:
    """Say how many texts a share is of; the number opens them."""
    link = doors.door("emotions", values, figure="read")
    number = format_html('<a class="num" href="{}">{}</a>', link, numbers.count(texts))
    return format_html(ngettext("{number} text was read", "{number} texts were read", texts), number=number)


def _door(values: Mapping[str, Any], row: Mapping[str, Any], text: str) -> SafeString:
    link = doors.door("emotions", values, row={"emotion": row["emotion"]}, column="share")
    return format_html('<a class="num" href="{}">{}</a>', link, text)


def between(low: float | None, high: float | None) -> str:
    """Say how exactly a share is known."""
    if low is None or high is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": numbers.share(low), "high": numbers.share(high)}


def unread(result: Result) -> str:
    """Say how many texts are still to be read; nothing where all are."""
    every, read = result.figures["texts"].n or 0, result.figures["read"].n or 0
    if every <= read:
        return ""
    told = {"unread": numbers.count(every - read), "every": numbers.count(every)}
    return _("%(unread)s of %(every)s texts are still to be read; that goes on in the background.") % told


def only_newest(result: Result) -> str:
    """Say that not all texts are counted; nothing where all are."""
    most = next((note.values["newest"] for note in result.notes if "newest" in note.values), "")
    told = {"most": numbers.local(most)}
    return _("Of more than %(most)s texts the newest %(most)s are counted.") % told if most else ""


def how() -> list[tuple[str, str]]:
    """Say how the pages were made."""
    return [
        (_("Emotions"), _("Every text is compared, by what its sentences mean and in any language, with example"
                          " sentences for each emotion, which your company can rewrite; an emoji says it outright."
                          " Where no emotion is clearly likelier than none, the text shows none.")),
        (_("Never one person"), _("Of a single text the reading may be wrong, so emotions are counted over many texts"
                                  " and many people only. With fewer than 30 texts, or fewer than five people, nothing"
                                  " is said.")),
        (_("“Between”"), _("If everybody had written, the number would lie between the two in 95 of 100 cases."
                           " Several texts of one person do not count as independent. It says how far chance goes, not"
                           " how well emotions are read: surprise and disgust are read less surely than joy, anger,"
                           " fear and sadness.")),
        (_("Quotes"), _("The texts nearest to the middle of all that show an emotion, by their words, each as unlike as"
                        " can be to those before it. Nobody picks them.")),
        (_("Put right"), _("What you say that a text sounds like counts at once, and twice as much as an example"
                           " sentence; texts that mean alike are read alike from then on.")),
    ]  # fmt: skip
