"""What the pages of sending say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.eligibility import ASKED
from heartline.core.errors import HeartlineError
from heartline.server.shell import eligible, errors, numbers
from heartline.server.shell.filters import body_label
from heartline.server.shell.names import called
from heartline.store.definitions import Definitions

from .models import Sending
from .values import Wish


def told(error: HeartlineError) -> str:
    """Say why something cannot be sent so."""
    fields = {
        "channel": _("Please choose how people are asked."),
        "from_name": _("A sender’s name has no signs like < or @."),
        "reply_to": _("Answers to a mail go to an e-mail address."), "at": _("Please say when, as a day and a time."),
        "remind_days": _("A reminder goes out before the link ends."), "share": _("A share is a number from 1 to 100."),
        "lasts_days": _("A link works from 1 to 60 days."), "delay_h": _("A delay is a number of hours, up to 2,160."),
        "again_days": _("The pause is a number of days, up to 365."), "days": _("Days are a number."),
        "target": _("The answers wanted are a number, at least 1."),
        "page_target": _("The answers wanted are a number, at least 1."),
        "page_share": _("A share is a number from 1 to 100."),
        "after_touchpoint": _("Please choose after what people are asked."),
        "window_days": _("How late it may come is a number of days, from 1 to 60."),
    }  # fmt: skip
    codes = {
        "no_purpose": _("Say first what this survey is sent for: a purpose that may use this channel."),
        "advertising": _("Surveys count as advertising here: choose a purpose that people agree to."),
        "not_open": _("Let people answer the survey first."),
        "for_employees": _(
            "This survey asks employees, so it is not sent to customers. Ask them on the page of employees."
        ),
        "unknown_segment": _("There is no such segment any more."),
    }
    if error.code == "bad_value" and error.field in fields:
        return fields[error.field]
    return codes.get(error.code) or errors.told(error)


def reason(code: str) -> str:
    """Say why people are not asked, or whom a message did not reach: they …"""
    ours = {
        "answered": _("have answered meanwhile"), "stopped": _("were left out when it was stopped"),
        "not_open": _("the survey was closed"), "refused": _("their mail server took nothing"),
        "not_taken": _("the mail server took nothing for hours"),
        "interrupted": _("nobody knows whether it went: the server was stopped"),
        "returned": _("the mail came back: the address is gone"),
        "returned_later": _("the mail came back several times: the mailbox could not take it"),
        "returned_unread": _("the mail came back: the receiver’s server did not want it"),
    }  # fmt: skip
    return ours.get(code) or eligible.desk().why(code)


def seen(counts: Mapping[str, int]) -> SafeString:
    """Say in a sentence who would be asked."""
    whole, asked = sum(counts.values()), counts.get(ASKED, 0)
    if not whole:
        return format_html("{}", _("Nobody is in this selection."))
    return format_html(
        _("<strong>{asked} of {whole}</strong> would be asked now."),
        asked=numbers.count(asked), whole=numbers.count(whole),
    )  # fmt: skip


def why_not(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Give why others are not asked, with how many."""
    some = [(code, number) for code, number in counts.items() if code != ASKED and number]
    return [(reason(code), numbers.count(number)) for code, number in sorted(some, key=lambda pair: -pair[1])]


def answer(rows: Sequence[Mapping[str, Any]], open_: bool) -> str:
    """Say in a sentence how a survey is sent."""
    if not open_:
        return _("Nobody can answer this survey yet. Let people answer it, then ask them.")
    if not rows:
        return _("Nobody was asked by us yet. Show the code below, share the link, or send it to people.")
    asked = sum(row["n_sent"] for row in rows)
    answered = sum(row["n_answered"] for row in rows)
    text = ngettext("%(asked)s person was asked, %(answered)s answered.",
                    "%(asked)s people were asked, %(answered)s answered.", asked)  # fmt: skip
    return text % {"asked": numbers.count(asked), "answered": numbers.count(answered)}


def channel(key: str) -> str:
    """Name a way."""
    return {"email": _("E-mail"), "messaging": _("Text message")}.get(key, key)


def state(one: Sending, now: datetime) -> str:
    """Say where a sending stands."""
    if one.wrong:
        return _("stopped: %(why)s") % {"why": told_code(one.wrong)}
    if one.state == Sending.State.PLANNED and one.at > now:
        return _("planned")
    return {
        Sending.State.PLANNED: _("begins"), Sending.State.GOING: _("goes on"), Sending.State.DONE: _("sent"),
        Sending.State.STOPPED: _("stopped"),
    }[Sending.State(one.state)]  # fmt: skip


def told_code(code: str) -> str:
    """Say why a sending was stopped by itself."""
    return {
        "not_open": _("the survey was closed"), "no_purpose": _("its purpose is gone"),
        "advertising": _("its purpose is none that people agree to"),
    }.get(code, code)  # fmt: skip


def whom(wish: Wish, known: Definitions) -> str:
    """Say in a few words whom a sending is for."""
    parts = []
    if wish.after:
        place = (
            body_label(known, "touchpoint", wish.after.touchpoint) if wish.after.touchpoint else f"“{wish.after.event}”"
        )
        parts.append(_("%(delay)s after %(place)s") % {
            "delay": numbers.duration(wish.after.delay.total_seconds()), "place": place,
        })  # fmt: skip
    if wish.segment:
        parts.append(called(known.all("segment").get(wish.segment, {}), wish.segment))
    if wish.touchpoint:
        parts.append(_("was at %(place)s") % {"place": body_label(known, "touchpoint", wish.touchpoint)})
    if wish.unit:
        parts.append(called(known.all("unit").get(wish.unit, {}), wish.unit))
    if wish.days:
        parts.append(ngettext("here within %(n)s day", "here within %(n)s days", wish.days) % {"n": wish.days})
    if wish.trait:
        parts.append(f"{wish.trait}: {wish.trait_is}" if wish.trait_is else wish.trait)
    if wish.target:
        parts.append(_("about %(n)s answers a month and unit") % {"n": numbers.count(wish.target)})
    elif wish.share < 100:
        parts.append(_("%(n)s in 100") % {"n": wish.share})
    return ", ".join(parts) or _("everybody whom we know")
