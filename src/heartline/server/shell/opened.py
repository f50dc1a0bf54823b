"""The server's data folder, opened once a process."""

from __future__ import annotations

from functools import cache

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
    return _opened(str(settings.DATA))


@cache
def _opened(folder: str) -> Workspace:
    return open_data(folder)
