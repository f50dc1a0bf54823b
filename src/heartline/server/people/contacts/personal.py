"""What is held of people here: contact data and consents, given out in clear and gone with their identifiers."""

from __future__ import annotations

from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from .commands import known
from .models import Consent, Contact


def register() -> None:
    """Say so."""
    hold(Holding("contacts", ("contacts.Contact",), _contacts, _forget_contacts))
    hold(Holding("consents", ("contacts.Consent",), _consents, _forget_consents))


def _contacts(who: Theirs) -> Rows:
    return [{"name": name, "value": value} for name, value in known(sorted(who.names))]


def _consents(who: Theirs) -> Rows:
    fields = ("identifier", "purpose", "granted", "at", "source")
    return list(Consent.objects.filter(identifier__in=who.names).order_by("at").values(*fields))


def _forget_contacts(who: Theirs) -> Gone:
    searched = Contact.objects.count()
    return Gone(Contact.objects.filter(identifier__in=who.names).delete()[0], searched)


def _forget_consents(who: Theirs) -> Gone:
    searched = Consent.objects.count()
    return Gone(Consent.objects.filter(identifier__in=who.names).delete()[0], searched)
