"""The embedded engine: DuckDB through Ibis, on the file list of one lake version."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from heartline.store.table import Table, Written


class DuckEngine:
    """Runs Ibis expressions on DuckDB; a connection for each thread, since DuckDB's are not to be shared."""

    name = "duckdb"

    def __init__(self) -> None:
        self._local = threading.local()

    @property
    def connection(self) -> Any:
        """This thread's Ibis backend."""
        if not hasattr(self._local, "connection"):
            self._local.connection = ibis.duckdb.connect()
            self._local.connection.raw_sql("SET TimeZone = 'UTC'")
        return self._local.connection

    def files(self, name: str, files: Sequence[str], schema: pa.Schema) -> ibis.Table:
        """Give Parquet files as one table called `name`; without files, an empty table of the schema."""
        connection = self.connection
        if name in connection.list_tables():
            return connection.table(name)
        if not files:
            return connection.create_table(name, schema=ibis.Schema.from_pyarrow(schema), temp=True)
        return connection.read_parquet(list(files), table_name=name, hive_partitioning=False)

    def memory(self, table: pa.Table) -> ibis.Table:
        """Give an Arrow table as an expression."""
        return ibis.memtable(table)

    def execute(self, expression: ibis.Expr) -> pa.Table:
        """Run an expression."""
        return self.connection.to_pyarrow(expression)


def write_parquet(rows: pa.Table | pa.RecordBatchReader, table: Table, landed: int) -> list[Written]:
    """Write interactions as Parquet files into a table's month folders, stamped with the version they land in."""
    name = table.new_name().removesuffix(".parquet")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("rows", rows)
        done = connection.execute(
            f"COPY (SELECT * REPLACE ({landed}::BIGINT AS landed), strftime(occurred_at, '%Y-%m') AS month FROM rows) "
            f"TO '{table.folder}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month), "
            f"FILENAME_PATTERN '{name}-{{i}}', OVERWRITE_OR_IGNORE, RETURN_STATS)"
        ).fetchall()
    written = []
    for filename, count, *_ in done:
        path = Path(filename).relative_to(table.folder)
        written.append(Written(str(path), count, {"month": path.parts[0].removeprefix("month=")}))
    return written
