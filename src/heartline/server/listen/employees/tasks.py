"""What is done in the background for employees. Every task may run twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .compliments import tasks as compliments
from .notes import tasks as notes
from .pulse import posting
from .pulse import tasks as pulse

SCHEDULES: dict[Any, float] = {**notes.SCHEDULES, **pulse.SCHEDULES, **compliments.SCHEDULES}
"""Tasks that run again and again, with their seconds between."""
WANTED: dict[str, Callable[[], bool]] = {
    **compliments.WANTED,
    notes.take_back.module_path: notes.behind, pulse.ask_employees.module_path: posting.due,
}  # fmt: skip
"""Tasks that start only when this holds."""
