"""The engine for data that outgrow one machine: Spark through Ibis, on the file list of one lake version."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

import ibis
import pyarrow as pa

from heartline.core.errors import Unavailable

if TYPE_CHECKING:
    from heartline.core.selection import Selection
    from heartline.store.kernel import Kernel
    from heartline.store.snapshot import Snapshot

try:
    from .spark_dialect import SparkBackend
    from .spark_session import session, told
except ModuleNotFoundError as error:
    if error.name != "pyspark":
        raise
    raise Unavailable(
        "no_spark",
        "HEARTLINE_ENGINE names Spark, and PySpark is not installed.",
        field="HEARTLINE_ENGINE",
        remedy="Install it: pip install 'heartline[spark]'.",
    ) from error

P = TypeVar("P")

_KEPT_VIEWS = 16
_KEPT_NAMES = 256


class SparkEngine:
    """Runs Ibis expressions on Spark; its views are its own, the Spark behind them is the whole process's."""

    name = "spark"

    def __init__(self, master: str) -> None:
        self.master = master
        self._guard = threading.RLock()
        self._connection: SparkBackend | None = None
        self._views: dict[str, int] = {}
        self._dropped: deque[str] = deque()
        self.names: dict[tuple[object, ...], list[str]] = {}

    @property
    def connection(self) -> SparkBackend:
        """The Ibis backend, the same for all threads; Spark starts when it is first asked for."""
        with self._guard:
            if self._connection is None:
                self._connection = SparkBackend().connect(session(self.master))
            return self._connection

    def files(self, name: str, files: Sequence[str], schema: pa.Schema) -> ibis.Table:
        """Give Parquet files as one table called `name`; without files, an empty table of the schema.

        A name stands for one list of files for ever.
        """
        kinds = ibis.Schema.from_pyarrow(schema)
        with self._guard:
            self._tidy()
            if name not in self._views:
                self.connection.view_of_files(name, files, kinds)
            self._views[name] = self._views.pop(name, 0) + 1  # last asked for, last in line
        return ibis.table(kinds, name=name)

    def drop(self, name: str) -> None:
        """Say that one who asked for a table by `files` needs it no longer.

        Called while memory is being tidied, at any moment and in any thread: so it only takes a note.
        """
        self._dropped.append(name)

    def _tidy(self) -> None:
        """Drop the views that nobody needs, but for those used last."""
        while self._dropped:
            self._views[self._dropped.popleft()] -= 1
        idle = [view for view, users in self._views.items() if users == 0]
        for view in idle[:-_KEPT_VIEWS]:
            self.connection.unneeded.append(view)
            del self._views[view]

    def memory(self, table: pa.Table) -> ibis.Table:
        """Give an Arrow table as an expression."""
        return ibis.memtable(table)

    def execute(self, expression: ibis.Expr) -> pa.Table:
        """Run an expression."""
        with told():
            return self.connection.to_pyarrow(expression)

    def fold(self, snapshot: Snapshot, kernel: Kernel[P], per: str, selection: Selection | None = None) -> P:
        """Answer a kernel over a snapshot's rows, in Spark's tasks; the driver sees answers only."""
        from .spark_fold import fold

        with told():
            return fold(self, snapshot, kernel, per, selection)

    def remember(self, names: dict[tuple[object, ...], list[str]]) -> None:
        """Keep the names of coded columns for the next question about the same version; the oldest go."""
        with self._guard:
            self.names = dict([*self.names.items(), *names.items()][-_KEPT_NAMES:])
