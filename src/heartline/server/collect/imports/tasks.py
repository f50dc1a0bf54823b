"""Guided imports in the background. Every task may run twice: the second time changes nothing."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.server.shell import published
from heartline.server.shell.lanes import PEOPLE
from heartline.store.disk import troubles

from . import beginning_again, taking, uploads
from .models import Import, State


@task(queue_name=PEOPLE)
def read(key: str) -> None:
    """Find out what an import's files hold, and rehearse it."""
    beginning_again.wait(key)
    one = Import.objects.filter(key=key, state=State.READING).first()
    if one is None:
        return
    try:
        with troubles():
            taking.read(one)
    except HeartlineError as error:
        failed(one, error)
        return
    except Exception:
        failed(one, HeartlineError("internal", "Something went wrong on our side."))
        raise
    one.state, one.progress = State.READY, {}
    one.save(update_fields=["plan", "files", "state", "progress", "recipe"])
    _checked(one)
    if not beginning_again.undisturbed(one):  # what was rehearsed was rehearsed in another company
        beginning_again.wait(key)
        _checked(Import.objects.get(pk=one.pk))


@task(queue_name=PEOPLE)
def check(key: str, revision: int) -> None:
    """Rehearse an import as it is now; what was corrected meanwhile is rehearsed by its own task."""
    beginning_again.wait(key)
    one = Import.objects.filter(key=key, state=State.READY, revision=revision).first()
    if one is not None:
        _checked(one)


def _checked(one: Import) -> None:
    stale = one.stale
    made = taking.rehearse(one)
    same = Import.objects.filter(pk=one.pk, revision=one.revision, state=State.READY)
    if stale and one.plan:
        same.update(checked=made, plan=one.plan, stale=False, progress={})
    else:
        same.update(checked=made, progress={})


@task()
def land(key: str) -> None:
    """Take an import's files in; where the folder was emptied meanwhile, once more from the beginning."""
    while True:
        beginning_again.wait(key)
        one = Import.objects.filter(key=key, state=State.LANDING).first()
        if one is None:
            return
        if _landed(one):
            break
    if one.state == State.DONE:
        uploads.forget(one.folder)
        published.soon()


def _landed(one: Import) -> bool:
    """Take an import's files in; False where that is to begin again."""
    from .commands import finished  # which enqueues these tasks

    try:
        with troubles():
            one.report = taking.take_in(one)
    except beginning_again.Interrupted:
        return False
    except HeartlineError as error:
        if not beginning_again.undisturbed(one):
            return False
        failed(one, error)
        return True
    except Exception:
        if not beginning_again.undisturbed(one):
            return False
        failed(one, HeartlineError("internal", "Something went wrong on our side."))
        raise
    one.progress = {}
    dropped = sum(one.report["dropped"].values())
    return finished(one, landed=one.report["landed"], there=one.report["there"], dropped=dropped)


def failed(one: Import, error: HeartlineError) -> None:
    """Keep why an import did not go through; its files stay for a day."""
    one.state, one.finished_at, one.progress = State.FAILED, timezone.now(), {}
    one.error = {
        "code": error.code, "reason": error.reason, "remedy": error.remedy, "values": getattr(error, "values", {})
    }  # fmt: skip
    one.save(update_fields=["state", "finished_at", "progress", "error", "files"])


@task()
def sweep() -> int:
    """Remove uploads that are over or that nobody went on with; give how many."""
    return uploads.sweep()


SCHEDULES: dict[Any, float] = {sweep: 3600.0}
"""Tasks that run again and again, with their seconds between."""
