"""Words of people about who is one person: audited, and through the one writer of the lake."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from heartline.collect import joining
from heartline.collect.joining import Move
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace

from .models import Answer

RIGHT = "join_people"
MACHINE = "command_line"


def source(by: object) -> str:
    """Say, as the ledger keeps it, who says something: by their role; the audit trail knows who it was."""
    return joining.BY + (by.role if isinstance(by, User) else MACHINE)


def allowed(by: object) -> None:
    """Refuse whom it is not for; whoever owns the machine may."""
    if isinstance(by, User):
        access.require(by, RIGHT)


@transaction.atomic
def merge(*, left: str, right: str, by: object) -> Move:
    """Hold two people for one, also two with a unique identifier each.

    Raises
    ------
    NotFound, Conflict
        `unknown_customer`, `one_person`.
    """
    allowed(by)
    version, move = joining.merge(workspace().lake, left, right, source=source(by))
    audit.record(
        by=by, action="join_people", subject=move.pair[0], other=move.pair[1], version=version,
        interactions=move.interactions,
    )  # fmt: skip
    return move


@transaction.atomic
def split(*, left: str, right: str, by: object) -> Move:
    """Take back that two identifiers are one person, with what was taken only because of it.

    Raises
    ------
    NotFound
        `not_joined`.
    """
    allowed(by)
    version, move = joining.split(workspace().lake, left, right, source=source(by))
    audit.record(
        by=by, action="part_people", subject=move.pair[0], other=move.pair[1], version=version,
        interactions=move.interactions, fallen=len(move.fallen),
    )  # fmt: skip
    return move


@transaction.atomic
def answer(*, left: str, right: str, later: bool, by: object) -> None:
    """Remember that two who look alike are not one person, or that somebody is to look later."""
    allowed(by)
    first, second = sorted((left, right))
    said = {"later": later, "by": audit.named(by), "at": timezone.now()}
    Answer.objects.update_or_create(left=first, right=second, defaults=said)
    audit.record(by=by, action="put_off_likely" if later else "deny_likely", subject=first, other=second)
