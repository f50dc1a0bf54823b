"""The list of lake versions: which state of every table a version number means.

One line of JSON each, appended and flushed; a version exists once its line is whole. A line that a crash cut short is
ignored, and removed by the next writer. Compaction adds a line for the same version with newer table states.
"""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from .disk import flush
from .steps import step


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A lake version: its number, time, the Delta version of every table, what made it.

    `folded` is the version up to which later knowledge (overrides, people) is written into the files; `erased` is how
    many interactions this version took out of all versions.
    """

    version: int
    time: datetime
    tables: dict[str, int]
    why: str
    folded: int = 0
    erased: int = 0


ERASE = "erase"
"""What made a version that took rows out of all versions."""
FIRST = Entry(0, datetime(1970, 1, 1, tzinfo=UTC), {}, "empty")


_TAIL = 4096


class Manifest:
    """The file of versions; what was read once is kept, and only what was added since is read again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.Lock()
        self._entries = [FIRST]
        self._erasures: list[Entry] = []
        self._read = 0
        self._inode = 0

    def entries(self) -> list[Entry]:
        """Give all whole entries, oldest first; the list is not to be changed."""
        with self._guard:
            self._refresh()
            return self._entries

    def newest(self) -> Entry:
        """Give the newest entry: the published state."""
        return self.entries()[-1]

    def erasures(self) -> list[Entry]:
        """Give the entries that took rows out of all versions, oldest first; the list is not to be changed."""
        with self._guard:
            self._refresh()
            return self._erasures

    def add(self, entry: Entry) -> None:
        """Append an entry and flush it; from here on it is published."""
        fresh = not self.path.exists()
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            whole = _whole(handle)
            os.ftruncate(handle, whole)
            os.pwrite(handle, msgspec.json.encode(entry) + b"\n", whole)
            step("line written")
            os.fsync(handle)
        finally:
            os.close(handle)
        if fresh:
            flush([self.path])

    def _refresh(self) -> None:
        try:
            seen = self.path.stat()
        except FileNotFoundError:
            self._entries, self._erasures, self._read = [FIRST], [], 0
            return
        if seen.st_ino != self._inode or seen.st_size < self._read:
            self._entries, self._erasures, self._read, self._inode = [FIRST], [], 0, seen.st_ino
        if seen.st_size > self._read:
            with self.path.open("rb") as file:
                file.seek(self._read)
                more = file.read()
            lines = more[: more.rfind(b"\n") + 1]
            fresh = [msgspec.json.decode(line, type=Entry) for line in lines.splitlines()]
            self._entries = [*self._entries, *fresh]
            self._erasures = [*self._erasures, *(entry for entry in fresh if entry.why == ERASE)]
            self._read += len(lines)


def _whole(handle: int) -> int:
    """Give where the last whole line of a file ends; what is beyond it a crash has cut short."""
    end = os.fstat(handle).st_size
    while end:
        start = max(0, end - _TAIL)
        found = os.pread(handle, end - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
