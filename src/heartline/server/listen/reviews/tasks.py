"""What is said of others is read in the background, as what is said of us. Every task may run twice."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.listen.reviews import reading
from heartline.listen.text import embedding
from heartline.server.shell import published
from heartline.server.shell.giving_way import give_way
from heartline.server.shell.lanes import READING
from heartline.server.shell.opened import workspace
from heartline.store import others


@task(queue_name=READING)
def read_others() -> int:
    """Read the texts of others that nobody has read; give how many."""
    done = reading.read(workspace().lake, progress=_in_turn)
    if done:
        published.soon()
    return done


def _in_turn(_done: int, _of: int) -> None:
    give_way()


def behind() -> bool:
    """Tell whether any text of others is to be read."""
    if not embedding.wanted():
        return False
    try:
        return reading.behind(workspace().lake)
    except HeartlineError:  # being emptied
        return False


@task()
def keep_others() -> None:
    """Turn small files of others into few, and have our lake know the version that belongs to it."""
    others.compact(workspace().lake)


def with_others() -> bool:
    """Tell whether anything is known of others."""
    try:
        return others.there(workspace().lake) is not None
    except HeartlineError:  # being emptied
        return False


SCHEDULES: dict[Any, float] = {read_others: 10.0, keep_others: 3600.0}
"""Tasks that run again and again, with their seconds between."""
WANTED = {read_others.module_path: behind, keep_others.module_path: with_others}
"""Tasks that start only when this holds."""
