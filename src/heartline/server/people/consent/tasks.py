"""What is done for consent in the background. Every task may run twice."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from heartline.server.shell.lanes import PEOPLE

from . import asking, mailing


@task(queue_name=PEOPLE)
def post() -> int:
    """Send the mails that ask to confirm."""
    return mailing.post()


@task()
def sweep() -> int:
    """Remove the requests that nobody confirmed."""
    return asking.forget_old()


SCHEDULES: dict[Any, float] = {post: 30.0, sweep: 3600.0}
"""Tasks that run again and again, with their seconds between."""
WANTED: dict[str, Any] = {post.module_path: mailing.due}
"""Tasks that start only when this holds."""
