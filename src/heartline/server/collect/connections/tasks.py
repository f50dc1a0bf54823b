"""What is done for connections in the background, in a lane of their own: nobody else waits for another system."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.server.shell import published
from heartline.server.shell.lanes import CONNECT, TRIES

from . import asking
from .models import Connection, Run, State

log = logging.getLogger("heartline.connections")
KEPT = 200
"""Runs of a connection that are kept."""


@task(queue_name=TRIES)
def attempt(key: str, revision: int) -> None:
    """Fetch the first rows of a source, and find out what they would become."""
    one = Connection.objects.filter(key=key, revision=revision, trying=True).first()
    if one is not None:
        asking.attempt(one)


@task(queue_name=CONNECT)
def due() -> int:
    """Ask every source whose time has come; give how many."""
    asked = 0
    for key in list(_due().values_list("key", flat=True)):
        one = _due().filter(key=key).first()
        if one is not None:
            asked += 1
            _asked(one)
    return asked


def _due() -> QuerySet[Connection]:
    return Connection.objects.filter(state=State.ON, next_at__lte=timezone.now())


def wanted() -> bool:
    """Tell whether the time of any source has come."""
    return _due().exists()


def _asked(one: Connection) -> None:
    """Ask one source; whatever goes wrong with it must not hold up the others."""
    Run.objects.filter(connection=one, ended_at=None).update(
        ended_at=timezone.now(), error={"code": "cut_short", "values": {}}
    )
    run = Run.objects.create(connection=one, by=one.made_by if one.wanted else "")
    try:
        asking.run(one, run)
    except HeartlineError as error:
        if error.code == "busy":  # another worker is at it, or somebody at the command line
            run.delete()
            return
        run.error = asking.plain(error)
    except Exception:
        log.exception("The connection %s stumbled.", one.key)
        run.error = {"code": "internal", "values": {}}
    asking.ended(one, run, KEPT)
    if run.landed:
        published.soon()


SCHEDULES: dict[Any, float] = {due: 15.0}
"""Tasks that run again and again, with their seconds between."""
WANTED: dict[str, Callable[[], bool]] = {due.module_path: wanted}
"""Tasks that start only when this holds."""
