"""The Python door: open a data folder and ask it things."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from heartline.core import registry
from heartline.core.result import Result
from heartline.core.selection import build
from heartline.store.lake import Lake


class Workspace:
    """An open data folder. Every verb is a method; `call` takes a verb by name, as the other doors do."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def call(self, name: str, values: dict[str, Any]) -> Result:
        """Ask a verb by name, with its spec as loose values."""
        verb = registry.find(name)
        return verb.function(self.lake, build(verb.spec, values))


def open(data: Path | str) -> Workspace:  # noqa: A001  (heartline.open reads as it should)
    """Open a data folder."""
    return Workspace(Lake.open(data))
