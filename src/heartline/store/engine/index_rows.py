"""The rows that a path index is made of, and their values in the order in which DuckDB reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr import operations

from heartline.core.chosen import CHOSEN
from heartline.store.kernel import PER, Array

if TYPE_CHECKING:
    from heartline.store.snapshot import Snapshot

TEXT = pa.large_string()
_BATCH = 1 << 20
_ENUM = 4096
"""Up to so many names DuckDB makes the codes itself; more are looked up batch by batch."""
_ALWAYS = ("touchpoint", "kind", "about")
_SQL = {np.float64: "DOUBLE", np.int64: "BIGINT", np.int8: "TINYINT"}
_STEP = "(touchpoint IS NOT NULL AND kind IS DISTINCT FROM 'assignment')"
"""What is a step of a path; other rows are kept only if they judge a touchpoint."""
_SAMPLE = " AND ".join(f"kind IS DISTINCT FROM '{kind}'" for kind in CHOSEN)
"""What was chosen is in no path and judges nothing there."""


@dataclass(frozen=True)
class Rows:
    """A snapshot's rows that have an owner and are a step or judge one.

    Parameters
    ----------
    since
        If given, only what landed after this version.
    """

    snapshot: Snapshot
    per: str
    since: int | None = None

    def sql(self, *columns: str) -> str:
        """Give these columns of the rows, and `owner`, as a subquery."""
        owner = PER[self.per]
        rows = self._connection.compile(self._expression(*columns))
        touchpoint = f"CASE WHEN {_STEP} THEN touchpoint END AS touchpoint"
        chosen = [
            f"{owner} AS owner",
            *(touchpoint if name == "touchpoint" else name for name in dict.fromkeys(columns)),
        ]
        where = f"{owner} IS NOT NULL AND ({_STEP} OR about IS NOT NULL) AND {_SAMPLE}"
        if self.since is not None:
            where += f" AND landed > {self.since}"
        return f"(SELECT {', '.join(chosen)} FROM ({rows}) WHERE {where})"

    def in_file_order(self, *columns: str) -> bool:
        """Tell whether these columns always come in the same order: no join stands between them and the files."""
        return self.since is None and not self._expression(*columns).op().find(operations.JoinChain)

    def read(self, sql: str) -> Iterator[pa.RecordBatch]:
        """Run a query, batch by batch."""
        yield from self._connection.con.execute(sql).to_arrow_reader(_BATCH)

    def table(self, sql: str) -> pa.Table:
        """Run a query."""
        return self._connection.con.execute(sql).to_arrow_table()

    def values(self, column: str, how: How, *, ids: bool) -> tuple[Array, pa.Array]:
        """Give a column of the rows, and if wanted the rows' ids, as they are read."""
        columns, select = [column], [how.sql(column)]
        if ids:
            columns.append("id")
            select.append("id")
        values, texts = [np.empty(0, how.kind)], [pa.array([], TEXT)]
        for batch in self.read(f"SELECT {', '.join(select)} FROM {self.sql(*columns)}"):
            values.append(how.of(batch[0]))
            if ids:
                texts.append(batch[1].cast(TEXT))
        return np.concatenate(values), pa.concat_arrays(texts)

    def names(self, column: str) -> pa.Array:
        """Give the names in a column, by alphabet."""
        distinct = f"SELECT DISTINCT {column} AS name FROM {self.sql(column)} WHERE {column} IS NOT NULL ORDER BY name"
        return self.table(distinct)["name"].combine_chunks().cast(TEXT)

    def count(self) -> int:
        """Give how many rows there are."""
        return int(self.table(f"SELECT count(*) AS n FROM {self.sql()}")["n"][0].as_py())

    def texts(self, column: str) -> pa.Array:
        """Give a column of texts."""
        batches = [batch[0].cast(TEXT) for batch in self.read(f"SELECT {column} FROM {self.sql(column)}")]
        return pa.concat_arrays([pa.array([], TEXT), *batches])

    def owners(self, salt: str) -> pa.Table:
        """Give every owner with its hash, in the order of the hashes."""
        return self.table(
            f"SELECT owner, {hashed(salt)} AS hash FROM (SELECT DISTINCT owner FROM {self.sql()}) ORDER BY hash"
        )

    def _expression(self, *columns: str) -> Any:
        landed = ("landed",) if self.since is not None else ()
        return self.snapshot.rows(*dict.fromkeys((PER[self.per], *_ALWAYS, *landed, *columns)))

    @property
    def _connection(self) -> Any:
        engine: Any = self.snapshot.lake.engine
        return engine.connection


def hashed(salt: str) -> str:
    """Give the SQL of an owner's 64-bit hash."""
    return f"hash(owner || '{salt}')" if salt else "hash(owner)"


class How(Protocol):
    """How a column becomes numbers."""

    kind: Any

    def sql(self, column: str) -> str:
        """Give the expression to read."""

    def of(self, values: pa.Array) -> Array:
        """Make numbers of what was read."""


class Number:
    """A column of numbers: `missing` (SQL) stands where there is none."""

    def __init__(self, kind: Any, missing: str) -> None:
        self.kind = kind
        self._missing = missing

    def sql(self, column: str) -> str:
        """Give the expression to read."""
        return f"coalesce({column}::{_SQL[self.kind]}, {self._missing})"

    def of(self, values: pa.Array) -> Array:
        """Make numbers of what was read."""
        return np.asarray(values, self.kind)


def code_kind(names: pa.Array) -> Any:
    """Give the smallest kind of integer for the codes of these names."""
    return np.int16 if len(names) < 1 << 15 else np.int32


def with_new_names(known: pa.Array, found: pa.Array) -> pa.Array:
    """Give the names known before, then new ones by alphabet."""
    new = found.filter(pc.invert(pc.is_in(found, value_set=known))).drop_null()
    return pa.concat_arrays([known, new.take(pc.sort_indices(new))])


class Coded:
    """How a column of these names becomes codes: DuckDB makes them of few names, we look up many."""

    def __init__(self, names: pa.Array) -> None:
        self.names = names
        self.kind: Any = code_kind(names)
        self._few = 0 < len(names) <= _ENUM

    def sql(self, column: str) -> str:
        """Give the expression to read."""
        if not self._few:
            return column
        spelt = ", ".join("'" + name.replace("'", "''") + "'" for name in self.names.to_pylist())
        return f"CAST({column} AS ENUM({spelt}))"

    def of(self, values: pa.Array) -> Array:
        """Give the codes of what was read."""
        indices = values.indices if self._few else pc.index_in(values.cast(TEXT), value_set=self.names)
        codes: Array = indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False).astype(self.kind)
        return codes
