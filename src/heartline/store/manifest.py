"""The list of lake versions: which state of every table a version number means.

One line of JSON each, appended and flushed; a version exists once its line is whole. A line that a crash cut short is
ignored, and removed by the next writer. Compaction adds a line for the same version with newer table states.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from .disk import flush


class Entry(msgspec.Struct, frozen=True):
    """A lake version: its number, time, the Delta version of every table, and what made it."""

    version: int
    time: datetime
    tables: dict[str, int]
    why: str


FIRST = Entry(0, datetime(1970, 1, 1, tzinfo=UTC), {}, "empty")


def entries(path: Path) -> list[Entry]:
    """Read all whole entries, oldest first."""
    if not path.exists():
        return [FIRST]
    lines = path.read_bytes().split(b"\n")
    return [FIRST, *(msgspec.json.decode(line, type=Entry) for line in lines[:-1])]


def add(path: Path, entry: Entry) -> None:
    """Append an entry and flush it; from here on it is published."""
    whole = path.read_bytes().rfind(b"\n") + 1 if path.exists() else 0
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        os.ftruncate(handle, whole)
        os.pwrite(handle, msgspec.json.encode(entry) + b"\n", whole)
        os.fsync(handle)
    finally:
        os.close(handle)
    flush([path])
