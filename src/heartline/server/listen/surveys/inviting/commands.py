"""What is written of sendings: how a survey is sent, that it is sent, that it is not sent any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from heartline.core.errors import Conflict, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import eligible
from heartline.server.shell.opened import workspace

from .. import commands as surveys
from ..models import State, Survey
from . import asks, posting
from .models import Invited, Manner, Sending
from .values import Manner as How
from .values import Wish

RIGHT = surveys.RIGHT


@transaction.atomic
def set_manner(*, key: str, how: How, by: Principal) -> None:
    """Say how a survey is sent.

    Raises
    ------
    NotFound, Forbidden
        `unknown`, `not_allowed`.
    """
    access.require(by, RIGHT)
    one = surveys.find(key)
    if asks.manner(one) == how:
        return
    Manner.objects.update_or_create(survey=one, defaults={"body": how.body()})
    audit.record(by=by, action="set_survey_sending", subject=key, purpose=how.purpose, remind_days=how.remind_days)


def wave(survey: Survey) -> int:
    """Give the number that the next sending of a survey gets."""
    return int(Sending.objects.filter(survey=survey).aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def begin(*, key: str, wish: Wish, at: datetime, by: Principal) -> Sending:
    """Send a survey to some people, now or later; or from now on to each after something happened to them.

    Raises
    ------
    Conflict
        `not_open`, `for_employees`, `advertising`; `no_second_person` for an anonymous survey that follows an
        interaction.
    NotFound, Forbidden
        `unknown`, `no_purpose`, `not_allowed`.
    """
    access.require(by, RIGHT)
    access.require(by, "read_people")
    survey = Survey.objects.select_for_update().get(pk=surveys.find(key).pk)
    if survey.state != State.OPEN:
        raise Conflict("not_open", "Nobody can answer this survey.", remedy="Let people answer it first.")
    if surveys.value(survey.body).for_ == "employees":
        raise Conflict("for_employees", "This survey asks employees.", remedy="Ask them on the page of employees.")
    number = wave(survey)
    eligible.desk().look(asks.ask(survey, wish, number), [])  # refuses a purpose that will not do
    made = Sending.objects.create(
        survey=survey, number=number, wish=wish.body(), automatic=wish.after is not None, at=at,
        state=Sending.State.GOING if wish.after else Sending.State.PLANNED,
        seen=workspace().lake.at().version if wish.after else 0, made_by=audit.named(by)[:254],
    )  # fmt: skip
    audit.record(by=by, action="ask_people", subject=key, number=number, channel=wish.channel)
    return made


@transaction.atomic
def stop(*, key: str, number: int, by: Principal) -> Sending:
    """Send no more of it: who was not written to yet is not, and does not count as asked; nobody is reminded.

    Raises
    ------
    NotFound, Forbidden
        `unknown`, `not_allowed`.
    """
    access.require(by, RIGHT)
    one = Sending.objects.select_for_update().filter(survey__key=key, number=number).first()
    if one is None:
        raise NotFound("unknown", "There is no such sending.", field="number")
    over = one.state in (Sending.State.DONE, Sending.State.STOPPED)
    if over and not one.invited.filter(state__in=(Invited.State.WAITING, Invited.State.PENDING)).exists():
        return one
    one.state, one.over_at = Sending.State.STOPPED, timezone.now()
    one.save(update_fields=["state", "over_at"])
    left = Invited.objects.filter(
        sending=one, state__in=(Invited.State.WAITING, Invited.State.PENDING), reminding=False
    )
    eligible.desk().release(list(left.filter(state=Invited.State.WAITING).values_list("key", flat=True)))
    left.update(state=Invited.State.DROPPED, why="stopped")
    again = Invited.objects.filter(sending=one, state=Invited.State.WAITING, reminding=True)
    eligible.desk().release([posting.reminder_key(each) for each in again])
    again.update(state=Invited.State.SENT, remind_at=None)
    audit.record(by=by, action="stop_asking", subject=key, number=number)
    return one
