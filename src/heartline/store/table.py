"""One Delta table of the lake: files are flushed before the log names them, and the log before anybody is told."""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, Transaction
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction

from .disk import flush
from .log import DataFile, State, read_state, read_step
from .steps import step

CHECKPOINT_EVERY = 50
_KEPT_STATES = 4


@dataclass(frozen=True)
class Commit:
    """What a log entry changes: files that come, files that go, an application's batch, and a note to ourselves.

    `erases`: rows go with the files that go; else the files that come hold them all.
    """

    add: list[DataFile] = field(default_factory=list)
    remove: list[DataFile] = field(default_factory=list)
    batch: tuple[str, int] | None = None
    note: dict[str, Any] = field(default_factory=dict)
    erases: bool = False


class Table:
    """A Delta table in a folder, partitioned by `partition_by`; safe to share between threads."""

    def __init__(self, folder: Path, schema: pa.Schema, partition_by: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.partition_by = partition_by
        self.rows_schema = schema
        self.schema = pa.schema([*schema, *(pa.field(name, pa.string()) for name in partition_by)])
        self._states: dict[int, State] = {}
        self._handle: DeltaTable | None = None
        self._guard = threading.Lock()

    @property
    def log(self) -> Path:
        """The folder of the table's log."""
        return self.folder / "_delta_log"

    def create(self) -> None:
        """Make the empty table if it is not there."""
        if not DeltaTable.is_deltatable(str(self.folder)):
            DeltaTable.create(
                self.folder,
                schema=self.schema,
                partition_by=list(self.partition_by),
                configuration={"delta.logRetentionDuration": "interval 1 days"},
            )
            flush([self.log / f"{0:020d}.json"], below=self.folder.parent)

    def open(self, version: int | None = None) -> DeltaTable:
        """Open the table as of a Delta version, by default the newest."""
        return DeltaTable(self.folder, version=version)

    def state(self, version: int) -> State:
        """Give the files of a Delta version: read once, then kept up by the log entries that came since."""
        with self._guard:
            known = self._states.get(version)
            if known is None:
                known = self._stepped(version) or read_state(self.folder, version, self.partition_by)
                self._states[version] = known
                while len(self._states) > _KEPT_STATES:
                    del self._states[min(self._states)]
            return known

    def _stepped(self, version: int) -> State | None:
        """Bring the newest state that is kept up to a version, if that is a few plain log entries away."""
        before = max((kept for kept in self._states if kept < version), default=None)
        if before is None or version - before > CHECKPOINT_EVERY:
            return None
        state: State | None = self._states[before]
        for number in range(before + 1, version + 1):
            if state is not None:
                state = read_step(state, self.log / f"{number:020d}.json")
        return state

    def forget(self) -> None:
        """Drop what is kept in memory: log entries were taken back, or the folder was replaced."""
        with self._guard:
            self._states.clear()
            self._handle = None

    def files(self, version: int) -> list[str]:
        """Give the absolute paths of the data files of a Delta version."""
        return self.paths(self.state(version).files)

    def paths(self, files: Iterable[DataFile]) -> list[str]:
        """Give the absolute paths of data files."""
        return [str(self.folder / file.path) for file in files]

    def label(self, files: Iterable[DataFile]) -> str:
        """Give a name for a set of files, the same for the same files: engines call their view of them so."""
        names = "\n".join(file.path for file in files)
        return f"{self.folder.name}_{hashlib.blake2b(names.encode(), digest_size=8).hexdigest()}"

    def new_name(self) -> str:
        """Give a file name that no other writer will choose."""
        return f"part-{uuid.uuid4().hex}.parquet"

    def commit(self, change: Commit, *, after: int) -> int:
        """Write one atomic log entry about files that are flushed already, and flush it; under the write lock.

        Parameters
        ----------
        after
            The Delta version that is published.

        Returns
        -------
        The new Delta version.
        """
        known = self._at(after)
        transactions = [Transaction(*change.batch)] if change.batch else None
        known.create_write_transaction(
            [*self._adds(change), *self._removes(change)],
            mode="append",
            schema=self.schema,
            partition_by=list(self.partition_by),
            commit_properties=CommitProperties(custom_metadata=change.note or None, app_transactions=transactions),
            post_commithook_properties=PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False),
        )
        step(f"{self.folder.name}: logged")
        known.update_incremental()
        self._handle = known
        flush([self.log / f"{known.version():020d}.json"])
        return known.version()

    def _at(self, version: int) -> DeltaTable:
        """Give a handle of a Delta version: the one last written with, brought up to date, else a new one."""
        known, self._handle = self._handle, None
        try:
            if known is not None and known.version() < version:
                known.update_incremental()
            return known if known is not None and known.version() == version else self.open(version)
        except DeltaError:
            if not self._drop_torn_checkpoints():
                raise
            return self.open(version)

    def _drop_torn_checkpoints(self) -> int:
        """Remove summaries of the log that a power cut left unreadable, and the hint to them; give how many."""
        torn = [path for path in self.log.glob("*.checkpoint.parquet") if not _readable(path)]
        for path in [*torn, self.log / "_last_checkpoint"]:
            path.unlink(missing_ok=True)
        flush([self.log])
        return len(torn)

    def batch_number(self, app: str, version: int) -> int:
        """Give the number of the last batch that an application had appended by a Delta version; −1 for none."""
        state = self.state(version)
        if app not in state.batches:
            stored = self.open(version).transaction_version(app)
            state.batches[app] = -1 if stored is None else stored
        return state.batches[app]

    def checkpoint(self, version: int) -> None:
        """Sum up the log as of a published Delta version, so that opening stays fast; flush the summary.

        Who writes next opens the table anew, from the summary. A handle that goes along takes longer with each entry:
        a batch of live events took 45 ms of processor at first, and 190 after 240 of them.
        """
        self.open(version).create_checkpoint()
        self._handle = None
        flush([self.log / f"{version:020d}.checkpoint.parquet", self.log / "_last_checkpoint"])

    def flush_files(self, files: Iterable[DataFile]) -> None:
        """Flush data files, then the folders that hold them, up to the table's own."""
        flush((self.folder / file.path for file in files), below=self.folder)

    def _adds(self, change: Commit) -> list[AddAction]:
        now = int(time.time() * 1000)
        fresh = change.erases or not change.remove
        return [
            AddAction(file.path, file.size, file.partition, now, fresh, _stats(file).decode()) for file in change.add
        ]

    def _removes(self, change: Commit) -> list[RemoveAction]:
        now = int(time.time() * 1000)
        return [RemoveAction(file.path, change.erases, now, file.size, dict(file.partition)) for file in change.remove]


def _readable(path: Path) -> bool:
    try:
        return bool(pq.read_metadata(path).num_rows >= 0)
    except (OSError, pa.ArrowException):
        return False


def _stats(file: DataFile) -> bytes:
    """Write a file's statistics as the Delta protocol has them: whole milliseconds that enclose the true times."""
    low: dict[str, Any] = {"landed": file.landed[0]}
    high: dict[str, Any] = {"landed": file.landed[1]}
    if file.occurred:
        low["occurred_at"] = _millis(file.occurred[0])
        high["occurred_at"] = _millis(file.occurred[1] + timedelta(microseconds=999))
    return msgspec.json.encode({"numRecords": file.rows, "minValues": low, "maxValues": high})


def _millis(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
