"""Writing interactions as Parquet: streaming, on all cores, in one pass."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from heartline.core.errors import InvalidInput
from heartline.store.log import DataFile
from heartline.store.table import Table


def write_parquet(rows: pa.Table | pa.RecordBatchReader, table: Table, landed: int) -> list[DataFile]:
    """Write interactions as Parquet files into a table's month folders, stamped with the version they land in.

    Raises
    ------
    InvalidInput
        `no_time` when a row does not say when it happened; nothing is written then.
    """
    name = table.new_name().removesuffix(".parquet")
    select = f"SELECT * REPLACE ({landed}::BIGINT AS landed), strftime(occurred_at, '%Y-%m') AS month FROM rows"
    try:
        with connect(table.folder.parents[1] / "cache" / "spill") as connection:
            connection.register("rows", rows)
            done = connection.execute(
                f"COPY ({select}) TO {quoted(table.folder)} (FORMAT parquet, COMPRESSION zstd, "
                f"PARTITION_BY (month), FILENAME_PATTERN '{name}-{{i}}', OVERWRITE_OR_IGNORE, RETURN_STATS)"
            ).fetchall()
    except BaseException:
        _remove(table.folder.glob(f"month=*/{name}-*"))
        raise
    if any(row[5]["month"] is None for row in done):
        _remove(Path(row[0]) for row in done)
        raise InvalidInput(
            "no_time",
            "Some rows do not say when they happened.",
            field="occurred_at",
            remedy="Give each a time, or a period for all.",
        )
    return [data_file(table, row, row[5]) for row in done]


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
    times, landed = statistics['"occurred_at"'], statistics['"landed"']
    return DataFile(
        str(Path(filename).relative_to(table.folder)),
        rows,
        dict(partition),
        size,
        (int(landed["min"]), int(landed["max"])),
        (datetime.fromisoformat(times["min"]), datetime.fromisoformat(times["max"])),
    )


def quoted(path: Path | str) -> str:
    """Write a path or text as an SQL string."""
    return "'" + str(path).replace("'", "''") + "'"


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
