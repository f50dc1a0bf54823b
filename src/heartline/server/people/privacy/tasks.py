"""What privacy does in the background: erasing, reminding, and letting go of what is too old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import task

from heartline.server.accounts import audit
from heartline.server.shell.lanes import PEOPLE
from heartline.server.shell.opened import workspace
from heartline.store import erasing as store

from . import commands, erasing
from .clock import REMIND_DAYS
from .models import OVER, Request, Sheet


@task(queue_name=PEOPLE)
def erase(number: int) -> None:
    """Erase whom a sheet names; what is done already is left alone."""
    sheet = Sheet.objects.filter(pk=number).exclude(state=Sheet.State.DONE).first()
    if sheet is not None:
        erasing.run(sheet)


@task()
def finish() -> None:
    """Go on where a crash has cut an erasure short."""
    store.finish(workspace().lake)
    for sheet in Sheet.objects.filter(state=Sheet.State.WAITING, made_at__lt=timezone.now() - _PATIENCE):
        erasing.run(sheet)
    erasing.write_over_again()


_PATIENCE = timedelta(minutes=30)


@task()
def remind() -> int:
    """Write into the audit trail, once a day, which requests are due soon or late; give how many."""
    today = timezone.localdate()
    due = [
        asked
        for asked in Request.objects.exclude(state__in=OVER).exclude(reminded_on=today)
        if asked.days_left(today) <= REMIND_DAYS
    ]
    for asked in due:
        audit.record(
            by="schedule", action="remind_request", subject=f"request {asked.pk}", due=asked.due_on.isoformat()
        )
        asked.reminded_on = today
        asked.save(update_fields=["reminded_on"])
    return len(due)


@task()
def expire() -> None:
    """Erase what is older than it may become."""
    commands.expire()


SCHEDULES: dict[Any, float] = {finish: 600.0, remind: 3600.0, expire: 86_400.0}
