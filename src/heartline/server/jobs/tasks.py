"""What is done in the background. Every task may run twice: the second time changes nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module, util
from typing import Any

from django.conf import settings
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from heartline.collect.loading.loader import MOST_BYTES
from heartline.core.errors import HeartlineError
from heartline.server.shell import published
from heartline.server.shell.giving_way import MOST_S, backlog, give_way, late
from heartline.server.shell.lanes import PAGES
from heartline.server.shell.models import Publication
from heartline.server.shell.opened import workspace
from heartline.store.cache import code_version

log = logging.getLogger("heartline.jobs")
REST = 0.5
"""After publishing comes a rest of so many times what it took: rows that keep landing never take a whole core."""
EVERY_S = 60.0
"""As long as much waits to land, pages rest that long: what comes in goes first."""


@task(queue_name=PAGES)
def publish() -> int | None:
    """Compute the pages' first answers at the newest version, then let pages read it; give it if it is new.

    After an upgrade the same version is computed once more: answers of other code are not taken for those of ours.
    """
    opened, start = workspace(), time.monotonic()
    newest = opened.lake.versions()[-1].version
    if Publication.objects.filter(version=newest, code=code_version()).exists():
        return None
    snapshot = opened.lake.at(newest)
    if not snapshot.files("interactions"):  # pages ask such a lake itself, and see the first rows as they land
        Publication.objects.all().delete()
        return None
    patience_s = MOST_S
    for question in published.questions(snapshot.definitions.all("journey")):
        patience_s -= give_way(patience_s)
        try:
            opened.call(question.verb, {**question.values, "as_of": newest})
        except HeartlineError as error:  # one page's trouble must not hold up the others
            log.warning("%s was not answered ahead: %s", question.verb, error)
    if workspace() is not opened:  # the folder was emptied meanwhile: the next turn publishes what is there now
        return None
    done = {"at": timezone.now(), "took_s": time.monotonic() - start, "code": code_version()}
    Publication.objects.update_or_create(version=newest, defaults=done)
    Publication.objects.exclude(version=newest).delete()
    return newest


def behind() -> bool:
    """Tell whether pages are behind the lake or were made by other code, and the last publication has had its rest."""
    try:
        newest = workspace().lake.manifest.newest().version
    except HeartlineError:  # being emptied
        return False
    last = Publication.objects.order_by("-version").first()
    if last is None or (last.version, last.code) == (newest, code_version()):
        return last is None
    rest = REST * last.took_s
    now = timezone.now()
    if now < last.at + timedelta(seconds=rest):
        return False
    return rest >= EVERY_S or now >= last.at + timedelta(seconds=EVERY_S) or not much_waits()


def much_waits() -> bool:
    """Tell whether more waits to land than the loader takes in half a turn, or anything for long."""
    return backlog().bytes > MOST_BYTES // 2 or late()


@task()
def compact() -> None:
    """Turn the many small files of recent versions into few sorted ones; what pages read stays the same."""
    workspace().lake.compact()


@task(queue_name=PAGES)
def tidy() -> int:
    """Forget what tasks returned a day ago and more; give how many."""
    old = timezone.now() - timedelta(days=1)
    finished = (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED)
    deleted, _ = DBTaskResult.objects.filter(status__in=finished, finished_at__lt=old).delete()
    return deleted


SCHEDULES: dict[Any, float] = {publish: 1.0, compact: 600.0, tidy: 3600.0}
"""Tasks that run again and again, with their seconds between; features add theirs in their own `tasks.py`."""
WANTED: dict[str, Callable[[], bool]] = {publish.module_path: behind}
"""Tasks that start only when this holds."""

for _feature in settings.FEATURES:
    if util.find_spec(_module := f"heartline.server.{_feature}.tasks"):
        SCHEDULES |= getattr(import_module(_module), "SCHEDULES", {})
        WANTED |= getattr(import_module(_module), "WANTED", {})
