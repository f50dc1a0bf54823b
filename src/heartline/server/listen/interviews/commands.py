"""What is written of interviews: added, changed, removed. What is written of their quotes is in `quoting`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from heartline.core.errors import Forbidden, InvalidInput, NotFound
from heartline.listen.interviews import reading, speaking, values
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace

from . import kept, sending
from .kept import Head, Opened
from .models import Interview, Quote, Withdrawn

READ, WRITE = "read_people", "import"
"""Who may read what single people said; who may bring it in and put quotes of it among the voices."""
LONGEST = 300
LONGEST_CONSENT = 2_000


@dataclass(frozen=True)
class Wish:
    """What somebody says about an interview.

    Parameters
    ----------
    kind, identifier, customer
        By what the customer is known, and their pseudonym; empty where nobody of ours was asked.
    """

    held_on: date
    title: str = ""
    type: str = ""
    consent: str = ""
    unit: str = ""
    kind: str = ""
    identifier: str = ""
    customer: str = ""


def visible(who: Principal) -> list[Interview]:
    """Give the interviews that somebody may read, the newest first.

    Raises
    ------
    Forbidden
        `not_allowed`.
    """
    access.require(who, READ)
    if not who.units:
        return list(Interview.objects.all())
    own = workspace().lake.at(None).definitions.units_below(who.units)
    return list(Interview.objects.filter(unit__in=own))


def find(who: Principal, key: str) -> Interview:
    """Give an interview that somebody may read.

    Raises
    ------
    NotFound, Forbidden
        `unknown_interview`, also for one of another part of the company; `not_allowed`.
    """
    access.require(who, READ)
    one = Interview.objects.filter(key=key).first()
    if one is None or (who.units and one.unit not in workspace().lake.at(None).definitions.units_below(who.units)):
        raise NotFound("unknown_interview", "There is no such interview.", field="interview")
    return one


@transaction.atomic
def add(*, by: User, name: str, raw: bytes, wish: Wish) -> Interview:
    """Add an interview from a file.

    Raises
    ------
    InvalidInput
        As `listen.interviews.reading.read` says; `bad_value` for a day that is not over, or a part of the company
        that there is not.
    Forbidden
        `not_allowed`.
    """
    access.require(by, WRITE)
    _checked(by, wish)
    transcript = reading.read(name, raw)
    name = values.upright(name)
    title = values.upright(wish.title).strip()[:LONGEST] or name.rpartition(".")[0][:LONGEST] or name[:LONGEST]
    made = Interview(held_on=wish.held_on, unit=wish.unit, customer=wish.customer, by=audit.named(by))
    head = _head(wish, replace(Head(title), asks=speaking.asks(transcript), file=name[:LONGEST]))
    kept.put(made, head=head, transcript=transcript)
    made.save()
    audit.record(by=by, action="add_interview", subject=made.key, words=made.words, unit=made.unit)
    return made


@transaction.atomic
def change(*, by: User, key: str, wish: Wish, asks: tuple[str, ...]) -> Interview:
    """Say something else about an interview; its quotes are said anew where what came with them changes.

    Raises
    ------
    InvalidInput, NotFound, Forbidden
        As `add`; `unknown_interview`.
    """
    access.require(by, WRITE)
    _checked(by, wish)
    find(by, key)
    row = Interview.objects.select_for_update().get(key=key)
    before = kept.opened(row)
    moved = (row.held_on, row.unit, row.customer) != (wish.held_on, wish.unit, wish.customer)
    row.held_on, row.unit, row.customer = wish.held_on, wish.unit, wish.customer
    asking = tuple(name for name in before.transcript.speakers if name in asks)
    title = values.upright(wish.title).strip()[:LONGEST] or before.head.title
    kept.put(row, head=_head(wish, replace(before.head, title=title, asks=asking)))
    row.save()
    audit.record(by=by, action="change_interview", subject=key)
    after = kept.opened(row)
    for quote in row.quotes.all():
        if not after.is_asked(quote.turn):
            sending.take_back(quote)
            quote.delete()
        elif moved and quote.kept_at:
            sending.say_anew(after, quote)
    return row


@transaction.atomic
def remove(*, by: User, key: str) -> None:
    """Remove an interview with its quotes, from the voices too."""
    access.require(by, WRITE)
    find(by, key)
    row = Interview.objects.select_for_update().get(key=key)
    for quote in row.quotes.all():
        sending.take_back(quote)
    row.delete()
    audit.record(by=by, action="remove_interview", subject=key)


def _head(wish: Wish, before: Head) -> Head:
    return replace(
        before, type=" ".join(values.upright(wish.type).split())[:LONGEST],
        consent=wish.consent.strip()[:LONGEST_CONSENT], kind=wish.kind, identifier=wish.identifier,
    )  # fmt: skip


def _checked(by: User, wish: Wish) -> None:
    known = workspace().lake.at(None).definitions
    if wish.unit and wish.unit not in known.all("unit"):
        raise InvalidInput("bad_value", "There is no such unit.", field="unit", remedy="Choose one of the list.")
    if by.units and wish.unit not in known.units_below(by.units):
        raise Forbidden("not_your_unit", "This is not one of your units.", field="unit")
    if not date(1950, 1, 1) <= wish.held_on <= timezone.localdate():
        raise InvalidInput("bad_day", "This day has not been yet.", field="held_on", remedy="Choose another.")


def open_(who: Principal, key: str) -> Opened:
    """Give an interview that somebody may read, opened."""
    return kept.opened(find(who, key))


@transaction.atomic
def forget_all() -> None:
    """Forget all interviews, when the data folder is emptied."""
    Quote.objects.all().delete()
    Interview.objects.all().delete()
    Withdrawn.objects.all().delete()
