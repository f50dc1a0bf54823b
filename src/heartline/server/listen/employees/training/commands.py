"""What is written of trainings: that one was held, that one is needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils import timezone

from heartline.collect import catalogue
from heartline.core.errors import InvalidInput, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import published
from heartline.server.shell.opened import free, workspace

from ..models import Need, Training

RIGHT = "define"
LONGEST = 200
MOST_HOURS, MOST_COST, MOST_PEOPLE = Decimal(10_000), Decimal(1_000_000_000), 1_000_000


def bad(name: str, reason: str) -> InvalidInput:
    """Refuse a value."""
    return InvalidInput("bad_value", reason, field=name, remedy="Look at this field again.")


@dataclass(frozen=True)
class Held:
    """A training as somebody says it was held.

    Parameters
    ----------
    units
        The parts of the company that were trained, with all below them.
    team
        Which of them, in words; for people only.
    """

    what: str
    touchpoint: str
    units: tuple[str, ...]
    on: date
    team: str = ""
    hours: Decimal = Decimal(0)
    people: int = 0
    cost: Decimal | None = None
    labels: dict[str, str] = field(default_factory=dict)

    def checked(self) -> Held:
        """Give it as it is, where it can be.

        Raises
        ------
        InvalidInput
            `bad_value` with its field.
        """
        known = workspace().lake.at().definitions
        if not self.what or len(self.what) > LONGEST:
            raise bad("what", "A training needs a name.")
        if self.touchpoint not in known.all("touchpoint"):
            raise bad("touchpoint", "There is no such touchpoint.")
        if not self.units or set(self.units) - set(known.all("unit")):
            raise bad("units", "Nobody says who was trained.")
        if self.on > timezone.localdate():
            raise bad("held_on", "This day is yet to come.")
        if not 0 <= self.hours <= MOST_HOURS:
            raise bad("hours", "That is no number of hours.")
        if self.cost is not None and not 0 <= self.cost <= MOST_COST:
            raise bad("cost", "That is no cost.")
        if not 0 <= self.people <= MOST_PEOPLE:
            raise bad("people", "That is no number of people.")
        return self


def amount(text: str, name: str) -> Decimal | None:
    """Read a number as people write it; None where nothing is said.

    Raises
    ------
    InvalidInput
        `bad_value`.
    """
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        found = Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise bad(name, "That is no number.") from None
    if not found.is_finite():
        raise bad(name, "That is no number.")
    return found


@transaction.atomic
def note_training(*, by: User, held: Held) -> Training:
    """Write down that a training was held; it stands as a mark on every time axis of who was trained.

    Raises
    ------
    InvalidInput, Forbidden
        `bad_value`, `not_allowed`.
    Conflict
        `busy` while somebody else writes to the lake for long.
    """
    access.require(by, RIGHT)
    held = held.checked()
    known = workspace().lake.at().definitions
    made = Training.objects.create(
        touchpoint=held.touchpoint, units=list(held.units), team=held.team[:150], what=held.what, held_on=held.on,
        hours=held.hours, people=held.people, cost=held.cost, made_by=by.email[:254],
        currency=str(known.settings.get("currency") or "") if held.cost is not None else "",
    )  # fmt: skip
    body = {"label": held.what, "first": held.on.isoformat(), "last": held.on.isoformat(), "kind": "training"}
    if len(held.units) == 1:
        body["unit"] = held.units[0]
    audit.record(by=by, action="note_training", subject=made.pk, touchpoint=held.touchpoint, units=list(held.units))
    catalogue.written(free(), [catalogue.of_values("event", made.event, body)], source="page")
    published.soon()
    return made


@transaction.atomic
def remove_training(*, by: User, number: int) -> None:
    """Remove a training that was not held so; its mark goes, too.

    Raises
    ------
    Forbidden, Conflict
        `not_allowed`, `busy`.
    """
    access.require(by, RIGHT)
    one = Training.objects.filter(pk=number).first()
    if one is None:
        return
    key = one.event
    one.delete()
    audit.record(by=by, action="remove_training", subject=number)
    if key in workspace().lake.at().definitions.all("event"):
        catalogue.written(free(), [catalogue.without("event", key)], source="page")
        published.soon()


@transaction.atomic
def note_need(*, by: User, touchpoint: str, why: str, unit: str = "") -> Need:
    """Say that training is needed somewhere.

    Raises
    ------
    InvalidInput, Forbidden
        `bad_value`, `not_allowed`.
    """
    access.require(by, RIGHT)
    known = workspace().lake.at().definitions
    why = " ".join(why.split())[:500]
    if touchpoint not in known.all("touchpoint"):
        raise bad("touchpoint", "There is no such touchpoint.")
    if unit and unit not in known.all("unit"):
        raise bad("units", "There is no such unit.")
    if not why:
        raise bad("why", "Nothing says why.")
    made = Need.objects.create(touchpoint=touchpoint, unit=unit, why=why, by=by.email[:254])
    audit.record(by=by, action="note_training_need", subject=touchpoint, unit=unit)
    return made


@transaction.atomic
def close_need(*, by: User, number: int) -> None:
    """Say that training is needed no more.

    Raises
    ------
    Forbidden
        `not_allowed`.
    """
    access.require(by, RIGHT)
    one = Need.objects.filter(pk=number, done_at=None).first()
    if one is not None:
        Need.objects.filter(pk=one.pk).update(done_at=timezone.now())
        audit.record(by=by, action="close_training_need", subject=one.touchpoint)


def find(number: int) -> Training:
    """Give a training.

    Raises
    ------
    NotFound
        `unknown`.
    """
    one = Training.objects.filter(pk=number).first()
    if one is None:
        raise NotFound("unknown", "There is no such training.", field="number", remedy="Choose one of the list.")
    return one
