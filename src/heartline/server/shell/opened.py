"""The server's data folder, opened once a process, and anew when it was emptied."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from heartline.core.errors import Unavailable
from heartline.workspace import Workspace
from heartline.workspace import open as open_data


def workspace() -> Workspace:
    """Give the workspace of the data folder.

    Raises
    ------
    Unavailable
        `no_data` when the server runs without a data folder.
    """
    if settings.DATA is None:
        raise Unavailable("no_data", "The server runs without a data folder.", remedy="Set HEARTLINE_DATA.")
    return _opened(str(settings.DATA), _made(settings.DATA))


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
