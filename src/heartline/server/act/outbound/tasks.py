"""What is done in the background to tell other systems. Every task may run twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.server.shell.lanes import OUTGOING

from . import commands, fanning, sending


@task(queue_name=OUTGOING)
def tell() -> int:
    """Make the messages that are to be sent, and see that they are; give how many were made."""
    made = fanning.fan_out()
    sending.start_due()
    return made


@task()
def tidy_messages() -> int:
    """Forget messages that were kept long enough; give how many."""
    return commands.forget_old()


def wanted() -> bool:
    """Tell whether there is something to tell, or a message is due."""
    try:
        return sending.due() or fanning.behind()
    except HeartlineError:  # the folder is being emptied
        return False


SCHEDULES: dict[Any, float] = {tell: 1.0, tidy_messages: 3600.0}
"""Tasks that run again and again, with their seconds between."""
WANTED: dict[str, Callable[[], bool]] = {tell.module_path: wanted}
"""Tasks that start only when this holds."""
