"""What is held of people here: contact data, given out in clear and gone with their identifiers."""

from __future__ import annotations

from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from .commands import known
from .models import Contact


def register() -> None:
    """Say so."""
    hold(Holding("contacts", ("contacts.Contact",), _contacts, _forget_contacts))


def _contacts(who: Theirs) -> Rows:
    return [{"name": name, "value": value} for name, value in known(sorted(who.names))]


def _forget_contacts(who: Theirs) -> Gone:
    searched = Contact.objects.count()
    return Gone(Contact.objects.filter(identifier__in=who.names).delete()[0], searched)
