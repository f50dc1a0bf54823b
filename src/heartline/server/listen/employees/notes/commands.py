"""What is written of notes: told, taken back; links for shops made and ended."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from heartline.collect.events.personal import masked
from heartline.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import leaving, own_events
from heartline.server.shell.opened import workspace

from ..models import Note, Slip

SOURCE, EVENT = "notes", "Note Told"
RIGHT, LINKS = "read", "define"
"""Everybody who signs in may tell; who defines the company makes links for shops."""
OFTEN = ("one", "some", "many")
LONGEST = 1_000
KEPT = timedelta(days=1)
"""How long is known who told what, so that it can be taken back, and is told once however often it is sent."""
NOBODY = "–"
"""Who told a note, in the audit trail: it stands there for ever, and beside the moment of the note (decision 0055)."""


@transaction.atomic
def tell(
    *, by: User | Slip, key: str, text: str, often: str, about: str = "", unit: str = "", moment: datetime | None = None
) -> Note:
    """Tell what customers say; the same key again changes nothing.

    Parameters
    ----------
    by
        Who signed in, or the link of a shop.
    key
        Made with the form, so that a second tap is the same note.
    often
        One of `OFTEN`: how many said so today.
    about
        The touchpoint that it is about; empty: what it speaks of is read from the text, where that is clear.

    Raises
    ------
    InvalidInput
        `bad_value` with its field.
    Forbidden
        `not_allowed`, `not_your_unit`.
    Conflict
        `taken`.
    Unavailable
        When the inbox does not take it.
    """
    text = text.strip()[:LONGEST]
    if leaving.KEY.fullmatch(key) is None or often not in OFTEN:
        raise InvalidInput("bad_value", "This form is not whole.", field="often", remedy="Open the page again.")
    if not text:
        raise InvalidInput("bad_value", "There are no words.", field="text", remedy="Write what was said.")
    known = workspace().lake.at().definitions
    if about and about not in known.all("touchpoint"):
        raise InvalidInput("bad_value", "There is no such touchpoint.", field="about", remedy="Choose one.")
    unit = _unit(by, unit)
    slip = by if isinstance(by, Slip) else None
    user = by if isinstance(by, User) else None
    before = Note.objects.filter(key=key).first()
    if before is not None:
        if (before.by, before.slip) != (user, slip):
            raise Conflict("taken", "Somebody else told this.", remedy="Open the page again.")
        return before
    made = Note.objects.create(key=key, by=user, slip=slip, at=moment or timezone.now())
    _record(by, "tell_note")
    own_events.put(SOURCE, _event(made, text, often, about, unit))
    return made


def _unit(by: User | Slip, unit: str) -> str:
    """Check which part of the company it is of; a link says it itself."""
    if isinstance(by, Slip):
        if by.revoked_at is not None:
            raise NotFound("bad_link", "This link does not work any more.", remedy="Ask for a new one.")
        return by.unit
    access.require(by, RIGHT)
    known = workspace().lake.at().definitions
    if unit and unit not in known.all("unit"):
        raise InvalidInput("bad_value", "There is no such unit.", field="unit", remedy="Choose one of the list.")
    if by.units and unit not in known.units_below(by.units):
        raise Forbidden("not_your_unit", "This is not one of your units.", field="unit", remedy="Choose one of yours.")
    return unit


def _event(made: Note, text: str, often: str, about: str, unit: str) -> dict[str, Any]:
    """Write the note as an event of nobody; who told it is nobody's business there."""
    said = {"text": clean(text)[0], "often": often, "about": about, "unit": unit}
    at = made.at.isoformat()
    return {
        "type": "track", "event": EVENT, "messageId": made.key, "timestamp": at,
        "properties": {name: value for name, value in said.items() if value},
    }  # fmt: skip


def clean(text: str) -> tuple[str, frozenset[str]]:
    """Mask what names a customer in a text; and say what that was."""
    countries = workspace().lake.at().definitions.settings.get("countries") or []
    return masked(text, countries[0] if countries else None)


@transaction.atomic
def take_back(*, by: User | Slip, key: str) -> Note:
    """Take a note back that one told oneself within the last minute; it leaves the lake in the background.

    Raises
    ------
    NotFound
        `unknown`.
    Conflict
        `too_late`.
    """
    mine = {"slip": by} if isinstance(by, Slip) else {"by": by}
    one = Note.objects.select_for_update().filter(key=key, **mine).first()
    if one is None:
        raise NotFound("unknown", "You have told nothing of the kind.", remedy="Open the page again.")
    if leaving.take_back(one):
        _record(by, "take_back_note")
    return one


def _record(by: User | Slip, action: str) -> None:
    """Write down that it happened: by which link, but of whoever signs in not who, and of no note which."""
    audit.record(by=by if isinstance(by, Slip) else NOBODY, action=action, subject="")


@transaction.atomic
def make_slip(*, by: User, label: str, unit: str = "") -> Slip:
    """Make a link by which people of a shop tell without an account.

    Raises
    ------
    InvalidInput
        `bad_value`.
    Forbidden
        `not_allowed`.
    """
    access.require(by, LINKS)
    label = " ".join(label.split())[:100]
    if not label:
        raise InvalidInput("bad_value", "A link needs a name.", field="label", remedy="Say where it hangs.")
    if unit and unit not in workspace().lake.at().definitions.all("unit"):
        raise InvalidInput("bad_value", "There is no such unit.", field="unit", remedy="Choose one of the list.")
    made = Slip.objects.create(label=label, unit=unit, secret=secrets.token_urlsafe(18), made_by=by.email[:254])
    audit.record(by=by, action="make_note_link", subject=label, unit=unit)
    return made


@transaction.atomic
def end_slip(*, by: User, number: int) -> None:
    """End a link; whoever has it can tell nothing by it any more."""
    access.require(by, LINKS)
    one = Slip.objects.filter(pk=number, revoked_at=None).first()
    if one is not None:
        Slip.objects.filter(pk=one.pk).update(revoked_at=timezone.now())
        audit.record(by=by, action="end_note_link", subject=one.label)


def opened(secret: str) -> Slip:
    """Give a link that works.

    Raises
    ------
    NotFound
        `bad_link`.
    """
    one = Slip.objects.filter(secret=secret, revoked_at=None).first()
    if one is None:
        raise NotFound("bad_link", "This link does not work any more.", remedy="Ask for a new one.")
    return one


def forget_old() -> int:
    """Forget who told something, when it cannot be taken back any more; give how many notes.

    What was taken back and has not left the lake is kept until it has, as told by nobody.
    """
    old = Note.objects.filter(at__lt=timezone.now() - KEPT)
    waits = Q(undone_at__isnull=False, gone_at=None)
    named = Q(by__isnull=False) | Q(slip__isnull=False)
    return old.filter(waits & named).update(by=None, slip=None) + old.exclude(waits).delete()[0]
