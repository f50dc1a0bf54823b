"""Rewriting interactions as sorted files, for compaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import ibis

from heartline.store.log import DataFile
from heartline.store.schema import INTERACTIONS
from heartline.store.table import Table

from .duck import DuckEngine, view
from .write import data_file, quoted

_MONTH = "rows of the month"
_KINDS = ibis.Schema.from_pyarrow(INTERACTIONS)


class Rewriter:
    """Writes months anew, each with the same query: compiled once, since there may be hundreds of months.

    Parameters
    ----------
    change
        Turns the rows of a month into what is to be written.
    order
        Columns to sort by; null comes last.
    file_bytes
        About how large a file may become before the next begins; where one ends, the next goes on in order.
    """

    def __init__(
        self, engine: DuckEngine, change: Callable[[ibis.Table], ibis.Table], order: Sequence[str], file_bytes: int
    ) -> None:
        self.engine = engine
        by = ", ".join(f'"{column}" NULLS LAST' for column in order)
        query = engine.connection.compile(change(ibis.table(_KINDS, name=_MONTH)))
        self.query = f"SELECT * FROM ({query}) ORDER BY {by}"
        self.file_bytes = file_bytes

    def write(self, table: Table, files: Sequence[DataFile], month: str) -> list[DataFile]:
        """Write the rows of these files of a month anew; give the new files."""
        name = "sorted-" + table.new_name().removeprefix("part-").removesuffix(".parquet")
        connection = self.engine.connection
        connection.raw_sql(view(_MONTH, table.paths(files), _KINDS).replace("CREATE", "CREATE OR REPLACE", 1))
        done = connection.raw_sql(
            f"COPY ({self.query}) TO {quoted(table.folder / f'month={month}')} (FORMAT parquet, COMPRESSION zstd, "
            f"FILE_SIZE_BYTES {self.file_bytes}, FILENAME_PATTERN '{name}-{{i}}', OVERWRITE_OR_IGNORE, RETURN_STATS)"
        ).fetchall()
        for row in done:
            if row[1] == 0:  # DuckDB begins the next file before it knows whether there is more to write
                Path(row[0]).unlink()
        return [data_file(table, row, {"month": month}) for row in done if row[1]]
