"""The sentences of consent, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.consent import CONSENT, CONTRACT, INTEREST
from heartline.core.errors import HeartlineError
from heartline.server.accounts.models import Role
from heartline.server.shell import errors, filters, numbers
from heartline.server.shell.opened import workspace

from . import purposes
from .commands import BY
from .models import State, Via, Word


def choice(reason: str) -> str:
    """Say to somebody outside what counts now."""
    return {
        "allowed": _("Now: yes."),
        "nothing_said": _("Now: no. You have not said anything yet."),
        "withdrawn": _("Now: no, as you wished."),
        "suppressed": _("Now: no. We do not contact you at all; write to us if you want that to change."),
        "unconfirmed": _("Now: no. You agreed, and have not confirmed it yet."),
        "expired": _("Now: no. You agreed long ago; please say so again."),
    }[reason]


def channel(key: str) -> str:
    """Name a channel."""
    return str(filters.channel(workspace().lake.at().definitions, key)) if key else _("every channel")


def outside(error: HeartlineError) -> str:
    """Say to somebody outside why something does not work."""
    known = {
        "bad_address": _("Please check your e-mail address."),
        "link_over": _("This link was used, or is too old. Ask for a new one."),
        "too_many": _("Too many requests come from your network. Please try again in an hour."),
        "unknown_purpose": _("There is nothing here to agree to. Perhaps the address was copied incompletely."),
        "unknown_channel": _("There is nothing here to agree to. Perhaps the address was copied incompletely."),
    }
    return known.get(error.code) or errors.told(error)


def why(reason: str, basis: str) -> str:
    """Say why somebody may be contacted, or not."""
    if reason == "allowed":
        return {
            CONSENT: _("Yes: they agreed."),
            CONTRACT: _("Yes: what they bought needs it."),
            INTEREST: _("Yes: we have a legitimate interest, and they did not object."),
        }[basis]
    return {
        "nothing_said": _("No: they have not agreed."),
        "withdrawn": _("No: they said no."),
        "suppressed": _("No: they must not be contacted, whatever was agreed."),
        "unconfirmed": _("No: they agreed, and have not confirmed it by the link in an e-mail."),
        "expired": _("No: they agreed, too long ago."),
    }[reason]


def states() -> list[tuple[str, str]]:
    """Name what somebody of us may write down."""
    return [
        (State.WITHDRAWN, _("They said no")),
        (State.GIVEN, _("They said yes")),
        (State.SUPPRESSED, _("They must not be contacted, whatever was agreed")),
        (State.RELEASED, _("They may be contacted again")),
    ]


def bases() -> dict[str, tuple[str, str]]:
    """Name why a purpose is lawful, and say what that means."""
    return {
        CONSENT: (_("They agreed"), _("Nobody is contacted without a yes.")),
        CONTRACT: (_("What they bought needs it"), _("Order confirmations, deliveries, invoices: nobody is asked.")),
        INTEREST: (_("We have a legitimate interest"), _("Everybody may be contacted who did not object.")),
    }


def basis(key: str) -> str:
    """Name why a purpose is lawful."""
    return bases()[key][0]


def holds(months: int | None) -> str:
    """Say how long a yes holds."""
    if not months:
        return _("until they say no")
    return ngettext("{n} month", "{n} months", months).format(n=months)


def asked_for(count: int) -> str:
    """Say for how many purposes people are asked."""
    if not count:
        return _("Nothing yet. Say what you want to write to people about, and in which words you ask them.")
    return ngettext("For {n} purpose.", "For {n} purposes.", count).format(n=numbers.count(count))


def mail(waiting: int, *, sends: bool) -> str:
    """Say how it stands with the mails that ask to confirm."""
    if sends and not waiting:
        return ""
    if sends:
        text = ngettext("{n} e-mail is on its way.", "{n} e-mails are on their way.", waiting)
    elif not waiting:
        return _("No mail server is named yet, so nobody can confirm anything.")
    else:
        text = ngettext(
            "{n} person waits for an e-mail to confirm: no mail server is named yet. Nothing is lost.",
            "{n} people wait for an e-mail to confirm: no mail server is named yet. Nothing is lost.",
            waiting,
        )
    return text.format(n=numbers.count(waiting))


def said(one: Word) -> str:
    """Say what somebody said, to what."""
    known = purposes.all_purposes().get(one.purpose)
    what = known.label if known else one.purpose.replace("_", " ").capitalize() or _("Everything")
    if one.purpose == purposes.PROFILING:
        what = _("Being in predictions and personas")
    values = {"what": what, "channel": channel(one.channel)}
    plain = {
        State.GIVEN: _("Yes to %(what)s"), State.WITHDRAWN: _("No to %(what)s"),
        State.SUPPRESSED: _("Must not be contacted"), State.RELEASED: _("May be contacted again"),
    }[State(one.state)] % values  # fmt: skip
    return f"{plain} ({values['channel']})" if one.channel else plain


def source(one: Word) -> str:
    """Say where a word came from."""
    via = str(one.get_via_display())
    if one.via == Via.HAND:
        role = one.source.removeprefix(BY)
        return f"{via}: {Role(role).label if role in Role.values else role}"
    return via if one.via in (Via.FORM, Via.LINK, Via.CHOICES, Via.PRIVACY) else f"{via}: {one.source}"


def proof(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Name what is kept as proof."""
    names = {
        "method": _("How"), "asked_at": _("Asked"), "asked_from": _("Asked from the network"),
        "sent_at": _("E-mail sent"), "message_id": _("Number of the e-mail"), "confirmed_at": _("Confirmed"),
        "confirmed_from": _("Confirmed from the network"), "from": _("From the network"), "at": _("When"),
    }  # fmt: skip
    return [(names[key], str(value)) for key, value in kept.items() if value and key in names]


def noted(error: HeartlineError) -> str:
    """Say why a word was not written down."""
    known = {
        "no_reason": _("Please say why, in a few words."),
        "no_evidence": _("A yes needs its evidence: where is it written, or who heard it when?"),
        "too_wide": _("A yes is to one thing on one channel. Please choose which."),
        "bad_value": _("Please choose what they said."),
    }
    return known.get(error.code) or errors.told(error)


def undefined(error: HeartlineError) -> str:
    """Say why a purpose cannot be so."""
    known = {
        "missing_field": _("Please fill in the name, at least one channel, and why it is lawful."),
        "bad_key": _("Please give it a name with letters."),
        "changed_meanwhile": _("Somebody else changed this meanwhile. Load the page again."),
        "bad_whole": _("Please write the months as a number, or leave them empty."),
        "bad_number": _("Please write the months as a number, or leave them empty."),
        "busy": _("Somebody else is writing just now, an import perhaps. Please try again in a moment."),
    }
    return known.get(error.code) or errors.told(error)


def escaped(text: str) -> str:
    """Write a text so that a page of somebody else's shows it as it is."""
    return str(escape(text))
