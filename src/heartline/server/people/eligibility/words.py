"""What the pages of eligibility say."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors, numbers

from .rules import Company


def told(error: HeartlineError) -> str:
    """Say what is wrong with the rules."""
    fields = {
        "cooldown_days": _("The pause between two contacts is a number of days, from 0 to 365."),
        "quiet": _("Times of day are written as 21:00."),
        "survey_purpose": _("Please choose what surveys are sent for."),
    }
    if error.code == "bad_value":
        return fields.get(error.field or "", _("A limit is so many contacts in so many days, at most 365."))
    return errors.told(error)


def channel(key: str) -> str:
    """Name a channel that limits are set for."""
    return {
        "email": _("E-mail"),
        "messaging": _("Text messages"),
        "phone": _("Telephone"),
        "web": _("On our own pages"),
    }.get(key, _("All channels together"))


def reason(code: str) -> str:
    """Say why people are not asked: they …"""
    return {
        "nothing_said": _("never said that we may"), "withdrawn": _("said no"),
        "suppressed": _("must not be contacted"), "unconfirmed": _("have not confirmed their yes"),
        "expired": _("said yes too long ago"), "not_meant": _("are not those who are meant"),
        "no_address": _("have no address that we may write to"),
        "address_fails": _("have an address that takes nothing"), "asked_before": _("were asked this before"),
        "asked_lately": _("were contacted not long ago"), "enough": _("were contacted often enough"),
        "target_met": _("belong where enough people answer"), "not_drawn": _("were not drawn by lot"),
    }.get(code, code)  # fmt: skip


def answer(ours: Company, contacts: int) -> str:
    """Say in a sentence how often people are asked."""
    days = ngettext(
        "Nobody is contacted twice within %(days)s day.", "Nobody is contacted twice within %(days)s days.",
        ours.cooldown_days,
    ) % {"days": ours.cooldown_days}  # fmt: skip
    if not ours.cooldown_days:
        days = _("Between two contacts no pause is kept.")
    lately = ngettext(
        "In the last 30 days there was %(number)s contact.", "In the last 30 days there were %(number)s contacts.",
        contacts,
    ) % {"number": numbers.count(contacts)}  # fmt: skip
    return f"{days} {lately}"


def reasons(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Give reasons with their numbers, for a table."""
    return [(reason(code), numbers.count(number)) for code, number in counts.items()]
