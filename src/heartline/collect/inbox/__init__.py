"""The inbox: whatever was received and is not in the lake yet, durable before anybody is told that it arrived.

Receivers put rows, one for each HTTP request; the loader stamps a set of them with a batch number, lands the batch in
the lake and forgets it. Nothing here loads Django or an engine: the process of the public port opens it.

HEARTLINE_INBOX   postgresql://USER:PASSWORD@HOST:PORT/NAME instead of the file inbox.db in the data folder
"""

from __future__ import annotations

import os
from pathlib import Path

from heartline.core.errors import InvalidInput

from .contract import Backlog, Inbox, Received

__all__ = ["Backlog", "Inbox", "Received", "named", "opened"]


def named(folder: Path) -> Path | str:
    """Give the address of the inbox that belongs to a data folder.

    Parameters
    ----------
    folder
        The data folder.
    """
    return os.environ.get("HEARTLINE_INBOX") or folder


def opened(address: Path | str) -> Inbox:
    """Open an inbox; made if it is not there.

    Parameters
    ----------
    address
        A data folder, in which the inbox is the file `inbox.db`; or the URL of a PostgreSQL database.

    Raises
    ------
    Unavailable
        `inbox_away`, `inbox_busy`, `inbox_full`.
    InvalidInput
        `newer_format` when a newer Heartline made it; `bad_address` for a URL of something else.
    """
    text = str(address)
    if "://" not in text:
        from .sqlite import SqliteInbox

        return SqliteInbox(Path(address))
    if text.startswith(("postgresql://", "postgres://")):
        return _postgres(text)
    raise InvalidInput(
        "bad_address", f"{text.partition('://')[0]}:// is no inbox that we know.", field="HEARTLINE_INBOX",
        remedy="Write postgresql://USER:PASSWORD@HOST:PORT/NAME, or leave it out.",
    )  # fmt: skip


def _postgres(url: str) -> Inbox:
    try:
        from .postgres import PostgresInbox
    except ImportError:
        raise InvalidInput(
            "postgres_missing", "The library that speaks with PostgreSQL is not installed.", field="HEARTLINE_INBOX",
            remedy="Install heartline[postgres].",
        ) from None  # fmt: skip
    return PostgresInbox(url)
