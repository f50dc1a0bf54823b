"""What is done for eligibility in the background. Every task may run twice."""

from __future__ import annotations

from typing import Any

from django_tasks import task

from . import commands


@task()
def forget_old() -> int:
    """Forget why people were not asked long ago."""
    return commands.forget_old()


SCHEDULES: dict[Any, float] = {forget_old: 86_400.0}
"""Tasks that run again and again, with their seconds between."""
