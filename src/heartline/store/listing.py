"""The rows behind a number, a page at a time: held in memory, or left in the engine until they are wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from .snapshot import Snapshot


@dataclass(frozen=True)
class Order:
    """A column to sort by; unknown values come last, and ties go by the other columns given."""

    column: str
    newest_first: bool = False
    ties: tuple[str, ...] = ()


@dataclass(frozen=True)
class Listed:
    """Rows that stay in the engine: an Ibis table with the snapshot that keeps its files in sight."""

    snapshot: Snapshot
    table: ibis.Table

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.table.columns)

    def values(self) -> pa.Table:
        """Give `value` (and `group`) of every row; only their counts leave the engine."""
        names = [name for name in ("value", "group") if name in self.columns]
        counted = self.snapshot.execute(self.table.group_by(names).aggregate(times=self.table.count()))
        places = np.repeat(np.arange(counted.num_rows), counted["times"].to_numpy())
        return counted.select(names).take(pa.array(places))

    def page(self, order: Order | None, limit: int | None, offset: int) -> pa.Table:
        """Give some of the rows in order."""
        table = self.table
        if order is not None:
            first = table[order.column]
            keys: list[Any] = [first.isnull(), first.desc() if order.newest_first else first]
            table = table.order_by([*keys, *order.ties])
        return self.snapshot.execute(table.limit(limit, offset=offset) if limit is not None or offset else table)


@dataclass(frozen=True)
class Held:
    """Rows that are in memory already."""

    table: pa.Table

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.table.column_names)

    def values(self) -> pa.Table:
        """Give `value` (and `group`, and `weight`) of every row."""
        return self.table.select([name for name in ("value", "group", "weight") if name in self.columns])

    def page(self, order: Order | None, limit: int | None, offset: int) -> pa.Table:
        """Give some of the rows in order."""
        table = self.table
        if order is not None:
            direction = "descending" if order.newest_first else "ascending"
            ties = [(name, "ascending") for name in order.ties if name != order.column]
            table = table.sort_by([(order.column, direction), *ties])
        return table.slice(offset, limit)


def listing(rows: Any) -> Listed | Held:
    """Give the rows of an evidence as a listing."""
    return rows if isinstance(rows, Listed) else Held(rows)
