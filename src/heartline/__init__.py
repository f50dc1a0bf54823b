"""Heartline: customer experience management. `heartline.open("data").scores()` asks from Python."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heartline.core.errors import HeartlineError
    from heartline.core.result import Result
    from heartline.workspace import Workspace, open  # noqa: A004  (heartline.open reads as it should)

__all__ = ["HeartlineError", "Result", "Workspace", "open"]

# Looked up on first use: the public port and `heartline --help` need neither the engine nor Ibis.
_HOMES = {
    "HeartlineError": "heartline.core.errors",
    "Result": "heartline.core.result",
    "Workspace": "heartline.workspace",
    "open": "heartline.workspace",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
