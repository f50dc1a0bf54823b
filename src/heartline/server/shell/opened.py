"""The server's data folder, opened once a process, and anew when it was emptied."""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path

from heartline.core.errors import Conflict, Unavailable
from heartline.store.disk import locked
from heartline.store.lake import Lake
from heartline.workspace import Workspace
from heartline.workspace import open as open_data

from . import data

PATIENCE_S, TURNS = 5.0, 20
"""How long a page waits for its turn to write, and how often it asks."""


def workspace() -> Workspace:
    """Give the workspace of the data folder.

    Raises
    ------
    Unavailable
        `no_data` when the server runs without a data folder.
    """
    folder = data.folder()
    return _opened(str(folder), _made(folder))


def free() -> Lake:
    """Give the lake when nobody else is writing to it: an import may do so for minutes, and no page waits for that.

    Raises
    ------
    Conflict
        `busy` when somebody still is after a few seconds.
    """
    lake = workspace().lake
    for turn in range(TURNS):
        try:
            with locked(lake.folder / "lake" / "write.lock", wait=False):
                return lake
        except Conflict:
            if turn == TURNS - 1:
                raise
            time.sleep(PATIENCE_S / TURNS)
    raise AssertionError("unreachable")


def _made(folder: Path) -> tuple[int, int]:
    """Tell one lake in the folder from one that was put in its place."""
    try:
        seen = (folder / "format").stat()
    except FileNotFoundError:
        raise Unavailable("no_data", "The data folder is being emptied.", remedy="Try again in a moment.") from None
    return seen.st_ino, seen.st_mtime_ns


@lru_cache(maxsize=2)
def _opened(folder: str, made: tuple[int, int]) -> Workspace:
    return open_data(folder)
