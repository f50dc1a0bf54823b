"""Who is one person, in words: kinds of identifiers, what they prove, who said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, npgettext

from heartline.collect.alike import Evidence
from heartline.collect.joining import BY, Move
from heartline.collect.refusing import NOBODY, TOO_MANY, WEAK_BETWEEN
from heartline.server.accounts.models import Role
from heartline.server.shell import names, numbers
from heartline.store.definitions import Definitions

from . import commands

KINDS = {
    "user_id": gettext_noop("account"),
    "email": gettext_noop("e-mail address"),
    "phone": gettext_noop("phone number"),
    "card": gettext_noop("customer card"),
    "customer_id": gettext_noop("customer number"),
    "anonymous_id": gettext_noop("browser"),
    "device": gettext_noop("device"),
    "of_order": gettext_noop("order number"),
}
POWERS = {
    "unique": gettext_noop("one person has one only"),
    "strong": gettext_noop("hardly ever shared"),
    "weak": gettext_noop("may be shared"),
}


def name(who: str) -> str:
    """Name somebody who is known by a pseudonym only."""
    return _("Customer %(name)s") % {"name": numbers.person(who).upper()}


def kind(key: str, known: Definitions) -> str:
    """Name a kind of identifier."""
    body = known.all("identifier_kind").get(key, {})
    if key in KINDS and not (body.get("label") or body.get("labels")):
        return _(KINDS[key])
    return names.called(body, key)


def identifier(one: str, known: Definitions, clear: Mapping[str, str]) -> str:
    """Name an identifier: its kind, and in clear where that may be seen, else by eight letters."""
    return f"{kind(one.partition(':')[0], known)} {clear.get(one) or numbers.person(one)}"


def power(key: str) -> str:
    """Say what a kind of identifier proves."""
    return _(POWERS[key])


def source(key: str) -> str:
    """Say who said something."""
    if not key.startswith(BY):
        return key.replace("_", " ").capitalize()
    role = key.removeprefix(BY)
    if role == commands.MACHINE:
        return _("Somebody at the command line")
    return _("A colleague (%(role)s)") % {"role": Role(role).label if role in Role.values else role}


def known_by(found: Iterable[str], known: Definitions) -> str:
    """Count identifiers by their kinds: 2 e-mail addresses, 1 device."""
    counts = Counter(one.partition(":")[0] for one in found)
    return ", ".join(f"{numbers.count(n)} × {kind(key, known)}" for key, n in sorted(counts.items()))


def why(found: list[str], parted: int, known: Definitions) -> SafeString:
    """Say how many identifiers one person goes by."""
    if len(found) == 1:
        said = format_html(
            _("We know this person by <strong>{n} identifier</strong>: nothing had to be joined."), n=numbers.count(1)
        )
    else:
        said = format_html(
            _("<strong>{n} identifiers</strong> are one person: {kinds}."),
            n=numbers.count(len(found)), kinds=known_by(found, known),
        )  # fmt: skip
    if parted:
        more = ngettext("{n} was taken back.", "{n} were taken back.", parted)
        return format_html("{} {}", said, more.format(n=numbers.count(parted)))
    return said


def contacts(number: int) -> str:
    """Count what happened."""
    return ngettext("{number} contact", "{number} contacts", number).format(number=numbers.count(number))


def joins(move: Move) -> SafeString:
    """Say what it comes to if two people are one."""
    (after,) = move.after
    return format_html(
        npgettext(
            "join", "<strong>{contacts}</strong> moves to {name}.", "<strong>{contacts}</strong> move to {name}.",
            move.interactions,
        ),
        contacts=contacts(move.interactions), name=name(after),
    )  # fmt: skip


def parts(move: Move) -> SafeString:
    """Say what it comes to if a word is taken back."""
    if len(move.after) == 1:
        return format_html(
            _("They stay <strong>{one}</strong>: other words tie them together. Take these back, too."),
            one=_("one person"),
        )
    said = npgettext(
        "part", "There are two people then, and <strong>{contacts}</strong> goes back.",
        "There are two people then, and <strong>{contacts}</strong> go back.", move.interactions,
    )  # fmt: skip
    return format_html(said, contacts=contacts(move.interactions))


def fallen(number: int) -> str:
    """Say what falls with a word that is taken back."""
    if not number:
        return ""
    return ngettext(
        "{n} later word was taken only because of this one and falls with it.",
        "{n} later words were taken only because of this one and fall with it.",
        number,
    ).format(n=numbers.count(number))


def two_unique(move: Move, powers: Mapping[str, str], known: Definitions) -> str:
    """Warn where one person would have two of what one has one of only."""
    for found in move.after.values():
        counts = Counter(key for one in found if powers.get(key := one.partition(":")[0]) == "unique")
        for key, n in counts.items():
            if n > 1:
                said = _("They have %(n)s × %(kind)s. That is never joined by itself; be sure that it is one person.")
                return said % {"n": numbers.count(n), "kind": kind(key, known)}
    return ""


def apart(why: str, count: int) -> str:
    """Say why something ties somebody to nobody else.

    Parameters
    ----------
    count
        How many others it would have tied them to.
    """
    if why == NOBODY:
        return _("It names nobody, as “null” or “test@…” do, so it ties this person to nobody.")
    if why == TOO_MANY:
        return _("Nobody has as many identifiers as they would have had with it, so it was left out.")
    if why == WEAK_BETWEEN:
        return ngettext(
            "It was used by somebody else, too. It may be shared, so they were not joined.",
            "It was used by {n} others, too. It may be shared, so they were not joined.", count,
        ).format(n=numbers.count(count))  # fmt: skip
    return ngettext(
        "It was given for somebody else, too. Each has what one person has one only of, so they were not joined.",
        "It was given for {n} others, too. Each has what one person has one only of, so they were not joined.", count,
    ).format(n=numbers.count(count))  # fmt: skip


def more(number: int) -> str:
    """Count those who are not named."""
    return ngettext("and {n} more", "and {n} more", number).format(n=numbers.count(number)) if number > 0 else ""


def refused(code: str) -> str:
    """Say why something could not be done; nothing where a general word does."""
    return {
        "one_person": _("These two are one person already."),
        "not_joined": _("Nothing says that these two are one person any more."),
        "unknown_customer": _("Nobody goes by that here. Check the spelling."),
    }.get(code, "")


def first(text: str) -> str:
    """Begin with a capital letter."""
    return capfirst(text)


def likely(n: int) -> SafeString | str:
    """Say how many pairs look alike."""
    if not n:
        return _("Nobody looks like somebody else here.")
    said = ngettext(
        "<strong>{n} pair</strong> looks like one person. Nothing is joined unless you say so.",
        "<strong>{n} pairs</strong> look like one person. Nothing is joined unless you say so.", n,
    )  # fmt: skip
    return format_html(said, n=numbers.count(n))


VERY, RATHER = 0.9, 0.5


def how_likely(chance: float) -> str:
    """Say how likely it is that two are one."""
    if chance >= VERY:
        return _("Very likely one person")
    return _("Likely one person") if chance >= RATHER else _("Perhaps one person")


AGREES = {
    "ref": gettext_noop("The same order or ticket number"),
    "slot": gettext_noop("In the same place within the same hour"),
    "name": gettext_noop("The same name"),
    "mailbox": gettext_noop("The same name before the @ of the address"),
    "phone": gettext_noop("The same phone number"),
    "address": gettext_noop("The same address"),
    "postcode": gettext_noop("The same postcode"),
    "birthday": gettext_noop("The same birthday"),
    "account": gettext_noop("The same account"),
    "shared": gettext_noop("The same address or number given for both"),
    "device": gettext_noop("The same device or browser used by both"),
}
DIFFERS = {
    "name": gettext_noop("Different names"),
    "phone": gettext_noop("Different phone numbers"),
    "address": gettext_noop("Different addresses"),
    "postcode": gettext_noop("Different postcodes"),
    "birthday": gettext_noop("Different birthdays"),
    "account": gettext_noop("Each has an account of their own"),
}
STRONG, SOME = 8.0, 3.0


def evidence(piece: Evidence) -> str:
    """Say what one thing speaks for."""
    if not piece.agrees:
        said = _(DIFFERS[piece.field])
        much = _("speaks clearly against it") if piece.weight < -2 else _("speaks a little against it")
        return f"{said}: {much}"
    said = _(AGREES[piece.field])
    if piece.times > 1:
        said = f"{said} ({numbers.count(piece.times)} ×)"
    shared = ngettext("{n} person has it", "{n} people have it", piece.carriers)
    much = (
        _("speaks strongly for it") if piece.weight >= STRONG
        else _("speaks for it") if piece.weight >= SOME else _("says little")
    )  # fmt: skip
    return f"{said}: {much} ({shared.format(n=numbers.count(piece.carriers))})"
