"""The data folder that the server runs on, and the inbox that belongs to it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from heartline.collect.inbox import Inbox, named, opened
from heartline.core.errors import Unavailable


def folder() -> Path:
    """Give the data folder.

    Raises
    ------
    Unavailable
        `no_data` when the server runs without one.
    """
    if settings.DATA is None:
        raise Unavailable("no_data", "The server runs without a data folder.", remedy="Set HEARTLINE_DATA.")
    return Path(settings.DATA)


def inbox() -> Inbox:
    """Open the inbox of the data folder; whoever asks closes it.

    Raises
    ------
    Unavailable
        `no_data`, `inbox_away`, `inbox_busy`.
    """
    return opened(named(folder()))
