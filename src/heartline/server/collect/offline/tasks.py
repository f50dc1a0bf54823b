"""What is done in the background for contacts. Every task may run twice."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django_tasks import task

from heartline.collect import dropping, importing
from heartline.collect.exports import agreeing
from heartline.server.shell import consenting, published
from heartline.server.shell.lanes import PEOPLE
from heartline.server.shell.opened import workspace
from heartline.store.withdrawing import withdraw

from . import commands
from .models import Noted

PAUSE_S, TRIES = 0.5, 20
PATIENCE = timedelta(hours=12)
"""How long a contact that was taken back is waited for: the loader may be away."""


def waiting() -> list[Noted]:
    """Give the contacts that were taken back and may still be in the lake, or on the way there."""
    now = timezone.now()
    return list(Noted.objects.filter(undone_at__gt=now - PATIENCE, gone_at=None))


@task(queue_name=PEOPLE)
def take_back(*, tries: int = 1) -> int:
    """Remove from the lake what was taken back and has landed; give how many.

    Parameters
    ----------
    tries
        How often to look, half a second apart: what was noted a moment ago lands within seconds.
    """
    gone = 0
    for number in range(tries):
        if number:
            time.sleep(PAUSE_S)
        left = waiting()
        for one in left:
            if withdraw(workspace().lake, commands.SOURCE, [f"{commands.SOURCE}:{one.key}"], since=one.at):
                Noted.objects.filter(pk=one.pk).update(gone_at=timezone.now())
                gone += 1
        if gone == len(left):
            break
    if gone:
        published.soon()
    return gone


@task()
def sweep() -> int:
    """Import what was dropped into the folders `drop/NAME` of the data folder, beside their recipes."""
    home = workspace().lake.folder / "drop"
    done = dropping.sweep(home, time.time(), _imported) if home.is_dir() else 0
    if done:
        published.soon()
    return done


def _imported(recipe: Path, folder: Path) -> str:
    agreed = consenting.tell(agreeing.told(recipe, folder, confined=True))
    report = importing.run(recipe, workspace().lake.folder, folder=folder, confined=True)
    dropped = sum(report.dropped.values())
    return f"{report.landed} rows landed, {report.there} were there already, {dropped} could not be used." + (
        f" {agreed.new} words about consent are new, {agreed.there} were there already, {agreed.unusable} say nothing."
        if agreed != consenting.Told()
        else ""
    )


@task()
def forget_old() -> int:
    """Forget what cannot be taken back any more."""
    return commands.forget_old()


SCHEDULES: dict[Any, float] = {take_back: 60.0, sweep: 10.0, forget_old: 3600.0}
"""Tasks that run again and again, with their seconds between."""
