"""What is done in the background for sendings. Every task may run twice: the second time changes nothing."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from heartline.server.shell.lanes import OUTGOING

from . import going, posting, reminding, returning


@task()
def go() -> int:
    """Reserve whom to ask: of sendings that are due, and of what happened."""
    return going.go()


@task(queue_name=OUTGOING)
def post() -> int:
    """Send the messages that are due."""
    return posting.post()


@task()
def remind() -> int:
    """Reserve the reminders that are due."""
    return reminding.remind()


@task()
def returns() -> int:
    """Read which mails came back."""
    return returning.take()


SCHEDULES: dict[Any, float] = {go: 2.0, post: 1.0, remind: 60.0, returns: 120.0}
"""Tasks that run again and again, with their seconds between."""
WANTED: dict[str, Any] = {
    go.module_path: going.due, post.module_path: posting.due, remind.module_path: reminding.due,
    returns.module_path: returning.named,
}  # fmt: skip
"""Tasks that start only when this holds."""
