"""What the page of contacts writes: an event like any other, and that it is taken back."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from heartline.collect import catalogue, owning
from heartline.collect.inbox import Received
from heartline.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import data, leaving
from heartline.server.shell.opened import workspace

from .models import Noted
from .whom import NOBODY, ORDER, Whom

SOURCE = "log"
RIGHT = "read_people"
"""Who sees single customers may say what happened to them: agents, store managers and whoever leads them."""
EVENTS = {
    "advice": "Advice Noted", "purchase": "Purchase Noted", "question": "Question Noted",
    "complaint": "Complaint Noted", "compliment": "Compliment Noted", "return": "Return Noted",
}  # fmt: skip
"""What happened -> the event; where it belongs is said by the company's touchpoints and rules, as for any event."""
LONGEST = 2_000
KEPT = timedelta(days=2)


@transaction.atomic
def note(
    *, by: User, key: str, what: str, whom: Whom, unit: str = "", felt: int | None = None, text: str = ""
) -> Noted:
    """Note a contact; the same key again changes nothing.

    Parameters
    ----------
    key
        Made with the form, so that a second tap is the same contact.
    felt
        From 1 to 5.

    Raises
    ------
    InvalidInput
        `bad_value`.
    Forbidden
        `not_allowed`, `not_your_unit`.
    Unavailable
        When the inbox does not take it.
    """
    access.require(by, RIGHT)
    if leaving.KEY.fullmatch(key) is None or what not in EVENTS or not (felt is None or 1 <= felt <= 5):
        raise InvalidInput("bad_value", "This form is not whole.", field="what", remedy="Open the page again.")
    _check_unit(by, unit)
    before = Noted.objects.filter(key=key).first()
    if before is not None:
        if before.by_id != by.pk:
            raise Conflict("taken", "This was noted by somebody else.", remedy="Open the page again.")
        return before
    if whom.kind == ORDER:
        _define_orders()
    made = Noted.objects.create(key=key, by=by, what=what, unit=unit, found=whom.kind)
    audit.record(by=by, action="note_contact", subject=key, what=what, unit=unit)
    _send(_event(made, whom, felt, text.strip()[:LONGEST]))
    return made


def _define_orders() -> None:
    """Let an order number be an identifier, from the first contact on that names nothing else."""
    lake = workspace().lake
    if owning.KIND not in lake.at().definitions.all("identifier_kind"):
        change = catalogue.of_values("identifier_kind", owning.KIND, owning.BODY)
        catalogue.written(lake, [change], source="page")


def _check_unit(by: User, unit: str) -> None:
    known = workspace().lake.at(None).definitions
    if unit and unit not in known.all("unit"):
        raise InvalidInput("bad_value", "There is no such unit.", field="unit", remedy="Choose one of the list.")
    if by.units and unit not in known.units_below(by.units):
        raise Forbidden("not_your_unit", "This is not one of your units.", field="unit", remedy="Choose one of yours.")


def _event(noted: Noted, whom: Whom, felt: int | None, text: str) -> dict[str, Any]:
    """Write the contact as an event; who noted it is nobody's business there."""
    at = noted.at.isoformat()
    said: dict[str, Any] = {
        "ref": whom.value if whom.kind == ORDER else None, "unit": noted.unit or None, "channel": "store",
        "score": felt, "scale": "smiley5" if felt else None, "text": text or None,
    }  # fmt: skip
    event: dict[str, Any] = {"event": EVENTS[noted.what], "messageId": noted.key, "timestamp": at}
    if whom.kind == "user_id":
        event["userId"] = whom.value
    elif whom.kind != NOBODY:
        kind = owning.KIND if whom.kind == ORDER else whom.kind
        event["context"] = {"traits": {kind: whom.value}}
    return {**event, "properties": {name: value for name, value in said.items() if value is not None}}


def _send(event: dict[str, Any]) -> None:
    row = Received(time.time_ns() // 1000, SOURCE, "track", msgspec.json.encode(event), 1, b"{}")
    with data.inbox() as inbox:
        inbox.put([row])


@transaction.atomic
def undo(*, by: User, key: str) -> Noted:
    """Take a contact back that one noted oneself within the last minute; it leaves the lake in the background.

    Raises
    ------
    NotFound
        `unknown`.
    Conflict
        `too_late`.
    """
    access.require(by, RIGHT)
    one = Noted.objects.select_for_update().filter(key=key, by=by).first()
    if one is None:
        raise NotFound("unknown", "You have noted nothing of the kind.", remedy="Open the page again.")
    if leaving.take_back(one):
        audit.record(by=by, action="undo_contact", subject=key)
    return one


def forget_old() -> int:
    """Forget that somebody noted something, when it cannot be taken back any more; give how many.

    What was taken back and has not left the lake is kept until it has.
    """
    old = Noted.objects.filter(at__lt=timezone.now() - KEPT)
    return old.exclude(undone_at__isnull=False, gone_at=None).delete()[0]


@transaction.atomic
def forget_all() -> None:
    """Forget everything that was noted."""
    Noted.objects.all().delete()
