"""Compaction: a month's files become one sorted file, later knowledge is folded in, what nobody reads is removed.

It changes no answer. Rows keep their `landed`, overrides and merges keep theirs, and a snapshot of any version shows
what it showed before (see `overrides` for the folded mark). Files are rewritten beside running writers; only naming
them in the log takes the write lock, for some milliseconds.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from heartline.core.errors import Conflict

from .disk import locked, troubles
from .engine.duck import DuckEngine
from .engine.rewrite import Rewriter
from .log import DataFile
from .manifest import Entry
from .overrides import with_customers, with_overrides
from .recovery import note, recover, unsettled
from .schema import INTERACTIONS
from .snapshot import Snapshot
from .steps import step
from .table import CHECKPOINT_EVERY, Commit

if TYPE_CHECKING:
    from .lake import Lake

ORDER = ("customer", "occurred_at", "seq", "id")
FILE_BYTES = 512 * 2**20
ENOUGH_FILES = 8
ENOUGH_ROWS = 100_000
SMALL_BYTES = 64 * 2**20
KEPT_S = 3600
"""Files that no version needs any more stay an hour, for questions that are running."""
LOOK_AGAIN_S = 0.02


@dataclass(frozen=True)
class Compacted:
    """What a compaction did: months rewritten, data files before and after, the folded mark, old files removed."""

    months: int
    files_before: int
    files_after: int
    folded: int
    removed: int


def compact(lake: Lake, *, force: bool = False) -> Compacted:
    """Rewrite the months that have gathered many small files, fold in later knowledge, remove old files.

    Parameters
    ----------
    force
        Rewrite every month that is not one sorted file (up to 512 MB each), and fold whatever there is to fold.

    Raises
    ------
    Conflict
        `busy` while another process compacts.
    """
    with troubles(), locked(lake.folder / "lake" / "compact.lock", wait=False):
        _finish_what_a_crash_left(lake)
        before = _count(lake)
        months = Compaction(lake, force=force).run()
        for name in ("definitions", "identities", "refusals", "customers", "overrides"):
            _gather(lake, name, 2 if force else ENOUGH_FILES)
        return Compacted(months, before, _count(lake), lake.manifest.newest().folded, remove_old(lake))


def _finish_what_a_crash_left(lake: Lake) -> None:
    """Settle what a compaction that was killed had begun, lest we replace files that it has replaced.

    Whoever is first does it, we or a writer: a writer settles it when it begins, and may be killed before.
    """
    while unsettled(lake):
        try:
            with locked(lake.folder / "lake" / "write.lock", wait=False):
                recover(lake)
        except Conflict as busy:
            if busy.code != "busy":
                raise
            time.sleep(LOOK_AGAIN_S)


class Compaction:
    """One run over the interactions, from the state that was newest when it began."""

    def __init__(self, lake: Lake, *, force: bool) -> None:
        self.lake = lake
        self.force = force
        self.snapshot = Snapshot(lake, *_newest(lake))
        self.by_month: dict[str, list[DataFile]] = {}
        for file in self.snapshot.files("interactions"):
            self.by_month.setdefault(file.partition["month"], []).append(file)
        self.names, self.overrides = self.snapshot.override_files(tuple(INTERACTIONS.names))
        self.people = self.snapshot.change_files("customers")

    @cached_property
    def engine(self) -> DuckEngine:
        """An engine of its own, so that its memory is given back."""
        return DuckEngine(self.lake.folder / "cache" / "spill")

    def run(self) -> int:
        """Rewrite what needs it; give how many months that were."""
        months = [month for month, files in self.by_month.items() if self._needs(files)]
        if self._folds():
            months = sorted({*months, *self._concerned()})
            self._publish(months, [self._rewrite(month) for month in months], folded=self.snapshot.version)
        else:
            self.overrides, self.people = [], []
            for month in months:
                self._publish([month], [self._rewrite(month)])
        return len(months)

    def _needs(self, files: Sequence[DataFile]) -> bool:
        """Tell whether a month is worth rewriting: unsorted files that are many, or large beside the sorted ones."""
        unsorted = [file for file in files if not _is_sorted(file)]
        if not unsorted or self.force:
            return bool(unsorted)
        many = len(unsorted) >= ENOUGH_FILES or sum(file.rows for file in unsorted) >= ENOUGH_ROWS
        sizes = [sum(file.size for file in group) for group in (unsorted, files)]
        return len(unsorted) >= 8 * ENOUGH_FILES or (many and 5 * sizes[0] >= sizes[1])

    def _folds(self) -> bool:
        """Tell whether it is time to fold: each question about a changed column pays for a join until then."""
        changes = [*self.overrides, *self.people]
        rows = sum(file.rows for file in changes)
        return bool(changes) and (self.force or len(changes) >= ENOUGH_FILES or rows >= ENOUGH_ROWS)

    def _concerned(self) -> set[str]:
        """Give the months with rows that overrides or merges change."""
        rows = self._table("interactions", self.snapshot.files("interactions"))
        found: set[str] = set()
        for name, files, key in (("overrides", self.overrides, "id"), ("customers", self.people, "identifier")):
            if files:
                changed = rows.semi_join(self._table(name, files), key)
                months = changed.select(month=changed.occurred_at.strftime("%Y-%m")).distinct()
                found |= set(self.engine.execute(months)["month"].to_pylist())
        return found

    def _rewrite(self, month: str) -> list[DataFile]:
        """Write a month anew: sorted, with what is to be folded folded in."""
        files = self._rewriter.write(self.lake.interactions, self.by_month[month], month)
        step("compact: month written")
        return files

    @cached_property
    def _rewriter(self) -> Rewriter:
        return Rewriter(self.engine, self._folded, ORDER, FILE_BYTES)

    def _folded(self, rows: ibis.Table) -> ibis.Table:
        """Write into rows what is to be folded."""
        version, folded = self.snapshot.version, self.snapshot.newest.folded
        if self.overrides:
            rows = with_overrides(rows, self._table("overrides", self.overrides), self.names, version, folded)
        if self.people:
            rows = with_customers(rows, self._table("customers", self.people), version, folded)
        return rows.select(*INTERACTIONS.names)

    def _publish(self, months: list[str], files: list[list[DataFile]], *, folded: int | None = None) -> None:
        old = [file for month in months for file in self.by_month[month]]
        replace(self.lake, "interactions", old, [file for group in files for file in group], folded=folded)

    def _table(self, name: str, files: Sequence[DataFile]) -> ibis.Table:
        table = self.lake.tables[name]
        return self.engine.files(table.label(files), table.paths(files), table.rows_schema)


def replace(
    lake: Lake, name: str, old: Sequence[DataFile], new: Sequence[DataFile], *, folded: int | None = None
) -> None:
    """Let new files take the place of old ones with the same rows, and publish that, under the version there is.

    Raises
    ------
    Conflict
        `changed_meanwhile` when an old file is no longer part of the lake.
    """
    table = lake.tables[name]
    if sum(file.rows for file in old) != sum(file.rows for file in new):
        raise AssertionError(f"compaction of {name} would change the number of rows")
    table.flush_files(new)
    step("compact: files flushed")
    with locked(lake.folder / "lake" / "write.lock"):
        recover(lake)
        newest = lake.manifest.newest()
        delta = newest.tables.get(name, 0)
        if any(file.path not in table.state(delta).by_path for file in old):
            raise Conflict("changed_meanwhile", f"{name} was changed while it was compacted.", remedy="Try again.")
        entry = Entry(newest.version, newest.time, {}, "compact", newest.folded if folded is None else folded)
        state = dict(newest.tables)
        if new:
            for file in old:  # from now on counts the hour that they stay
                os.utime(table.folder / file.path)
            change = Commit(list(new), list(old), note=note(entry, [name]))
            state[name] = table.commit(change, after=delta)
            step("compact: log flushed")
        lake.manifest.add(msgspec.structs.replace(entry, tables=state))
        step("compact: published")
        if new and state[name] % CHECKPOINT_EVERY == 0:
            table.checkpoint(state[name])


def _gather(lake: Lake, name: str, enough: int) -> None:
    """Make one file of a small table's small files, of each partition and each side of the folded mark."""
    newest = lake.manifest.newest()
    table = lake.tables[name]
    groups: dict[tuple[object, ...], list[DataFile]] = {}
    for file in table.state(newest.tables[name]).files if name in newest.tables else ():
        if file.size < SMALL_BYTES:
            key = (*sorted(file.partition.items()), file.landed[1] <= newest.folded)
            groups.setdefault(key, []).append(file)
    for files in groups.values():
        if len(files) >= enough:
            replace(lake, name, files, [_gathered(lake, name, files)])


def _gathered(lake: Lake, name: str, files: list[DataFile]) -> DataFile:
    table = lake.tables[name]
    rows = pa.concat_tables([pq.read_table(table.folder / file.path, partitioning=None) for file in files])
    folder = "".join(f"{key}={value}/" for key, value in files[0].partition.items())
    path = folder + table.new_name()
    pq.write_table(rows.sort_by("landed"), table.folder / path, compression="zstd")
    landed = (min(file.landed[0] for file in files), max(file.landed[1] for file in files))
    step("compact: small table written")
    return DataFile(path, rows.num_rows, files[0].partition, (table.folder / path).stat().st_size, landed)


def remove_old(lake: Lake, kept_s: float = KEPT_S) -> int:
    """Remove data files that are in no published state for an hour, and log entries of yesterday; give how many files.

    A writer may be busy with files that no log names yet: while there is one, nothing is removed.
    """
    try:
        with locked(lake.folder / "lake" / "write.lock", wait=False):
            recover(lake)
            newest = lake.manifest.newest()
            _remove_spills(lake, kept_s)
            return sum(_remove_old(lake, name, newest.tables.get(name, 0), kept_s) for name in lake.tables)
    except Conflict as busy:
        if busy.code != "busy":
            raise
        return 0


def _remove_old(lake: Lake, name: str, delta: int, kept_s: float) -> int:
    table = lake.tables[name]
    needed = {str(table.folder / path) for path in table.state(delta).by_path}
    before = time.time() - kept_s
    found = [path for path in table.folder.rglob("*.parquet") if path.parent != table.log and str(path) not in needed]
    old = [path for path in found if path.stat().st_mtime < before]
    for path in old:
        path.unlink()
    table.open(delta).cleanup_metadata()
    return len(old)


def _remove_spills(lake: Lake, kept_s: float) -> None:
    """Remove what engines that were killed had spilled: folders of processes that are no more."""
    for folder in (lake.folder / "cache" / "spill").glob("*-*"):
        running = Path("/proc", folder.name.partition("-")[0]).exists()
        if not running and folder.stat().st_mtime < time.time() - kept_s:
            shutil.rmtree(folder, ignore_errors=True)


def _is_sorted(file: DataFile) -> bool:
    return file.path.rpartition("/")[2].startswith("sorted-")


def _newest(lake: Lake) -> tuple[int, datetime, Entry]:
    newest = lake.manifest.newest()
    return newest.version, newest.time, newest


def _count(lake: Lake) -> int:
    newest = lake.manifest.newest()
    return sum(len(lake.tables[name].state(delta).files) for name, delta in newest.tables.items())
