"""The embedded engine: DuckDB through Ibis, on the file list of one lake version."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
from ibis.backends.sql.datatypes import DuckDBType

from heartline.core.selection import Selection
from heartline.store.kernel import Kernel

from .fold import fold
from .index import Indexes
from .write import connect, quoted
from .written import Backend

if TYPE_CHECKING:
    from heartline.store.snapshot import Snapshot

P = TypeVar("P")

_KEPT_VIEWS = 16


class _Here:
    """What a thread holds of the engine while it lives: its Ibis backend."""

    __slots__ = ("__weakref__", "connection")

    def __init__(self, connection: Any) -> None:
        self.connection = connection


class DuckEngine:
    """Runs Ibis expressions on one embedded DuckDB; every thread has its own cursor on it.

    A thread that ends leaves its cursor to the next one, and must not be the last to hold it: threads that Python did
    not start (the server's) are taken down by `PyGILState_Release`, and before Python 3.12.4 they are freed twice when
    something that goes with them asks for the interpreter's lock, as Arrow's buffers do (CPython gh-119585).

    Tables are unbound Ibis tables over views with their names, so an expression made in one thread runs in any.
    """

    name = "duckdb"

    def __init__(self, spill: Path | None = None) -> None:
        self.spill = spill
        self._local = threading.local()
        self._guard = threading.Lock()
        self._database: Any = None
        self._held: dict[weakref.ref[_Here], Any] = {}
        self._left: deque[weakref.ref[_Here]] = deque()
        self._views: dict[str, int] = {}
        self._dropped: deque[str] = deque()
        self._indexes = Indexes()

    @property
    def connection(self) -> Any:
        """This thread's Ibis backend."""
        if not hasattr(self._local, "here"):
            with self._guard:
                here = _Here(self._held.pop(self._left.popleft()) if self._left else self._cursor())
                # the note that a thread ended is taken without any Python: the thread is half gone by then
                self._held[weakref.ref(here, self._left.append)] = here.connection
                self._local.here = here
        return self._local.here.connection

    def _cursor(self) -> Any:
        if self._database is None:
            self._database = connect(self.spill)
            self._database.execute("SET GLOBAL parquet_metadata_cache = true")
        return Backend.from_connection(self._database.cursor())

    def files(self, name: str, files: Sequence[str], schema: pa.Schema) -> ibis.Table:
        """Give Parquet files as one table called `name`; without files, an empty table of the schema.

        A name stands for one list of files for ever.
        """
        kinds = ibis.Schema.from_pyarrow(schema)
        connection = self.connection
        with self._guard:
            self._tidy(connection)
            if name not in self._views:
                connection.raw_sql(view(name, files, kinds))
            self._views[name] = self._views.pop(name, 0) + 1  # last asked for, last in line
        return ibis.table(kinds, name=name)

    def drop(self, name: str) -> None:
        """Say that one who asked for a table by `files` needs it no longer.

        Called while memory is being tidied, at any moment and in any thread: so it only takes a note.
        """
        self._dropped.append(name)

    def _tidy(self, connection: Any) -> None:
        """Drop the views that nobody needs, but for those used last."""
        while self._dropped:
            name = self._dropped.popleft()
            self._views[name] -= 1
        idle = [view for view, users in self._views.items() if users == 0]
        for view in idle[:-_KEPT_VIEWS]:
            connection.raw_sql(f'DROP VIEW "{view}"')
            del self._views[view]

    def memory(self, table: pa.Table) -> ibis.Table:
        """Give an Arrow table as an expression."""
        return ibis.memtable(table)

    def execute(self, expression: ibis.Expr) -> pa.Table:
        """Run an expression."""
        connection = self.connection
        try:
            return connection.to_pyarrow(expression)
        finally:
            for table in expression.op().find(ops.InMemoryTable):  # a cursor would keep each for ever
                connection.con.unregister(table.name)
                connection._memtables.discard(table)  # else Ibis takes it for still there

    def fold(self, snapshot: Snapshot, kernel: Kernel[P], per: str, selection: Selection | None = None) -> P:
        """Answer a question about order, over the path index; see `Kernel`."""
        return fold(self._indexes, snapshot, kernel, per, selection)


def view(name: str, files: Sequence[str], kinds: ibis.Schema) -> str:
    """Write the statement that makes a view of files, or one of no rows where there are none."""
    if files:
        columns = ", ".join(f'"{column}"' for column in kinds)
        source = f"read_parquet([{', '.join(quoted(file) for file in files)}], hive_partitioning = false)"
        return f'CREATE VIEW "{name}" AS SELECT {columns} FROM {source}'
    types = {column: DuckDBType.from_ibis(kind).sql("duckdb") for column, kind in kinds.items()}
    columns = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in types.items())
    return f'CREATE VIEW "{name}" AS SELECT {columns} WHERE false'
