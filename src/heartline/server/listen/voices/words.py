"""What people write and say, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Result
from heartline.server.shell import doors, numbers


def sentence(result: Result, asked: Mapping[str, Any]) -> SafeString | str:
    """Say how many texts there are and how their people felt; every number opens its texts."""
    total = result.figures["verbatims"].n or 0
    text = asked.get("search")
    if not total:
        if text:
            return _("Nobody wrote or said “%(words)s” here.") % {"words": text}
        return _("Nobody has written or said anything here.")
    found = {name: _door(result, asked, name) for name in ("verbatims", "good", "bad")}
    all_of_them = format_html('<a class="num" href="{}">{}</a>', found["verbatims"], numbers.count(total))
    told = {
        "texts": format_html(ngettext("{number} text", "{number} texts", total), number=all_of_them),
        "words": text or "",
    }
    of = _(" with “{words}”") if text else ""
    if asked.get("feeling"):
        mood = {
            "good": _("<strong>{texts}</strong>{of} of contented people."),
            "bad": _("<strong>{texts}</strong>{of} of unhappy people."),
            "neutral": _("<strong>{texts}</strong>{of} of people who felt neither."),
            "unknown": _("<strong>{texts}</strong>{of} whose feeling is not known."),
        }[str(asked["feeling"])]
        return format_html(mood, **told, of=format_html(of, **told) if of else "")
    good, bad = (
        format_html('<a class="num" href="{}">{}</a>', found[name], numbers.count(result.figures[name].n or 0))
        for name in ("good", "bad")
    )
    return format_html(
        _("<strong>{texts}</strong>{of}: {good} content, {bad} unhappy."),
        **told, of=format_html(of, **told) if of else "", good=good, bad=bad,
    )  # fmt: skip


def _door(result: Result, asked: Mapping[str, Any], figure: str) -> str:
    return doors.door("verbatims", asked, figure=figure)


def how() -> list[tuple[str, str]]:
    """Say how the page was made."""
    return [
        (
            _("Texts"),
            _(
                "Every text that a person wrote or said, newest first; none is left out and none made up."
                " Answers on a scale without a text are not counted here; they stand under “Live feedback”."
            ),
        ),
        (
            _("Content, not"),
            _(
                "By the answer on a scale that came with the text, else by the tone of the text. In the middle is"
                " neither; without both the feeling is not known."
            ),
        ),
        (_("Search"), _("Finds the words as they stand in the text, in capital or small letters.")),
    ]
