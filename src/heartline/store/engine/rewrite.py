"""Rewriting interactions as sorted files, for compaction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import ibis

from heartline.store.log import DataFile
from heartline.store.table import Table

from .duck import DuckEngine
from .write import data_file, quoted


def write_sorted(
    engine: DuckEngine, rows: ibis.Table, order: Sequence[str], table: Table, month: str, file_bytes: int
) -> list[DataFile]:
    """Write the rows of one month in an order, as one file, or as several of about this size.

    A file begins where the one before ends: together they are sorted too.
    """
    name = "sorted-" + table.new_name().removeprefix("part-").removesuffix(".parquet")
    connection = engine.connection
    by = ", ".join(f'"{column}" NULLS LAST' for column in order)
    done = connection.raw_sql(
        f"COPY (SELECT * FROM ({connection.compile(rows)}) ORDER BY {by}) "
        f"TO {quoted(table.folder / f'month={month}')} (FORMAT parquet, COMPRESSION zstd, "
        f"FILE_SIZE_BYTES {file_bytes}, FILENAME_PATTERN '{name}-{{i}}', OVERWRITE_OR_IGNORE, RETURN_STATS)"
    ).fetchall()
    for row in done:
        if row[1] == 0:  # DuckDB begins the next file before it knows whether there is more to write
            Path(row[0]).unlink()
    return [data_file(table, row, {"month": month}) for row in done if row[1]]
