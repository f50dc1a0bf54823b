"""What is done in the background for contacts. Every task may run twice."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django_tasks import task

from heartline.collect import owning
from heartline.server.shell import leaving, published
from heartline.server.shell.lanes import PEOPLE
from heartline.server.shell.opened import workspace

from . import commands
from .models import Noted

_looked: list[tuple[Path, int]] = []
"""The folder and version of which owners of orders were looked for last: nothing is new until the next."""


@task(queue_name=PEOPLE)
def take_back(*, tries: int = 1) -> int:
    """Remove from the lake what was taken back and has landed; give how many.

    Parameters
    ----------
    tries
        How often to look, half a second apart: what was noted a moment ago lands within seconds.
    """
    return leaving.take_out(Noted, commands.SOURCE, tries=tries)


@task(queue_name=PEOPLE)
def owners(*, tries: int = 1) -> int:
    """Give contacts that name an order only to whoever placed it, as far as that is known; give how many.

    Parameters
    ----------
    tries
        How often to look, half a second apart, until one is found.
    """
    lake = workspace().lake
    for number in range(tries):
        if number:
            time.sleep(leaving.PAUSE_S)
        now = (lake.folder, lake.at().version)
        if _looked == [now]:
            continue
        tied, parted = owning.settle(lake)
        _looked[:] = [now]
        if tied or parted:
            published.soon()
            return tied
    return 0


@task()
def forget_old() -> int:
    """Forget what cannot be taken back any more."""
    return commands.forget_old()


SCHEDULES: dict[Any, float] = {take_back: 60.0, owners: 60.0, forget_old: 3600.0}
"""Tasks that run again and again, with their seconds between."""
