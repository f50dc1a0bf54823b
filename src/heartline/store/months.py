"""Interactions written as they arrive: one Parquet file a month, each batch cut by month in Arrow.

DuckDB's partitioned COPY shuffles every column by partition first: for the same rows it took three to four times the
processor time. Few rows are held: a month is written once it has a row group's worth, and the fullest one when
all together hold too many. Writing runs in a thread beside whoever makes the rows, at most a few row groups behind:
Parquet's encoding leaves Python free, and takes about a fifth of an import's time.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import TracebackType

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from heartline.core.errors import InvalidInput

from .log import DataFile
from .table import Table

ROW_GROUP = 122_880
HELD = 4 * ROW_GROUP
BEHIND = 2
"""Row groups that may wait to be written."""
CODED_WHERE_FEW = ("ref", "unit", "product", "event", "action")
RANDOM = ("id", "identifier", "customer", "text", "properties", "received_at")
"""Columns in which the least and the greatest value help nobody to skip a file."""
LATER = 0x5EA1_ED0F_2EA1_0C8A
"""Stands for the version of rows that are written before it is known; see `stamping`."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Times = npt.NDArray[np.int64]


class MonthFiles:
    """Writes batches of interactions into month folders of a table; a block that fails removes what it wrote.

    Parameters
    ----------
    landed
        The version that they land in; `LATER` where it is to be stamped into the files.
    """

    def __init__(self, table: Table, landed: int) -> None:
        self._table = table
        self._landed = landed
        self._name = table.new_name()
        self._months: dict[str, _Month] = {}
        self._pen = ThreadPoolExecutor(1, "months")
        self._writing: deque[Future[None]] = deque()

    def __enter__(self) -> MonthFiles:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pen.shutdown(wait=True, cancel_futures=True)
        if kind is not None:
            for month in self._months.values():
                month.remove()

    def add(self, batch: pa.RecordBatch) -> None:
        """Add rows in the lake's schema; columns of few values may be dictionaries."""
        if not batch.num_rows:
            return
        if batch["occurred_at"].null_count:
            raise InvalidInput(
                "no_time",
                "Some rows do not say when they happened.",
                field="occurred_at",
                remedy="Give each a time, or a period for all.",
            )
        at = batch.schema.get_field_index("landed")
        landed = pa.array(np.full(batch.num_rows, self._landed))
        batch = batch.set_column(at, pa.field("landed", pa.int64()), landed)
        times = batch["occurred_at"].cast(pa.int64()).to_numpy()
        number = times.view("datetime64[us]").astype("datetime64[M]").view(np.int64)
        if (number[1:] < number[:-1]).any():
            order = np.argsort(number, kind="stable")
            batch, times, number = batch.take(pa.array(order)), times[order], number[order]
        starts = [0, *(np.flatnonzero(number[1:] != number[:-1]) + 1).tolist()]
        for start, end in zip(starts, [*starts[1:], len(number)], strict=True):
            month = str(np.datetime64(int(number[start]), "M"))
            if month not in self._months:
                self._months[month] = _Month(self._table, month, self._name, later=self._landed == LATER)
            self._months[month].hold(batch.slice(start, end - start), times[start:end])
            if self._months[month].held >= ROW_GROUP:
                self._write(self._months[month])
        while sum(month.held for month in self._months.values()) > HELD:
            self._write(max(self._months.values(), key=lambda month: month.held))

    def close(self) -> list[DataFile]:
        """Write what is still held; give the files, ready for the log."""
        for month in self._months.values():
            self._write(month)
        self._wait(0)
        return [month.close(self._landed) for month in self._months.values()]

    def _write(self, month: _Month) -> None:
        rows = month.taken()
        if rows is not None:
            self._writing.append(self._pen.submit(month.write, rows))
            self._wait(BEHIND)

    def _wait(self, behind: int) -> None:
        while len(self._writing) > behind:
            self._writing.popleft().result()


class _Month:
    """The file of one month under way."""

    def __init__(self, table: Table, month: str, name: str, *, later: bool) -> None:
        self.month = month
        self.later = later
        self.path = f"month={month}/{name}"
        self.file = table.folder / self.path
        self.held = 0
        self._batches: list[pa.RecordBatch] = []
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0
        self._ends: list[int] = []

    def hold(self, batch: pa.RecordBatch, times: Times) -> None:
        """Take rows."""
        self._batches.append(batch)
        self._ends += [int(times.min()), int(times.max())]
        self.held += batch.num_rows

    def taken(self) -> pa.Table | None:
        """Give the rows held, to be written, and hold none any more; None without any."""
        if not self.held:
            return None
        rows = pa.Table.from_batches(self._batches)
        self._batches, self.held = [], 0
        return rows

    def write(self, rows: pa.Table) -> None:
        """Write rows."""
        if self._writer is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pq.ParquetWriter(
                self.file,
                rows.schema,
                compression=_packing(rows.schema, later=self.later),
                use_dictionary=[*_few(rows.schema), *(["landed"] if self.later else [])],
                write_statistics=[
                    name for name in rows.schema.names if name not in RANDOM and not (self.later and name == "landed")
                ],
                store_schema=False,
                store_decimal_as_integer=True,
            )
        self._writer.write_table(rows, row_group_size=2 * ROW_GROUP)
        self._rows += rows.num_rows

    def close(self, landed: int) -> DataFile:
        """Finish the file."""
        assert self._writer
        self._writer.close()
        first, last = (_EPOCH + timedelta(microseconds=end) for end in (min(self._ends), max(self._ends)))
        size = self.file.stat().st_size
        return DataFile(self.path, self._rows, {"month": self.month}, size, (landed, landed), (first, last))

    def remove(self) -> None:
        """Give the file up."""
        if self._writer is not None:
            with contextlib.suppress(OSError):  # it may be the full disk that made us give up
                self._writer.close()
            self.file.unlink(missing_ok=True)


def _few(schema: pa.Schema) -> list[str]:
    """Name the columns whose values repeat so much that a dictionary in the file pays."""
    return [field.name for field in schema if pa.types.is_dictionary(field.type) or field.name in CODED_WHERE_FEW]


def _packing(schema: pa.Schema, *, later: bool) -> str | dict[str, str]:
    """Say how columns are packed: what is stamped later lies open."""
    if not later:
        return "zstd"
    leaves = {f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name for field in schema}
    return {**dict.fromkeys(leaves, "zstd"), "landed": "none"}


def write(batches: Iterable[pa.RecordBatch], table: Table, landed: int) -> list[DataFile]:
    """Write batches with the version they land in, or `LATER`; give the files, ready for the log."""
    with MonthFiles(table, landed) as files:
        for batch in batches:
            files.add(batch)
        return files.close()
