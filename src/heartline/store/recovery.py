"""After a crash: what a writer had put into the tables' logs, but not yet into the list of versions.

A version is committed table by table, and exists once its line stands in the manifest. Every log entry carries a note:
the line to come, and which tables take part. When all of them are there with whole files, the line is written now (roll
forward). Else nobody was told of the version, nobody can have read it, and its entries are taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from heartline.core.errors import Conflict

from .disk import flush
from .log import DataFile, added, read_entry
from .manifest import Entry
from .steps import step

if TYPE_CHECKING:
    from .lake import Lake
    from .table import Table

NOTE = "heartline"


def note(entry: Entry, tables: Iterable[str]) -> dict[str, Any]:
    """Give what a log entry says of the version it belongs to."""
    return {NOTE: {"entry": msgspec.to_builtins(entry), "tables": sorted(tables)}}


def recover(lake: Lake) -> str | None:
    """Bring tables and manifest together, under the write lock; tell what was done: `published`, `taken back`, None.

    Raises
    ------
    Conflict
        `foreign_entry` when another program wrote to a table.
    """
    newest = lake.manifest.newest()
    ahead = {
        name: entries for name in lake.tables if (entries := _ahead(lake.tables[name], newest.tables.get(name, 0)))
    }
    if not ahead:
        return None
    for name in ahead:
        lake.tables[name].forget()
    entry = _whole_version(lake, newest, ahead)
    if entry is not None:
        _flush_again(lake, ahead)
        step("recovery: flushed")
        lake.manifest.add(entry)
        return "published"
    for name in reversed(list(ahead)):
        _take_back(ahead[name])
        step("recovery: one table taken back")
    return "taken back"


def unsettled(lake: Lake) -> bool:
    """Tell whether a log is ahead of the list of versions: by a crash, or for the moment that a commit takes."""
    newest = lake.manifest.newest()
    return any(_ahead(lake.tables[name], newest.tables.get(name, 0)) for name in lake.tables)


def _ahead(table: Table, version: int) -> list[Path]:
    """Give the log entries above a Delta version, oldest first; in the common case that is one look."""
    if not (table.log / f"{version + 1:020d}.json").exists():
        return []
    return sorted(path for path in table.log.glob("*.json") if path.stem.isdigit() and int(path.stem) > version)


def _whole_version(lake: Lake, newest: Entry, ahead: dict[str, list[Path]]) -> Entry | None:
    """Give the version that the entries make up, when all are there and all their files are whole."""
    notes = []
    state = dict(newest.tables)
    for name, paths in ahead.items():
        table = lake.tables[name]
        actions = read_entry(paths[0])
        if actions is None:
            return None
        found = next((action["commitInfo"].get(NOTE) for action in actions if "commitInfo" in action), None)
        if found is None or len(paths) > 1:
            raise _foreign(table, paths[-1])
        if not all(whole(table.folder, file) for file in added(actions, table.folder)):
            return None
        notes.append(found)
        state[name] = int(paths[0].stem)
    if any(item != notes[0] for item in notes) or notes[0]["tables"] != sorted(ahead):
        return None
    entry = msgspec.convert(notes[0]["entry"], Entry)
    return msgspec.structs.replace(entry, tables=state)


def whole(folder: Path, file: DataFile) -> bool:
    """Tell whether a data file is as its log entry says: there, of its size, with a footer that counts its rows."""
    path = folder / file.path
    try:
        return path.stat().st_size == file.size and pq.read_metadata(path).num_rows == file.rows
    except (OSError, pa.ArrowException):
        return False


def _flush_again(lake: Lake, ahead: dict[str, list[Path]]) -> None:
    """Flush what is about to be published: whoever wrote it may have died before."""
    for name, paths in ahead.items():
        table = lake.tables[name]
        for path in paths:
            table.flush_files(added(read_entry(path) or [], table.folder))
        flush(paths)


def _take_back(paths: list[Path]) -> None:
    """Remove log entries that were never published, newest first; their files go with the next tidying."""
    for path in reversed(paths):
        path.unlink()
    flush([paths[0].parent])


def _foreign(table: Table, path: Path) -> Conflict:
    return Conflict(
        "foreign_entry",
        f"Another program wrote to {table.folder} ({path.name}).",
        field="data",
        remedy="Move that log entry away, or write through Heartline only.",
    )
