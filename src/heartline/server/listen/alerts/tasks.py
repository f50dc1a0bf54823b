"""What is done in the background to tell people. Every task may run twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django_tasks import task

from heartline.core.errors import HeartlineError
from heartline.server.shell.lanes import ALERTS, PAGES

from . import commands, composing, hearing, looking, posting


@task(queue_name=ALERTS)
def tell() -> int:
    """Hear the low scores that landed, make the messages that are due, send them; give how many mails went."""
    hearing.hear()
    composing.compose()
    return posting.post()


@task()
def look() -> int:
    """Look at what is watched and due; give how much was found."""
    return looking.look()


@task()
def write_letters() -> int:
    """Have the weekly letters sent that are due."""
    return composing.write_letters()


@task(queue_name=PAGES)
def tidy_alerts() -> int:
    """Forget what is long over."""
    return commands.forget_old()


def something() -> bool:
    """Tell whether anything landed, is to be told, or to be sent."""
    try:
        return posting.due() or composing.due() or hearing.behind()
    except HeartlineError:  # the folder is being emptied
        return False


def letters() -> bool:
    """Tell whether a weekly letter is due."""
    try:
        return bool(composing.letters_due())
    except HeartlineError:
        return False


SCHEDULES: dict[Any, float] = {tell: 1.0, look: 30.0, write_letters: 120.0, tidy_alerts: 1800.0}
"""Tasks that run again and again, with their seconds between."""
WANTED: dict[str, Callable[[], bool]] = {
    tell.module_path: something, look.module_path: looking.due, write_letters.module_path: letters
}  # fmt: skip
"""Tasks that start only when this holds."""
