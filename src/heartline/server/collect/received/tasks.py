"""What is done in the background for what was received. Every task may run twice."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from . import commands


@task()
def forget_old() -> int:
    """Forget events that were kept long enough; give how many."""
    return commands.forget_old()


SCHEDULES: dict[Any, float] = {forget_old: 3600.0}
"""Tasks that run again and again, with their seconds between."""
