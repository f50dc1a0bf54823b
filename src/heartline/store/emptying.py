"""Emptying a data folder: every row, definition and trace of a person goes; its name and key stay."""

from __future__ import annotations

import shutil
from pathlib import Path

from .disk import flush, locked, prepare_lock
from .lake import Lake

MADE = ("cache/index", "cache/results", "cache/vectors", "cache/text", "quarantine", "others")
"""What was made of rows, beside the lake, and what is known of others."""


def empty(folder: Path) -> Lake:
    """Empty a data folder and give its new, empty lake.

    A crash in between is finished by whoever opens the folder to write next: from the mark on, it counts as not yet
    made. Who has it open keeps seeing what they had; they are to open it again.
    """
    with locked(prepare_lock(folder)), locked(folder / "lake" / "write.lock"):
        mark = folder / "lake" / Lake.EMPTYING
        mark.touch()
        flush([mark])
        (folder / "format").unlink()
        flush([folder])
    for name in MADE:
        shutil.rmtree(folder / name, ignore_errors=True)
    return Lake.create(folder)
