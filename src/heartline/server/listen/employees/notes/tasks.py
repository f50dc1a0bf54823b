"""What is done in the background for notes. Every task may run twice."""

from __future__ import annotations

from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.server.shell import leaving
from heartline.server.shell.lanes import PEOPLE
from heartline.server.shell.opened import workspace

from ..models import Note
from . import commands


def behind() -> bool:
    """Tell whether a note that was taken back may have landed meanwhile."""
    left = leaving.waiting(Note, commands.SOURCE)
    try:
        return bool(left) and leaving.may_be_there(workspace().lake, left)
    except HeartlineError:  # being emptied
        return False


@task(queue_name=PEOPLE)
def take_back(*, tries: int = 1) -> int:
    """Remove from the lake what was taken back and has landed; give how many."""
    return leaving.take_out(Note, commands.SOURCE, tries=tries)


@task()
def forget_old() -> int:
    """Forget who told what cannot be taken back any more."""
    return commands.forget_old()


SCHEDULES = {take_back: 60.0, forget_old: 3600.0}
"""Tasks that run again and again, with their seconds between."""
