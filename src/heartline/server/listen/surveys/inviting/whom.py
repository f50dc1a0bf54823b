"""Whom an invitation is for, what it brings along, and how long it works."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from heartline.collect.together import names_of
from heartline.core.errors import NotFound
from heartline.server.shell import reaching
from heartline.server.shell.opened import workspace

from .models import Invited

REACHED = {"email": "email", "messaging": "phone"}
"""What people are reached by on a channel."""


def named(secret: str) -> tuple[str, str] | None:
    """Give whom an invitation went to, by what they are reached by; None where they are not known any more."""
    one = Invited.objects.select_related("sending").filter(secret=secret).first()
    if one is None:
        return None
    kind = REACHED[one.sending.wish["channel"]]
    names = names_of(workspace().lake.at(), [one.identifier])
    known = reaching.known(names, (kind,))
    for who in sorted(known, key=lambda name: (not name.startswith(f"{kind}:"), name)):
        if known[who].get(kind):
            return kind, known[who][kind]
    return None


def brought(secret: str) -> dict[str, str]:
    """Give what we say ourselves of an invitation: the channel, the unit, what it is about.

    Raises
    ------
    NotFound
        `bad_link` when it is over, or there is none.
    """
    one = Invited.objects.select_related("sending").filter(secret=secret).first()
    if one is None or (one.until is not None and one.until < timezone.now()):
        raise NotFound("bad_link", "This link does not work any more.", remedy="Ask for a new one.")
    said = {"channel": str(one.sending.wish["channel"]), "unit": one.unit, "order": one.order}
    return {name: value for name, value in said.items() if value}


def opened(secret: str) -> None:
    """Note that an invitation was opened, by whomever or whatever: mail scanners open links, too."""
    Invited.objects.filter(Q(opened_at=None), secret=secret).update(opened_at=timezone.now())
