"""Writes about where events belong: rules, the past placed again, what the catalogue of events learns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import transaction

from heartline.collect import catalogue
from heartline.collect.catalogue import Change
from heartline.collect.events.seen import Seen
from heartline.collect.loading.keeping import TRIED, Kept
from heartline.core.errors import Conflict
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import published
from heartline.server.shell.opened import free, workspace

from . import remembering, tasks
from .models import Learned, Run, SeenDay, SeenEvent


def learn(batch: Kept) -> None:
    """Learn of a batch; called in the transaction that keeps what belongs to it."""
    seen = batch.taken.seen
    if isinstance(seen, Seen) and not all(TRIED in one.about for one in batch.received):
        remember(seen, number=batch.number, at_us=batch.oldest_us)


def remember(seen: Seen, *, number: int, at_us: int) -> None:
    """Keep what was seen of events in a batch.

    Parameters
    ----------
    number
        Of the batch; told again, it replaces what it said before.
    at_us
        When the batch came, in microseconds since 1970.
    """
    remembering.remember(seen, number=number, day=datetime.fromtimestamp(at_us / 1e6, UTC).date())


def forget_all() -> None:
    """Forget everything that was seen: the data folder is as one just made."""
    with transaction.atomic():
        for model in (SeenDay, SeenEvent, Learned, Run):
            model.objects.all().delete()


def define(*, changes: Sequence[Change], by: Principal, seen: int | None = None) -> int:
    """Write rules, and touchpoints that come with them; give the version.

    Parameters
    ----------
    seen
        The version at which the rule was last written when somebody began to change it.

    Raises
    ------
    Conflict
        `changed_meanwhile` when it was written again since, `busy` while somebody else writes for long.
    BadDefinition
        Whatever cannot be.
    """
    access.require(by, "define")
    lake = free()
    for change in changes:
        if change.kind == "rule" and seen is not None and latest(change.key) != seen:
            raise Conflict("changed_meanwhile", f"Somebody else changed {change.key} meanwhile.",
                           remedy="Load it again.")  # fmt: skip
    version, done = catalogue.written(lake, changes, source="page", why="define rules")
    with transaction.atomic():
        for change in done:
            audit.record(
                by=by, action="remove_definition" if change.body is None else "define",
                subject=f"{change.kind} {change.key}"[:254], version=version, source="page",
            )  # fmt: skip
    published.soon()
    return version


def latest(key: str) -> int:
    """Give the version at which a rule was last written; 0 where it never was."""
    found = catalogue.history(workspace().lake.at(), "rule", key)
    return found[0].version if found else 0


def begin_again(*, by: Principal) -> Run:
    """Have the past placed again in the background.

    Raises
    ------
    Conflict
        `under_way` while that is being done.
    """
    access.require(by, "define")
    with transaction.atomic():
        newest = Run.objects.select_for_update().first()
        if newest is not None and newest.under_way:
            raise Conflict("under_way", "The past is being placed again already.", remedy="Wait until it is done.")
        run = Run.objects.create(by=str(by))
        audit.record(by=by, action="place_again", subject="events")
        transaction.on_commit(lambda: tasks.place_again.enqueue(run.pk))
    return run
