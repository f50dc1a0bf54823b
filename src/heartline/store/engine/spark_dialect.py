"""What Ibis' PySpark backend says differently from its DuckDB backend, mended in one place.

Verbs are written once; where the same expression would answer otherwise on Spark, the difference ends here.
"""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.operations as ops
import pyarrow as pa
from ibis.backends.pyspark import Backend
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.backends.sql.compilers.base import SQLGlotCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

_ = ibis.pyspark  # naming it registers the backend's options, without which the compiler fails


class SparkCompiler(PySparkCompiler):  # type: ignore[misc]  # Ibis builds its classes at run time
    """Spark's SQL, with DuckDB's answers."""

    __slots__ = ()

    rewrites = SQLGlotCompiler.rewrites  # without Ibis' own OFFSET, which numbers rows in no order; Spark has one

    def visit_CountStar(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: N802  (Ibis finds it by this name)
        """Count nothing as 0, where Ibis' sum over no rows gives null."""
        return super().visit_CountStar(op, arg=arg, where=None) if where is None else self.f.count_if(where)

    def visit_IsNull(self, op: Any, *, arg: Any) -> Any:  # noqa: N802
        """Take NaN for a number, as DuckDB does."""
        return SQLGlotCompiler.visit_IsNull(self, op, arg=arg)

    def visit_NotNull(self, op: Any, *, arg: Any) -> Any:  # noqa: N802
        """Take NaN for a number, as DuckDB does."""
        return SQLGlotCompiler.visit_NotNull(self, op, arg=arg)


class SparkBackend(Backend):  # type: ignore[misc]
    """Ibis' backend, taking and giving Arrow instead of pandas, which cannot hold an integer that is null."""

    compiler = SparkCompiler()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.unneeded: deque[str] = deque()

    def view_of_files(self, name: str, files: Sequence[str], schema: ibis.Schema) -> None:
        """Make a view of Parquet files: exactly these, each path as it is written, columns by the schema."""
        spark_schema = PySparkSchema.from_ibis(schema)
        if files:
            reader = self._session.read.schema(spark_schema)
            reader = reader.option("__globPaths__", "false").option("recursiveFileLookup", "true")
            frame = reader.parquet(*(f"file://{file}" if file.startswith("/") else file for file in files))
        else:
            frame = self._session.createDataFrame([], spark_schema)
        frame.createOrReplaceTempView(name)

    def frame(self, expression: ibis.Expr) -> Any:
        """Give an expression as a Spark DataFrame; views that nobody needs are dropped meanwhile."""
        while self.unneeded:
            self._session.catalog.dropTempView(self.unneeded.popleft())
        self._run_pre_execute_hooks(expression)
        return self._session.sql(self.compile(expression.as_table()))

    def to_pyarrow(self, expr: ibis.Expr, /, **_: Any) -> pa.Table:
        """Run an expression and bring its answer here as Arrow, in the expression's types."""
        wanted = expr.as_table().schema().to_pyarrow()
        table = self.frame(expr).toArrow().rename_columns(wanted.names)
        return expr.__pyarrow_result__(
            pa.table([table[name].cast(wanted.field(name).type) for name in wanted.names], schema=wanted)
        )

    def _register_in_memory_table(self, op: ops.InMemoryTable) -> None:
        schema = PySparkSchema.from_ibis(op.schema)
        self._session.createDataFrame(op.data.to_pyarrow(op.schema), schema).createOrReplaceTempView(op.name)
        weakref.finalize(op, self.unneeded.append, op.name).atexit = False
