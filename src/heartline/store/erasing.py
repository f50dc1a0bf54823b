"""Erasing people, or rows that are too old: out of all versions, out of every file, exactly once.

The files that hold such rows are written anew beside running writers, as compaction does; what landed meanwhile is
looked at under the write lock, and one version publishes all tables at once. Only then everything that still holds the
rows goes: the old files, the logs up to there (they keep statistics), kept answers, path indexes, spilled memory. A
mark stands from before the publication until that is done, so that whoever comes next finishes what a crash cut short.

All that others did stays as it was, in every version. Where a row of somebody else names one who goes, because the two
were held to be one person once, another name takes its place that means nobody (`engine.erase`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from . import vectors
from .cache import ResultCache
from .compact import FILE_BYTES, ORDER
from .disk import flush, locked, prepare_lock, troubles
from .engine.erase import Aged, Sieve
from .log import DataFile
from .manifest import ERASE, Entry
from .recovery import note, recover
from .steps import step
from .table import Commit, Table
from .writer import ORDER as COMMITTED

if TYPE_CHECKING:
    from .lake import Lake

__all__ = ["Aged", "Erased", "Gone", "clean", "erase", "expire", "finish", "preview", "unfinished"]

TABLES = tuple(name for name in COMMITTED if name != "definitions")
MARK = "erasing"
_ROUNDS = 2
"""Tries beside writers; when people are still being tied meanwhile, the last one keeps writers waiting."""

People = Callable[["Lake"], Iterable[str]]


@dataclass(frozen=True)
class Gone:
    """What was removed from one place: how many rows or files, of how many looked at."""

    removed: int
    searched: int
    counts: str = "rows"


@dataclass(frozen=True)
class Erased:
    """What an erasure did.

    Parameters
    ----------
    version
        The version that it made; None when there was nothing to erase.
    places
        What was removed, by place.
    refs
        Orders, tickets, bookings that were nobody else's: to look for elsewhere. They are kept nowhere.
    """

    version: int | None
    time: datetime
    places: dict[str, Gone] = field(default_factory=dict)
    refs: frozenset[str] = frozenset()


@troubles()
def erase(lake: Lake, people: People) -> Erased:
    """Erase people from the lake.

    Parameters
    ----------
    people
        Gives all identifiers (`kind:hex`) of those who are to go, asked again when rows landed meanwhile.

    Raises
    ------
    Unavailable, Forbidden
        `disk_full`, `no_permission`; the lake stays as it was.

    Privacy
    -------
    Removes all interactions of these identifiers, those of nobody known under a ref that is nobody else's, and every
    later knowledge about them. What it returns holds refs, and must not be kept.
    """
    return _run(lake, people, ())


@troubles()
def expire(lake: Lake, rules: Sequence[Aged], *, since: datetime | None = None) -> Erased:
    """Erase interactions that are older than they may become, from all versions; what is known of people stays.

    Parameters
    ----------
    since
        None of them is in a version before this moment, so that answers as of those are kept.
    """
    return _run(lake, None, rules, since)


def preview(lake: Lake, rules: Sequence[Aged]) -> list[int]:
    """Count how many interactions each rule would erase now."""
    table = lake.tables["interactions"]
    paths = table.files(lake.manifest.newest().tables.get("interactions", 0))
    counts = []
    for rule in rules:
        sieve = Sieve(lake.folder / "cache" / "spill")
        try:
            sieve.set_aged([rule])
            counts.append(sieve.count(paths))
        finally:
            sieve.close()
    return counts


def _run(lake: Lake, people: People | None, rules: Sequence[Aged], since: datetime | None = None) -> Erased:
    with locked(lake.folder / "lake" / "compact.lock"), locked(prepare_lock(lake.folder)):
        erasure = Erasure(lake, people, rules, since)
        try:
            return erasure.run()
        finally:
            erasure.close()


class Erasure:
    """One erasure, while compaction and imports are locked out: data files are only added meanwhile."""

    def __init__(self, lake: Lake, people: People | None, rules: Sequence[Aged], since: datetime | None = None) -> None:
        self.lake = lake
        self.since = since
        self.people = people
        self.rules = rules
        self.old: dict[str, list[DataFile]] = {}
        self.new: dict[str, list[DataFile]] = {}
        self.seen: dict[str, set[str]] = {}
        self.rows: dict[str, int] = {}
        self.names: frozenset[str] = frozenset()
        self.refs: frozenset[str] = frozenset()
        self.ids = 0
        self.state: dict[str, int] | None = None

    @cached_property
    def sieve(self) -> Sieve:
        """The engine's part of it."""
        return Sieve(self.lake.folder / "cache" / "spill")

    def close(self) -> None:
        """Give memory back, and remove what was written in vain."""
        self.sieve.close()
        self._forget()

    def run(self) -> Erased:
        """Do it."""
        for _ in range(_ROUNDS):
            self._sift()
        with locked(self.lake.folder / "lake" / "write.lock"):
            recover(self.lake)
            self._sift()
            version = self._publish()
            places = {f"lake: {name}": self._gone(name) for name in TABLES}
            places |= clean(self.lake, self.since)
        newest = self.lake.manifest.newest()
        return Erased(version, newest.time, places, self.refs)

    def _gone(self, name: str) -> Gone:
        delta = self.lake.manifest.newest().tables.get(name, 0)
        left = sum(file.rows for file in self.lake.tables[name].state(delta).files)
        return Gone(self.rows.get(name, 0), left + self.rows.get(name, 0))

    def _sift(self) -> None:
        """Write anew what holds rows that go, in the files that were not looked at yet; all, if others are to go."""
        state = self.lake.manifest.newest().tables
        if state == self.state:
            return
        files = self._files("interactions")
        paths = self.lake.tables["interactions"].paths(files)
        names = frozenset(self.people(self.lake) if self.people else ())
        refs: frozenset[str] = frozenset()
        if self.people is None:
            self.sieve.set_aged(self.rules)
        else:
            if names != self.names or not self.seen:
                self.sieve.set_people(names)
            refs = self.sieve.find_refs(paths)
        if (names, refs) != (self.names, self.refs):
            self._forget()
            self.names, self.refs = names, refs
        ids = self.sieve.gather_ids(paths)
        if ids != self.ids:
            self.seen.pop("overrides", None)
            self._forget_table("overrides")
            self.ids = ids
        for name in TABLES:
            self._sift_table(name)
        self.state = state

    def _sift_table(self, name: str) -> None:
        table = self.lake.tables[name]
        seen = self.seen.setdefault(name, set())
        fresh = [file for file in self._files(name) if file.path not in seen]
        found = self.sieve.concerned(table, fresh)
        groups: dict[tuple[tuple[str, str], ...], list[DataFile]] = {}
        for file in fresh:
            if file.path in found:
                groups.setdefault(self._group(file), []).append(file)
        for files in groups.values():
            written = self.sieve.write(table, files, ORDER if name == "interactions" else ("landed",), FILE_BYTES)
            self.old.setdefault(name, []).extend(files)
            self.new.setdefault(name, []).extend(written)
            gone = sum(found[file.path] for file in files)
            if sum(file.rows for file in files) != sum(file.rows for file in written) + gone:
                raise AssertionError(f"erasing from {name} would lose rows of others")
            self.rows[name] = self.rows.get(name, 0) + gone
            step("erase: files written")
        seen.update(file.path for file in fresh)

    def _group(self, file: DataFile) -> tuple[tuple[str, str], ...]:
        """Say what may be written into one file: a partition, and each side of the folded mark."""
        folded = file.landed[1] <= self.lake.manifest.newest().folded
        return (*sorted(file.partition.items()), ("folded", str(folded)))

    def _files(self, name: str) -> tuple[DataFile, ...]:
        delta = self.lake.manifest.newest().tables.get(name, 0)
        return self.lake.tables[name].state(delta).files

    def _publish(self) -> int | None:
        """Let the new files take the place of the old ones, in all tables at once; None where there are none."""
        known = self.lake.manifest.newest()
        if not self.old:
            return None
        mark = self.lake.folder / "lake" / MARK
        mark.touch()
        flush([mark])
        names = [name for name in COMMITTED if name in self.old]
        for name in names:
            self.lake.tables[name].flush_files(self.new[name])
        step("erase: files flushed")
        now = max(datetime.now(UTC), known.time)
        entry = Entry(known.version + 1, now, {}, ERASE, known.folded, self.rows.get("interactions", 0))
        state = dict(known.tables)
        for name in names:
            change = Commit(self.new[name], self.old[name], note=note(entry, names), erases=True)
            state[name] = self.lake.tables[name].commit(change, after=state.get(name, 0))
            step("erase: log flushed")
        self.new.clear()  # from here on they may be published, whatever happens
        self.lake.manifest.add(msgspec.structs.replace(entry, tables=state))
        step("erase: published")
        return entry.version

    def _forget(self) -> None:
        """Begin anew: remove what was written, which no log names."""
        for name in list(self.new):
            self._forget_table(name)
        self.old.clear()
        self.seen.clear()
        self.rows.clear()

    def _forget_table(self, name: str) -> None:
        table = self.lake.tables[name]
        for file in self.new.pop(name, []):
            (table.folder / file.path).unlink(missing_ok=True)
        self.old.pop(name, None)
        self.rows.pop(name, None)


def unfinished(lake: Lake) -> bool:
    """Tell whether a crash has left what an erasure was to remove."""
    return (lake.folder / "lake" / MARK).exists()


@troubles()
def finish(lake: Lake) -> bool:
    """Remove what a crash has left of an erasure; tell whether there was anything to do."""
    if not unfinished(lake):
        return False
    with (
        locked(lake.folder / "lake" / "compact.lock"),
        locked(prepare_lock(lake.folder)),
        locked(lake.folder / "lake" / "write.lock"),
    ):
        recover(lake)
        clean(lake)
    return True


def clean(lake: Lake, since: datetime | None = None) -> dict[str, Gone]:
    """Remove everything that may still hold what was erased, under both locks; then the mark goes.

    Parameters
    ----------
    since
        Answers as of versions before this moment do not hold it, and stay.
    """
    newest = lake.manifest.newest()
    old = logs = 0
    for name, table in lake.tables.items():
        delta = newest.tables.get(name, 0)
        old += _remove_files(table, delta)
        logs += _remove_log(table, delta)
    step("erase: old files removed")
    cache = lake.folder / "cache"
    kept = cache / "results"
    read = vectors.prune(lake) + _remove_all(cache / "text")  # what was learnt from texts is learnt anew
    results = _remove_all(kept) if since is None else ResultCache(kept).forget_since(since)
    indexes = _remove_indexes(cache / "index")
    spilled = _remove_spills(cache / "spill")
    step("erase: caches removed")
    (lake.folder / "lake" / MARK).unlink(missing_ok=True)
    flush([lake.folder / "lake"])
    found = {"old files": old, "log": logs, "kept answers": results, "path index": indexes, "spilled memory": spilled}
    found |= {"readings of texts": read} if read else {}
    return {name: Gone(count, count, "files") for name, count in found.items()}


def _remove_files(table: Table, delta: int) -> int:
    """Remove the data files that are not part of the newest state; who reads them has to ask again."""
    needed = {str(table.folder / path) for path in table.state(delta).by_path}
    found = [path for path in table.folder.rglob("*.parquet") if path.parent != table.log and str(path) not in needed]
    for path in found:
        path.unlink()
    flush({path.parent for path in found})
    return len(found)


def _remove_log(table: Table, delta: int) -> int:
    """Let one summary stand for the log up to here, and remove what it sums up."""
    if not delta:
        return 0
    summary = table.log / f"{delta:020d}.checkpoint.parquet"
    if not summary.exists():
        table.checkpoint(delta)
    found = [path for path in table.log.iterdir() if path.name[:20].isdigit() and int(path.name[:20]) < delta]
    for path in found:
        path.unlink()
    flush([table.log])
    return len(found)


def _remove_all(folder: Path) -> int:
    found = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def _remove_indexes(home: Path) -> int:
    """Remove path indexes, each kind when nobody is making one; who has one mapped keeps it until asked anew."""
    count = 0
    for kind in home.iterdir() if home.exists() else ():
        with locked(kind / "lock"):
            for folder in [path for path in kind.iterdir() if path.is_dir()]:
                count += sum(path.is_file() for path in folder.iterdir())
                shutil.rmtree(folder, ignore_errors=True)
    return count


def _remove_spills(home: Path) -> int:
    """Remove what processes that are no more had spilled; those that run take theirs away when they end."""
    count = 0
    for folder in home.glob("*-*"):
        process = folder.name.partition("-")[0]
        if process != str(os.getpid()) and not Path("/proc", process).exists():
            count += sum(path.is_file() for path in folder.rglob("*"))
            shutil.rmtree(folder, ignore_errors=True)
    return count
