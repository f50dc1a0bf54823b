"""Starts scheduled tasks on time: one process at a time holds the duty, by a lease that it renews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from heartline.server.shell.giving_way import late
from heartline.server.shell.lanes import READING

from .models import Heartbeat, Lease, Schedule
from .tasks import SCHEDULES, WANTED

PATIENT = (READING,)
"""Lanes whose tasks do not start while what was received is late: what comes in goes first."""
SELDOM_S = 60.0
"""What runs no more often than this is asked no more often whether it is wanted."""
LEASE_S = 15.0
"""How long a silent holder keeps a duty, and a silent worker its tasks."""


def take(duty: str, holder: str) -> bool:
    """Take or renew a duty; tell whether it is ours now."""
    now = timezone.now()
    until = now + timedelta(seconds=LEASE_S)
    if Lease.objects.filter(duty=duty, holder=holder).update(until=until):
        return True
    if Lease.objects.filter(duty=duty, until__lt=now).update(holder=holder, until=until):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(duty=duty, holder=holder, until=until)
    except IntegrityError:  # somebody holds it
        return False
    return True


def plan() -> None:
    """Write the schedules down, as this version of Heartline has them."""
    for task, every_s in SCHEDULES.items():
        Schedule.objects.update_or_create(task=task.module_path, defaults={"every_s": every_s})
    Schedule.objects.exclude(task__in=[task.module_path for task in SCHEDULES]).delete()


def tick() -> int:
    """Enqueue every task that is due, wanted and not waiting already; give how many."""
    now = timezone.now()
    started = 0
    for schedule in Schedule.objects.filter(due_at__lte=now):
        if schedule.task in WANTED and not WANTED[schedule.task]():
            if schedule.every_s >= SELDOM_S:  # whether it is wanted may be a question to the whole lake
                schedule.due_at = now + timedelta(seconds=schedule.every_s)
                schedule.save(update_fields=["due_at"])
            continue
        task: Any = import_string(schedule.task)
        if task.queue_name in PATIENT and late():
            continue
        schedule.due_at = now + timedelta(seconds=schedule.every_s)
        schedule.save(update_fields=["due_at"])
        open_states = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
        if not DBTaskResult.objects.filter(task_path=schedule.task, status__in=open_states).exists():
            task.enqueue()
            started += 1
    return started


def beat(worker: str) -> None:
    """Give a sign of life."""
    Heartbeat.objects.update_or_create(worker=worker, defaults={"at": timezone.now()})


def reclaim() -> int:
    """Return the tasks of workers that fell silent to the queue; give how many."""
    limit = timezone.now() - timedelta(seconds=LEASE_S)
    alive = set(Heartbeat.objects.filter(at__gte=limit).values_list("worker", flat=True))
    returned = 0
    for result in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=limit):
        if not alive & set(result.worker_ids):
            same = DBTaskResult.objects.filter(pk=result.pk, status=TaskResultStatus.RUNNING)
            returned += same.update(status=TaskResultStatus.READY, started_at=None)
    Heartbeat.objects.filter(at__lt=limit - timedelta(hours=1)).delete()
    return returned
