"""What is kept of a source between two times: how far it was read, and what was fetched and has not landed yet.

An increment is a folder. It is made under another name, flushed, and then named by its number: from there on it lands,
whatever happens. Its `after.json` says how far the source is read once it has landed; that becomes `state.json`, and
then the folder goes. Landing it again changes nothing, so every crash in between is mended by going on.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from heartline.store.disk import flush, locked
from heartline.store.steps import step

NUMBER = re.compile(r"\d{8}")


@dataclass
class State:
    """How far a source is read.

    Parameters
    ----------
    number
        Of the last increment that landed.
    tables
        What each table's reader keeps: the cursor, columns seen, files seen.
    """

    number: int = 0
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)


class Keeping:
    """The folder of one source."""

    def __init__(self, data: Path, source: str) -> None:
        self.folder = data / "connect" / source

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the source.

        Raises
        ------
        Conflict
            `busy` where another process asks it at this moment.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(self.folder / "lock", wait=False):
            yield

    def state(self) -> State:
        """Read how far the source is read; from the beginning where nothing is known."""
        path = self.folder / "state.json"
        return msgspec.json.decode(path.read_bytes(), type=State) if path.exists() else State()

    def waiting(self) -> list[Path]:
        """Give the increments that have not landed, the oldest first; drafts and what has landed are cleared away."""
        done = self.state().number
        found = []
        for path in sorted(self.folder.iterdir()) if self.folder.is_dir() else ():
            if path.is_dir() and NUMBER.fullmatch(path.name) and int(path.name) > done:
                found.append(path)
            elif path.is_dir():
                shutil.rmtree(path)
        return found

    def draft(self) -> Path:
        """Make an empty folder to fetch into."""
        path = self.folder / "draft"
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True, mode=0o700)
        return path

    def keep(self, draft: Path, after: dict[str, dict[str, Any]]) -> Path:
        """Make an increment of what was fetched."""
        number = self.state().number + 1
        (draft / "after.json").write_bytes(msgspec.json.encode(State(number, after)))
        flush(path for path in draft.rglob("*") if path.is_file())
        step("fetched")
        made = self.folder / f"{number:08}"
        draft.rename(made)
        flush([made])
        step("kept")
        return made

    def landed(self, increment: Path) -> State:
        """Note that an increment is in the lake, and forget what was fetched."""
        step("landed")
        after = (increment / "after.json").read_bytes()
        fresh = self.folder / f"state.{os.getpid()}"
        fresh.write_bytes(after)
        flush([fresh])
        fresh.rename(self.folder / "state.json")
        flush([self.folder / "state.json"])
        step("noted")
        shutil.rmtree(increment)
        return msgspec.json.decode(after, type=State)

    def note(self, after: dict[str, dict[str, Any]]) -> None:
        """Note how far the source was read where nothing was new."""
        state = self.state()
        if state.tables != after:
            draft = self.draft()
            (draft / "after.json").write_bytes(msgspec.json.encode(State(state.number, after)))
            self.landed(draft)

    def forget(self) -> None:
        """Begin again from the beginning; what has landed is not landed twice."""
        shutil.rmtree(self.folder, ignore_errors=True)
