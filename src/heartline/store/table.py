"""One Delta table of the lake: files are flushed before the log names them, and the log before anybody is told."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction
from deltalake.transaction import AddAction

from .disk import flush


@dataclass(frozen=True)
class Written:
    """A Parquet file that waits to be named by the log: path relative to the table, rows and partition."""

    path: str
    rows: int
    partition: dict[str, str]


class Table:
    """A Delta table in a folder, partitioned by `partition_by`."""

    def __init__(self, folder: Path, schema: pa.Schema, partition_by: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.partition_by = partition_by
        self.schema = pa.schema([*schema, *(pa.field(name, pa.string()) for name in partition_by)])

    def create(self) -> None:
        """Make the empty table if it is not there."""
        if not DeltaTable.is_deltatable(str(self.folder)):
            DeltaTable.create(self.folder, schema=self.schema, partition_by=list(self.partition_by))
            self.flush_log(-1)

    def open(self, version: int | None = None) -> DeltaTable:
        """Open the table as of a Delta version, by default the newest."""
        return DeltaTable(self.folder, version=version)

    def files(self, version: int | None = None) -> list[str]:
        """Give the absolute paths of the data files of a Delta version."""
        return self.open(version).file_uris()

    def new_name(self) -> str:
        """Give a file name that no other writer will choose."""
        return f"part-{uuid.uuid4().hex}.parquet"

    def append(self, files: list[Written], *, batch: tuple[str, int] | None = None) -> int:
        """Name flushed files in the log, in one atomic commit, and flush the log.

        Parameters
        ----------
        batch
            An application's name and its batch number, stored with the commit: see `batch_number`.

        Returns
        -------
        The new Delta version.
        """
        flush(self.folder / file.path for file in files)
        actions = [self._action(file) for file in files]
        known = self.open()
        transactions = [Transaction(*batch)] if batch else None
        known.create_write_transaction(
            actions,
            mode="append",
            schema=self.schema,
            partition_by=list(self.partition_by),
            commit_properties=CommitProperties(app_transactions=transactions),
        )
        before = known.version()
        known.update_incremental()
        self.flush_log(before)
        return known.version()

    def batch_number(self, app: str) -> int:
        """Give the number of the last batch that an application has appended; −1 before the first."""
        stored = self.open().transaction_version(app)
        return -1 if stored is None else stored

    def flush_log(self, after: int) -> None:
        """Flush every log file newer than a Delta version, and the log's folder."""
        log = self.folder / "_delta_log"
        flush(path for path in log.iterdir() if path.name[:20].isdigit() and int(path.name[:20]) > after)

    def _action(self, file: Written) -> AddAction:
        path = self.folder / file.path
        stats: dict[str, Any] = {"numRecords": file.rows}
        return AddAction(
            file.path,
            path.stat().st_size,
            file.partition,
            int(time.time() * 1000),
            True,
            msgspec.json.encode(stats).decode(),
        )
