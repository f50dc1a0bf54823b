"""Which engine answers: DuckDB inside this process, or Spark when the data outgrow one machine."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import ibis
import pyarrow as pa

from heartline.core.errors import InvalidInput
from heartline.core.selection import Selection
from heartline.store.kernel import Kernel

if TYPE_CHECKING:
    from heartline.store.snapshot import Snapshot

P = TypeVar("P")

VARIABLE = "HEARTLINE_ENGINE"
MASTER = re.compile(r"local(\[(\d+|\*)\])?|spark://[^:,/]+:\d+(,[^:,/]+:\d+)*")


class Engine(Protocol):
    """What the lake asks of an engine."""

    name: str

    def files(self, name: str, files: Sequence[str], schema: pa.Schema) -> ibis.Table:
        """Give Parquet files as one table called `name`; without files, an empty table of the schema."""

    def drop(self, name: str) -> None:
        """Say that one who asked for a table by `files` needs it no longer."""

    def memory(self, table: pa.Table) -> ibis.Table:
        """Give an Arrow table as an expression."""

    def execute(self, expression: ibis.Expr) -> pa.Table:
        """Run an expression."""

    def fold(self, snapshot: Snapshot, kernel: Kernel[P], per: str, selection: Selection | None = None) -> P:
        """Answer a question about order; see `Kernel`."""


def engine_from_environment(spill: Path | None = None) -> Engine:
    """Make the engine that HEARTLINE_ENGINE names: `duckdb` (the default), `spark://HOST:PORT` or `local[N]`.

    Parameters
    ----------
    spill
        A folder for what the embedded engine cannot hold in memory.

    Neither engine's library is imported before it is chosen, and Spark starts with the first question only.

    Raises
    ------
    InvalidInput
        `unknown_engine` when the variable names no engine.
    Unavailable
        `no_spark` when Spark is chosen and PySpark is not installed.
    """
    chosen = os.environ.get(VARIABLE, "").strip() or "duckdb"
    if chosen == "duckdb":
        from .duck import DuckEngine

        return DuckEngine(spill)
    if MASTER.fullmatch(chosen):
        from .spark import SparkEngine

        return SparkEngine(chosen)
    raise InvalidInput(
        "unknown_engine",
        f"“{chosen}” is not an engine.",
        field=VARIABLE,
        remedy="Write duckdb, spark://HOST:PORT, or local[2] for Spark on this machine.",
    )
