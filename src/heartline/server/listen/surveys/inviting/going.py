"""Sendings as they go: who may be asked is reserved and written down together, so that a run that was stopped goes on.

A sending is done again from its beginning after it was stopped: whoever was decided on is not decided again.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from heartline.core.eligibility import ASKED
from heartline.core.errors import HeartlineError
from heartline.server.shell import eligible
from heartline.server.shell.eligible import Candidate, Verdict
from heartline.server.shell.opened import workspace
from heartline.store.steps import step

from .. import links
from ..models import State
from . import asks, choosing
from .choosing import Place
from .models import Invited, Sending
from .values import Wish

AT_ONCE = 2_000
WRITTEN_AT_ONCE = 500


def due() -> bool:
    """Tell whether anything is to be done: a cheap look, asked every few moments."""
    now = timezone.now()
    if Sending.objects.filter(automatic=False, state__in=_OPEN, at__lte=now).exists():
        return True
    if Invited.objects.filter(state=Invited.State.PENDING, due_at__lte=now).exists():
        return True
    automatic = Sending.objects.filter(automatic=True, state=Sending.State.GOING)
    if not automatic.exists():
        return False
    newest = workspace().lake.manifest.newest().version
    return automatic.exclude(seen=newest).exists()


_OPEN = (Sending.State.PLANNED, Sending.State.GOING)


class _Stopped(Exception):
    """Somebody stopped a sending while it was going on."""


def _hold(one: Sending) -> None:
    """Hold a sending while some of it is kept: who stops it takes that back, or was first, and then nothing is kept."""
    if Sending.objects.select_for_update().get(pk=one.pk).state == Sending.State.STOPPED:
        raise _Stopped


def go() -> int:
    """Reserve whom sendings that are due are for; give how many are asked."""
    asked = 0
    for one in Sending.objects.select_related("survey").filter(
        automatic=False, state__in=_OPEN, at__lte=timezone.now()
    ):
        asked += _guarded(one, once)
    for one in Sending.objects.select_related("survey").filter(automatic=True, state=Sending.State.GOING):
        _guarded(one, look)
    for one in Sending.objects.select_related("survey").filter(
        automatic=True, invited__state=Invited.State.PENDING, invited__due_at__lte=timezone.now()
    ).distinct():  # fmt: skip
        asked += _guarded(one, ripe)
    return asked


def _guarded(one: Sending, do: object) -> int:
    """Do a step of a sending; one that cannot go any more is stopped, and says why."""
    assert callable(do)
    if one.survey.state != State.OPEN:
        _stop(one, "not_open")
        return 0
    try:
        return int(do(one))
    except _Stopped:
        return 0
    except HeartlineError as error:
        if error.status >= 500:
            raise
        _stop(one, error.code)
        return 0


def _stop(one: Sending, why: str) -> None:
    now = timezone.now()
    Sending.objects.filter(pk=one.pk).update(state=Sending.State.STOPPED, wrong=why[:40], over_at=now)
    Invited.objects.filter(sending=one, state=Invited.State.PENDING).update(state=Invited.State.DROPPED, why=why[:40])


def once(one: Sending) -> int:
    """Reserve everybody whom a sending is for who may be asked."""
    if not Sending.objects.filter(pk=one.pk, state__in=_OPEN).update(state=Sending.State.GOING):
        return 0
    wish = Wish.of(one.wish)
    people = choosing.people(wish, asks.named(one.survey, one.number))
    ask = asks.ask(one.survey, wish, one.number)
    lasts = asks.manner(one.survey).lasts_days

    def keep(verdicts: Sequence[Verdict]) -> None:
        _hold(one)
        made = [_invited(one, seen, lasts) for seen in verdicts if seen.reason == ASKED]
        Invited.objects.bulk_create(made)
        step("invited kept")

    counts = eligible.desk().reserve(ask, people, keep)
    done = {"state": Sending.State.DONE, "candidates": len(people), "over_at": timezone.now()}
    Sending.objects.filter(pk=one.pk, state=Sending.State.GOING).update(**done)
    return counts[ASKED]


def _invited(one: Sending, seen: Verdict, lasts: int, order: str = "") -> Invited:
    """Write down somebody who is asked."""
    made = _new(one, seen.candidate, order)
    made.state, made.due_at, made.until = Invited.State.WAITING, seen.at, seen.at + timedelta(days=lasts)
    return made


def _new(one: Sending, candidate: Candidate, order: str) -> Invited:
    secret = secrets.token_hex(8)
    return Invited(
        sending=one, key=candidate.key, secret=secret, identifier=candidate.person, unit=candidate.unit or "",
        token=links.name(one.survey.key, links.INVITED, secret), order=order[:400],
    )  # fmt: skip


def look(one: Sending) -> int:
    """Note who is to be asked about what happened to them; each once, however often this is done."""
    snapshot, wish = workspace().lake.at(), Wish.of(one.wish)
    assert wish.after is not None
    if one.seen > snapshot.version:  # an older folder was restored: from now on
        Sending.objects.filter(pk=one.pk).update(seen=snapshot.version, landed=0, last="")
        return 0
    since = Place(one.seen, one.landed, one.last)
    if since == Place(snapshot.version):
        return 0
    rows, place, late = choosing.happened(snapshot, wish, since, AT_ONCE)
    made = []
    for row in rows:
        new = _new(one, Candidate(row.person, f"{asks.KIND}:{one.survey.key}:{row.id}", row.unit), row.ref or "")
        new.state, new.due_at = Invited.State.PENDING, row.at + wish.after.delay
        made.append(new)
    step("happened read")
    with transaction.atomic():
        going = Sending.objects.filter(pk=one.pk, state=Sending.State.GOING)
        same = going.filter(seen=one.seen, landed=one.landed, last=one.last)
        moved = {"seen": place.version, "landed": place.landed, "last": place.last, "late": one.late + late}
        if not same.update(**moved):
            return 0
        Invited.objects.bulk_create(made, ignore_conflicts=True, batch_size=WRITTEN_AT_ONCE)
        step("happened kept")
    return len(made)


def ripe(one: Sending) -> int:
    """Decide on those whose time has come."""
    wish = Wish.of(one.wish)
    ask = asks.ask(one.survey, wish, one.number)
    lasts = asks.manner(one.survey).lasts_days
    asked = 0
    for some in _ripe(one):
        by_key = {each.key: each for each in some}
        whose = choosing.meant(wish, [each.identifier for each in some])
        people = [
            Candidate(each.identifier, each.key, each.unit or None, whose is None or each.identifier in whose)
            for each in some
        ]

        def keep(verdicts: Sequence[Verdict], by_key: dict[str, Invited] = by_key) -> None:
            _hold(one)
            for seen in verdicts:
                each = by_key[seen.candidate.key]
                each.state = Invited.State.WAITING if seen.reason == ASKED else Invited.State.DROPPED
                each.why, each.due_at = "" if seen.reason == ASKED else seen.reason, seen.at
                each.until = seen.at + timedelta(days=lasts)
            kept = [by_key[seen.candidate.key] for seen in verdicts]
            Invited.objects.bulk_update(kept, ["state", "why", "due_at", "until"], batch_size=WRITTEN_AT_ONCE)
            step("ripe kept")

        asked += eligible.desk().reserve(ask, people, keep)[ASKED]
    return asked


def _ripe(one: Sending) -> Iterator[list[Invited]]:
    """Give those whose time has come, a part at a time."""
    while some := list(
        Invited.objects.filter(sending=one, state=Invited.State.PENDING, due_at__lte=timezone.now())
        .order_by("due_at", "pk")[:AT_ONCE]
    ):  # fmt: skip
        yield some
        left = Invited.objects.filter(pk__in=[each.pk for each in some], state=Invited.State.PENDING)
        left.update(state=Invited.State.DROPPED, why="decided")  # whom the desk knew from a backup
