"""What the pages of notes say."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors

from ..models import Note


def often(chosen: str) -> list[tuple[str, str, bool]]:
    """Name how often something was said."""
    named = {"one": _("One customer"), "some": _("Several"), "many": _("Many")}
    return [(key, text, key == chosen) for key, text in named.items()]


def done(one: Note) -> str:
    """Say that something was told."""
    if one.undone_at:
        return _("Taken back. It is nowhere.")
    return _("Thank you. Whoever looks after this sees it in a few seconds.")


def no_words() -> str:
    """Say that the text is missing."""
    return _("Please write what customers said.")


def masked(marks: frozenset[str]) -> str:
    """Say what was taken out of a text."""
    named = {"email": _("an e-mail address"), "phone": _("a telephone number"), "card": _("a card number"),
             "iban": _("an account number")}  # fmt: skip
    found = [named[mark] for mark in sorted(marks) if mark in named]
    if not found:
        return ""
    return _("We took out what names a customer (%(what)s). Please leave out names, too.") % {"what": ", ".join(found)}


def links(number: int) -> str:
    """Say how many links there are."""
    if not number:
        return _("There is no link yet: only who signs in can tell what customers say.")
    said = ngettext("%(n)s link works, without an account.", "%(n)s links work, without an account.", number)
    return said % {"n": number}


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    fields = {
        "text": no_words(), "label": _("Please say where the link hangs, as “Till, Berlin”."),
        "unit": _("Please choose one of the units."), "about": _("Please choose one of the touchpoints."),
        "often": _("Please say how often it was said."),
    }  # fmt: skip
    codes = {
        "not_your_unit": _("You can tell of your own units only."),
        "too_late": _("The minute is over. Ask whoever looks after the data to remove it."),
        "taken": _("Please open the page again: somebody else sent this form."),
    }
    if error.code == "bad_value" and error.field in fields:
        return fields[error.field]
    return codes.get(error.code) or errors.told(error)
