"""What people wanted, and why they buy and leave, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heartline.core.result import Result
from heartline.listen.text.themes.values import Theme
from heartline.server.shell import doors, numbers

from . import words

UNMET, MET, BUY, LEAVE = "need_unmet", "need_met", "reason_to_buy", "reason_to_leave"
ORDER = (UNMET, MET, BUY, LEAVE)
SIDES = {"need": (UNMET, MET), "reason": (BUY, LEAVE)}


def name(theme: Theme, language: str) -> str:
    """Name a side as its heading does."""
    said = {
        UNMET: _("They wanted it and did not get it"), MET: _("They wanted it and got it"),
        BUY: _("Why they buy"), LEAVE: _("Why they leave"),
    }  # fmt: skip
    return words.name(theme, language) if theme.named or theme.key not in said else said[theme.key]


def sentence(sort: str, result: Result, values: Mapping[str, Any]) -> SafeString | str:
    """Say how many texts speak of either side."""
    texts = result.figures["texts"].n or 0
    if not texts:
        return _("No text has been read for what it is about yet.")
    rows = {row["theme"]: row for row in result.rows}
    read = words.were_read(values, texts)
    first, second = (_said(rows.get(key), values) for key in SIDES[sort])
    if first and second:
        told = {"first": first[0], "around_first": first[1], "second": second[0], "around_second": second[1]}
        return format_html(_both(sort), **told, read=read)
    one = first or second
    if one is None:
        return format_html(nothing_of(sort), read=read)
    return format_html(_one(sort)[0 if first else 1], share=one[0], around=one[1], read=read)


def _both(sort: str) -> str:
    if sort == "need":
        return _("{first} texts ({around_first}) speak of something that people wanted and did not get, {second}"
                 " ({around_second}) of something that they got; {read}.")  # fmt: skip
    return _("{first} texts ({around_first}) say why people buy here, {second} ({around_second}) why they leave;"
             " {read}.")  # fmt: skip


def _one(sort: str) -> tuple[str, str]:
    """Say what only one side says; of the other there is no text."""
    if sort == "need":
        return (
            _("{share} texts ({around}) speak of something that people wanted and did not get, none of something that"
              " they got; {read}."),
            _("{share} texts ({around}) speak of something that people wanted and got, none of something that they did"
              " not get; {read}."),
        )  # fmt: skip
    return (
        _("{share} texts ({around}) say why people buy here, none why they leave; {read}."),
        _("{share} texts ({around}) say why people leave, none why they buy here; {read}."),
    )


def nothing_of(sort: str) -> str:
    """Say that of so many texts none says anything of it."""
    if sort == "need":
        return _("No text says what somebody wanted to get done; {read}.")
    return _("No text says why somebody buys or leaves; {read}.")


def _said(row: Mapping[str, Any] | None, values: Mapping[str, Any]) -> tuple[SafeString, str] | None:
    """Say how many texts are on a side, and how exactly that is known; None where none is."""
    if row is None:
        return None
    link = doors.door("themes", values, row={"theme": row["theme"]}, column="share")
    share = format_html('<strong><a class="num" href="{}">{}</a></strong>', link, numbers.in_hundred(row["share"]))
    return share, _("between %(low)s and %(high)s") % words.ends(row["low"], row["high"])


def nothing(sort: str) -> str:
    """Say what will be here."""
    if sort == "need":
        return _("Once people write what they wanted to get done, you read here what it was, whether they got it, and"
                 " at which touchpoint.")  # fmt: skip
    return _(
        "Once people write why they buy or leave, you read their reasons here, with the touchpoints that they name."
    )


def how(sort: str) -> list[tuple[str, str]]:
    """Say how the page was made."""
    told = (
        _("Texts in which a sentence says that somebody wanted something: got it, or did not. Read by example sentences"
          " and words, which stand on the page of each side; what is read wrongly is put right there.")
        if sort == "need"
        else _("Texts in which a sentence says why somebody came, stays, or goes. Read by example sentences and words,"
               " which stand on the page of each side; what is read wrongly is put right there.")
    )  # fmt: skip
    return [(_("What is counted"), told), *(one for one in words.how() if one[0] != _("Themes"))]
