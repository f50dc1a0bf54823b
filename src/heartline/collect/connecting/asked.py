"""What the process that fetches is told, and what it says of each table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Asked:
    """One fetch.

    Parameters
    ----------
    private
        Whether machines of the own network may be asked.
    cursors
        What is kept of each table since the last time.
    folder
        Where a file for each table goes.
    limit
        At most so many rows of each table: to show what is there.
    tries
        How often a request is tried where the other side is busy or fails.
    """

    kind: str
    url: str
    options: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Any]]
    overlap_s: float
    cursors: Mapping[str, Mapping[str, Any]]
    secret: str
    private: bool
    folder: str
    limit: int | None = None
    seconds: float = 3600
    tries: int = 5


@dataclass
class Fetched:
    """A table that was fetched: its rows, and what is to be kept of it for the next time."""

    rows: int
    after: dict[str, Any] = field(default_factory=dict)


class NoCursor(Exception):
    """A table has no such column."""

    def __init__(self, table: str, cursor: str, columns: list[str]) -> None:
        super().__init__(table)
        self.values = {"table": table, "cursor": cursor, "columns": ", ".join(columns)}


class Unfit(Exception):
    """What came is not what was expected; `code` and `values` say what."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
