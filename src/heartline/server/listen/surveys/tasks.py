"""What is done in the background for surveys. Every task may run twice."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from . import answering, sending
from .inviting import tasks as inviting
from .results import publishing


@task()
def send_idle() -> int:
    """Send on what people answered and left."""
    return sending.send_idle(answering.read)


@task()
def publish_codebooks() -> int:
    """Let the lake learn what surveys ask."""
    return publishing.publish()


SCHEDULES: dict[Any, float] = {publish_codebooks: 60.0, send_idle: 60.0, **inviting.SCHEDULES}
"""Tasks that run again and again, with their seconds between."""
WANTED: dict[str, Any] = inviting.WANTED
"""Tasks that start only when this holds."""
