"""What the embedded engine needs for writing: a database of its own, and what it says of a file it wrote."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from heartline.store.log import DataFile
from heartline.store.table import Table


def connect(spill: Path | None) -> duckdb.DuckDBPyConnection:
    """Open a database in memory, in UTC; what does not fit spills into a folder of its own below `spill`."""
    connection = duckdb.connect()
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    if spill is not None:  # the default is a folder where the process happens to be, shared with others there
        connection.execute(f"SET GLOBAL temp_directory = {quoted(spill / f'{os.getpid()}-{uuid.uuid4().hex[:8]}')}")
    return connection


def data_file(table: Table, row: Sequence[Any], partition: Mapping[str, str]) -> DataFile:
    """Read what DuckDB says of a file it wrote (RETURN_STATS)."""
    filename, rows, size, _, statistics, *_ = row
    times, landed = statistics.get('"occurred_at"'), statistics['"landed"']
    return DataFile(
        str(Path(filename).relative_to(table.folder)),
        rows,
        dict(partition),
        size,
        (int(landed["min"]), int(landed["max"])),
        (datetime.fromisoformat(times["min"]), datetime.fromisoformat(times["max"])) if times else None,
    )


def quoted(path: Path | str) -> str:
    """Write a path or text as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"
