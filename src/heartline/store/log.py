"""What a table's log says: which files a Delta version has, and what is known of each without opening it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from heartline.core.errors import InvalidInput, Unavailable


@dataclass(frozen=True)
class DataFile:
    """A Parquet file of a table: path relative to it, rows, partition, bytes, ends of `landed` and time."""

    path: str
    rows: int
    partition: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    landed: tuple[int, int] = (0, 0)
    occurred: tuple[datetime, datetime] | None = None


@dataclass(frozen=True)
class State:
    """The files of a table at one Delta version, by path."""

    version: int
    by_path: Mapping[str, DataFile]
    batches: dict[str, int] = field(default_factory=dict)
    """Numbers of the last batches, of those applications that are known here."""

    @cached_property
    def files(self) -> tuple[DataFile, ...]:
        """The files, oldest landed first."""
        return tuple(sorted(self.by_path.values(), key=lambda file: (file.landed, file.path)))


def read_state(folder: Path, version: int, partition_by: Iterable[str]) -> State:
    """Read a Delta version from its log.

    Raises
    ------
    InvalidInput
        `deletion_vectors` when some other program has deleted rows in a way that a list of files does not tell.
    """
    try:
        table = DeltaTable(folder, version=version)
    except (DeltaError, OSError):  # a summary that a power cut left torn; the entries themselves were flushed
        return _from_entries(folder, version)
    if "deletionVectors" in (table.protocol().reader_features or []):
        raise _deletion_vectors(folder)
    rows = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    names = list(partition_by)
    files = (
        DataFile(
            row["path"],
            row["num_records"],
            {name: row[f"partition.{name}"] for name in names},
            row["size_bytes"],
            (row["min.landed"], row["max.landed"]),
            (row["min.occurred_at"], row["max.occurred_at"]) if row.get("min.occurred_at") else None,
        )
        for row in rows
    )
    return State(version, {file.path: file for file in files})


def _from_entries(folder: Path, version: int) -> State:
    """Read a Delta version from its log entries alone."""
    state = State(-1, {})
    for number in range(version + 1):
        actions = read_entry(folder / "_delta_log" / f"{number:020d}.json")
        if actions is None:
            raise Unavailable(
                "broken_log",
                f"The log of {folder} cannot be read (entry {number}).",
                field="data",
                remedy="Restore the data folder from a backup.",
            )
        state = _after(state, actions, folder)
    return state


def read_step(before: State, path: Path) -> State | None:
    """Give the state after one more log entry; None where only the whole log tells."""
    actions = read_entry(path)
    if actions is None or any("metaData" in action or "protocol" in action for action in actions):
        return None
    return _after(before, actions, path.parent.parent)


def _after(before: State, actions: list[dict[str, Any]], folder: Path) -> State:
    files = dict(before.by_path)
    batches = dict(before.batches)
    for action in actions:
        if "deletionVectors" in (action.get("protocol", {}).get("readerFeatures") or []):
            raise _deletion_vectors(folder)
        if "txn" in action:
            batches[action["txn"]["appId"]] = action["txn"]["version"]
        if "remove" in action:
            files.pop(unquote(action["remove"]["path"]), None)
    for file in added(actions, folder):
        files[file.path] = file
    return State(before.version + 1, files, batches)


def read_entry(path: Path) -> list[dict[str, Any]] | None:
    """Read a log entry's actions; None when it is not there or not whole."""
    try:
        lines = path.read_bytes().splitlines()
        actions = [msgspec.json.decode(line, type=dict[str, Any]) for line in lines if line]
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return actions or None


def added(actions: list[dict[str, Any]], folder: Path) -> list[DataFile]:
    """Give the files that a log entry adds."""
    return [_file(action["add"], folder) for action in actions if "add" in action]


def _file(add: dict[str, Any], folder: Path) -> DataFile:
    if add.get("deletionVector"):
        raise _deletion_vectors(folder)
    stats = msgspec.json.decode(add["stats"])
    low, high = stats["minValues"], stats["maxValues"]
    occurred = (_moment(low["occurred_at"]), _moment(high["occurred_at"])) if "occurred_at" in low else None
    return DataFile(
        unquote(add["path"]),
        stats["numRecords"],
        add["partitionValues"],
        add["size"],
        (low["landed"], high["landed"]),
        occurred,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _deletion_vectors(folder: Path) -> InvalidInput:
    return InvalidInput(
        "deletion_vectors",
        f"Some other program has deleted rows of {folder.name} in place.",
        field="data",
        remedy="Turn deletion vectors off for this table and rewrite it (REORG TABLE … APPLY (PURGE)).",
    )
