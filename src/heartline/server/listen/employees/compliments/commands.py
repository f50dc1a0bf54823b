"""What is written of compliments: whose one is, that it was thanked for, that it is put away."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from heartline.core.errors import NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace

from ..models import Compliment

RIGHT = "read_people"
"""Who may say whom a text means."""


def asked(by: User) -> QuerySet[Compliment]:
    """Give the compliments of which somebody may say whose they are: of their units."""
    some = Compliment.objects.filter(state=Compliment.State.UNSURE).select_related("member")
    if by.units:
        some = some.filter(unit__in=workspace().lake.at().definitions.units_below(by.units))
    return some


@transaction.atomic
def settle(*, by: User, interaction: str, member: int | None) -> None:
    """Say whom a text means; None: nobody of those that it may mean.

    Raises
    ------
    NotFound, Forbidden
        `unknown`, `not_allowed`.
    """
    access.require(by, RIGHT)
    some = list(asked(by).select_for_update(of=("self",)).filter(interaction=interaction))
    if not some or (member is not None and member not in {one.member_id for one in some}):
        raise NotFound("unknown", "Nobody is asked about this.", field="interaction", remedy="Open the page again.")
    for one in some:
        one.state = Compliment.State.GIVEN if one.member_id == member else Compliment.State.DENIED
        one.save(update_fields=["state"])
    audit.record(by=by, action="settle_compliment", subject=interaction, member=member)


@transaction.atomic
def thank(*, by: User, number: int) -> None:
    """Thank for a compliment of one's own.

    Raises
    ------
    NotFound
        `unknown`.
    """
    if own(by, number).filter(thanked_at=None).update(thanked_at=timezone.now()):
        audit.record(by=by, action="thank_for_compliment", subject=Compliment.objects.get(pk=number).interaction)


@transaction.atomic
def hide(*, by: User, number: int) -> None:
    """Put a compliment of one's own away: it is shown and counted no more.

    Raises
    ------
    NotFound
        `unknown`.
    """
    if own(by, number).filter(hidden_at=None).update(hidden_at=timezone.now()):
        audit.record(by=by, action="hide_compliment", subject=Compliment.objects.get(pk=number).interaction)


def own(by: User, number: int) -> QuerySet[Compliment]:
    """Give a compliment of somebody's own.

    Raises
    ------
    NotFound
        `unknown`.
    """
    some = theirs(by).filter(pk=number)
    if not some.exists():
        raise NotFound("unknown", "This is none of your compliments.", field="number", remedy="Open the page again.")
    return some


def theirs(by: User) -> QuerySet[Compliment]:
    """Give what somebody was praised for and did not put away."""
    return Compliment.objects.filter(member__user=by, state=Compliment.State.GIVEN, hidden_at=None)
