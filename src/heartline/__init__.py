"""Heartline: customer experience management. `heartline.open("data").scores()` asks from Python."""

from heartline.core.errors import HeartlineError
from heartline.core.result import Result
from heartline.workspace import Workspace, open  # noqa: A004  (heartline.open reads as it should)

__all__ = ["HeartlineError", "Result", "Workspace", "open"]
