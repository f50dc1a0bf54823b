"""Writing what an expression gives to plain Parquet files, in bounded memory."""

from __future__ import annotations

from pathlib import Path

import ibis

from .duck import DuckEngine
from .write import quoted


def copy_out(engine: DuckEngine, expression: ibis.Expr, folder: Path, name: str, file_bytes: int) -> int:
    """Write the rows of an expression to `folder/NAME-0.parquet` and on; give how many rows.

    Parameters
    ----------
    file_bytes
        About how large a file may become before the next begins.
    """
    connection = engine.connection
    done = connection.raw_sql(
        f"COPY ({connection.compile(expression)}) TO {quoted(folder)} (FORMAT parquet, COMPRESSION zstd, "
        f"FILE_SIZE_BYTES {file_bytes}, FILENAME_PATTERN '{name}-{{i}}', OVERWRITE_OR_IGNORE, RETURN_STATS)"
    ).fetchall()
    for row in done:
        if row[1] == 0:  # DuckDB begins the next file before it knows whether there is more to write
            Path(row[0]).unlink()
    return sum(int(row[1]) for row in done)
