"""What is written of employees who are asked: the list of them, and how often they are asked what."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.listen.surveys.codebook import KIND
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace

from .. import addresses
from ..models import Member, Pulse, Question

RIGHT = "define"
LEAST_WEEKS, MOST_WEEKS = 1, 52
MOST_SPOKEN = 12


@transaction.atomic
def put_employee(
    *, by: User, number: int | None = None, name: str, email: str = "", unit: str = "", spoken: str = "",
    asked: bool = True, thanked: bool = True,
) -> Member:  # fmt: skip
    """Put an employee on the list, or change what it says of one.

    Parameters
    ----------
    number
        Of whom is changed; None: somebody new.
    spoken
        What customers call them besides their name, one a line or with commas between.

    Raises
    ------
    InvalidInput, NotFound, Conflict, Forbidden
        `bad_value` with its field, `unknown`, `taken` for an address that stands there, `not_allowed`.
    """
    access.require(by, RIGHT)
    name = " ".join(name.split())
    if not name or len(name) > 150:
        raise InvalidInput("bad_value", "A name is missing.", field="name", remedy="Write first and last name.")
    if unit and unit not in workspace().lake.at().definitions.all("unit"):
        raise InvalidInput("bad_value", "There is no such unit.", field="unit", remedy="Choose one of the list.")
    one = Member() if number is None else Member.objects.filter(pk=number).first()
    if one is None:
        raise NotFound("unknown", "There is no such employee.", field="number", remedy="Open the list again.")
    addresses.put(one, email)
    if one.email_digest and Member.objects.filter(email_digest=one.email_digest).exclude(pk=one.pk).exists():
        raise Conflict("taken", "This address stands on the list.", field="email", remedy="Change that entry.")
    forms = [" ".join(part.split())[:80] for part in spoken.replace("\n", ",").split(",")]
    one.name, one.unit, one.asked, one.thanked = name, unit, asked, thanked
    one.spoken = list(dict.fromkeys(form for form in forms if form))[:MOST_SPOKEN]
    if one.email and one.user is None:
        account = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if account is not None and not Member.objects.filter(user=account).exclude(pk=one.pk).exists():
            one.user = account
    one.save()
    audit.record(by=by, action="list_employee" if number is None else "change_employee", subject=one.pk)
    return one


@transaction.atomic
def remove_employee(*, by: User, number: int) -> None:
    """Take an employee off the list, with what was found of them.

    Raises
    ------
    Forbidden
        `not_allowed`.
    """
    access.require(by, RIGHT)
    if Member.objects.filter(pk=number).delete()[0]:
        audit.record(by=by, action="unlist_employee", subject=number)


@transaction.atomic
def ask_regularly(*, by: User, survey: str, every_weeks: int, first: datetime | None = None) -> Pulse:
    """Ask the employees of the list a survey from now on, again and again.

    Raises
    ------
    InvalidInput, NotFound, Forbidden
        `bad_value`, `unknown` for a survey that asks no employees, `not_allowed`.
    """
    access.require(by, RIGHT)
    if not LEAST_WEEKS <= every_weeks <= MOST_WEEKS:
        raise InvalidInput("bad_value", "That is no number of weeks.", field="every_weeks", remedy="From 1 to 52.")
    body = workspace().lake.at().definitions.all(KIND).get(survey, {})
    if body.get("for") != "employees":
        raise NotFound("unknown", "There is no such survey of employees.", field="survey", remedy="Choose one.")
    at = first or timezone.now()
    made, fresh = Pulse.objects.update_or_create(survey=survey, defaults={"every_weeks": every_weeks, "on": True},
                                                 create_defaults={"every_weeks": every_weeks, "next_at": at,
                                                                  "made_by": by.email[:254]})  # fmt: skip
    if not fresh and made.next_at < timezone.now():
        Pulse.objects.filter(pk=made.pk).update(next_at=at)
    audit.record(by=by, action="ask_employees", subject=survey, every_weeks=every_weeks)
    return Pulse.objects.get(pk=made.pk)


@transaction.atomic
def stop_asking(*, by: User, survey: str) -> None:
    """Ask employees a survey no more; mails that did not go out yet do not."""
    access.require(by, RIGHT)
    one = Pulse.objects.filter(survey=survey, on=True).first()
    if one is not None:
        Pulse.objects.filter(pk=one.pk).update(on=False)
        Question.objects.filter(pulse=one, state=Question.State.WAITING).delete()
        audit.record(by=by, action="stop_asking_employees", subject=survey)


@transaction.atomic
def begin_due() -> int:
    """Write down whom each survey that is due is to be sent to, and when it is due next; give how many people."""
    now, made = timezone.now(), 0
    for one in Pulse.objects.select_for_update().filter(on=True, next_at__lte=now):
        people = Member.objects.filter(asked=True).exclude(email_digest="")
        one.number += 1
        step = timedelta(weeks=one.every_weeks)
        while one.next_at <= now:  # what was missed while nothing ran is not made up for
            one.next_at += step
        one.save(update_fields=["number", "next_at"])
        rows = [Question(pulse=one, number=one.number, member=each) for each in people]
        Question.objects.bulk_create(rows, ignore_conflicts=True)
        made += len(rows)
    return made
