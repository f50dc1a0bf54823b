"""The path index: a disposable projection of a lake version, sorted by owner and time, mapped into memory.

A base holds all rows. When a later version only adds rows, a small patch holds every row of the owners concerned, and
the base is read without them; when a patch would grow large, a new base is made. Folders appear whole, by rename.
"""

from __future__ import annotations

import contextlib
import shutil
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.disk import flush, locked
from heartline.store.kernel import Array
from heartline.store.manifest import Entry

from . import index_build, index_grow
from .index_build import read_texts
from .index_rows import Rows

if TYPE_CHECKING:
    from heartline.store.snapshot import Snapshot

LAYOUT = 2
"""Raised whenever the files change their meaning; indexes of another layout are never read."""
_LARGEST_PATCH = 0.2
"""A patch with a larger share of the rows is not worth it."""
_MOST_LANDED = 2_000_000
"""Nor is one that holds more new rows than this: they are in memory while it is made."""
_KEPT = 2


class Meta(msgspec.Struct, frozen=True):
    """What an index is of: a version, read from a published state; a patch names its base and the base's version."""

    version: int
    entry: Entry
    base: str | None = None
    since: int | None = None

    @property
    def name(self) -> str:
        """Name the folder; the moment tells a lake from one that was put in its place."""
        moment = int(self.entry.time.timestamp() * 1_000_000)
        return f"{LAYOUT}-{self.entry.version}-{moment}-{self.version}"


@dataclass(frozen=True)
class Part:
    """A folder of aligned columns of some owners' rows, as of a version; a patch lies on a base."""

    folder: Path
    version: int
    add: Callable[[Path, str], None]
    under: Part | None = None
    _mapped: dict[str, Array] = field(default_factory=dict, compare=False, repr=False)
    _spelt: dict[str, pa.Array] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def size(self) -> int:
        """How many rows it holds."""
        return len(self.column("owner"))

    def column(self, name: str) -> Array:
        """Map a column into memory, making it first if nobody has."""
        if name not in self._mapped:
            path = self.folder / f"{name}.npy"
            if not path.exists():
                self._add(name)
            self._mapped[name] = np.load(path, mmap_mode="r")
        return self._mapped[name]

    def texts(self, name: str) -> pa.Array:
        """Map the names of a coded column, the owners, or the ids into memory."""
        if name not in self._spelt:
            path = self.folder / f"{name}.arrow"
            if not path.exists():
                self._add(name)
            self._spelt[name] = read_texts(path)
        return self._spelt[name]

    def _add(self, name: str) -> None:
        if not (self.folder / "meta.json").exists():
            raise FileNotFoundError(self.folder)  # another process has tidied up
        with locked(self.folder / "lock"):
            if not (self.folder / f"{name}.npy").exists() and not (self.folder / f"{name}.arrow").exists():
                self.add(self.folder, name)


@dataclass(frozen=True)
class Index:
    """All rows of a version by owner: the base, without the owners of the patch, and the patch."""

    base: Part
    patch: Part | None = None

    @cached_property
    def parts(self) -> list[tuple[Part, Array | None]]:
        """The parts, each with the owners to read (None: all of them)."""
        if self.patch is None:
            return [(self.base, None)]
        moved = pc.is_in(self.base.texts("owner"), value_set=self.patch.texts("owner"))
        return [(self.base, ~moved.to_numpy(zero_copy_only=False)), (self.patch, None)]

    def names(self, column: str) -> pa.Array:
        """Give the names of a coded column, in the order of the codes."""
        return (self.patch or self.base).texts(column)


class Indexes:
    """Finds, makes and keeps path indexes; those used last stay mapped."""

    def __init__(self) -> None:
        self._open: OrderedDict[Path, Index] = OrderedDict()
        self._guard = threading.Lock()

    def of(self, snapshot: Snapshot, per: str) -> Index:
        """Give an index that answers for a snapshot: it may hold rows that landed later, but nothing else of later."""
        home = snapshot.lake.folder / "cache" / "index" / per
        ready = _ready(snapshot, home)
        meta = ready or _wanted(snapshot)
        folder = home / meta.name
        with self._guard:
            if folder in self._open:
                self._open.move_to_end(folder)
                return self._open[folder]
        if not folder.exists():
            home.mkdir(parents=True, exist_ok=True)
            with locked(home / "lock"):
                if not folder.exists():
                    _make(snapshot, per, home, meta)
                    _tidy(home, meta)
        index = _opened(snapshot, per, folder)
        with self._guard:
            self._open[folder] = index
            while len(self._open) > _KEPT:
                self._open.popitem(last=False)
        return index

    def forget(self, folder: Path) -> None:
        """Drop all indexes of a data folder: what they were read from is gone."""
        with self._guard:
            self._open.clear()
        shutil.rmtree(folder / "cache" / "index", ignore_errors=True)


def _ready(snapshot: Snapshot, home: Path) -> Meta | None:
    """Find an index that is there and answers for a snapshot: while rows keep landing, one is not made for each."""
    known = {(entry.version, entry.time) for entry in snapshot.lake.versions()}
    grown = _changed_since(snapshot, snapshot.version)
    found = [
        meta
        for meta in _metas(home)
        if (meta.version == snapshot.version or (meta.version > snapshot.version and not grown))
        and (meta.entry.version, meta.entry.time) in known
    ]
    return min(found, key=lambda meta: meta.version, default=None)


def _metas(home: Path) -> Iterator[Meta]:
    """Read what the indexes that are there are of; one may vanish meanwhile."""
    for folder in home.glob(f"{LAYOUT}-*"):
        with contextlib.suppress(FileNotFoundError):
            yield _meta(folder)


def _wanted(snapshot: Snapshot) -> Meta:
    """Choose the state to read: the newest, shared by all versions that only miss some of its rows."""
    entry = snapshot.newest
    for earlier in reversed(snapshot.lake.versions()):
        if earlier.version <= entry.version and _facts(earlier) != _facts(entry):
            break
        if _facts(earlier) == _facts(entry):
            entry = earlier  # versions that only changed definitions share an index
    version = snapshot.version if _changed_since(snapshot, snapshot.version) else entry.version
    return Meta(version, entry)


def _facts(entry: Entry) -> tuple[int | None, ...]:
    return (*(entry.tables.get(name) for name in ("interactions", "overrides", "customers")), entry.folded)


def _changed_since(snapshot: Snapshot, version: int) -> bool:
    """Tell whether anything but new rows came after a version: overrides, or people who turned out to be one."""
    for name in ("overrides", "customers"):
        delta = snapshot.newest.tables.get(name)
        files = () if delta is None else snapshot.lake.tables[name].state(delta).files
        if any(file.landed[1] > version for file in files):
            return True
    return False


def _make(snapshot: Snapshot, per: str, home: Path, meta: Meta) -> None:
    """Make a patch of the newest base where that will do, else a base."""
    base = _base(snapshot, home, meta)
    if base is not None:
        below = _opened(snapshot, per, base).base
        since = _meta(base).version
        patched = Meta(meta.version, meta.entry, base.name, since)
        landed = Rows(_snapshot(snapshot, patched), per, since)
        if landed.count() <= min(_MOST_LANDED, _LARGEST_PATCH * below.size):
            growth = index_grow.Growth(landed, below)
            if growth.size <= _LARGEST_PATCH * below.size:
                _publish(home, patched, growth.write)
                return
    _publish(home, meta, lambda draft: index_build.build(Rows(_snapshot(snapshot, meta), per), draft))


def _base(snapshot: Snapshot, home: Path, meta: Meta) -> Path | None:
    """Find the newest base since which only rows were added."""
    if meta.version < meta.entry.version:
        return None
    known = {(entry.version, entry.time) for entry in snapshot.lake.versions()}
    found = [
        (other.version, folder)
        for folder in home.glob(f"{LAYOUT}-*")
        if (other := _meta(folder)).base is None
        and other.version == other.entry.version <= meta.version
        and (other.entry.version, other.entry.time) in known
        and not _changed_since(snapshot, other.version)
    ]
    return max(found)[1] if found else None


def _publish(home: Path, meta: Meta, write: Callable[[Path], None]) -> None:
    """Let an index folder appear whole, or not at all."""
    draft = home / f".{uuid.uuid4().hex}"
    draft.mkdir()
    try:
        write(draft)
        (draft / "meta.json").write_bytes(msgspec.json.encode(meta))
        flush([draft / "meta.json"])
        draft.rename(home / meta.name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _opened(snapshot: Snapshot, per: str, folder: Path) -> Index:
    meta = _meta(folder)
    if meta.base is None:
        rows = Rows(_snapshot(snapshot, meta), per)
        return Index(Part(folder, meta.version, partial(index_build.add, rows)))
    below = _opened(snapshot, per, folder.parent / meta.base).base
    return Index(below, Part(folder, meta.version, partial(index_grow.add, below), below))


def _meta(folder: Path) -> Meta:
    return msgspec.json.decode((folder / "meta.json").read_bytes(), type=Meta)


def _snapshot(snapshot: Snapshot, meta: Meta) -> Snapshot:
    return type(snapshot)(snapshot.lake, meta.version, meta.entry.time, meta.entry)


def _tidy(home: Path, meta: Meta) -> None:
    """Remove all but the newest folders and their bases; who has one mapped keeps it."""
    newest = sorted(home.glob(f"{LAYOUT}-*"), key=lambda folder: folder.stat().st_mtime)[-_KEPT:]
    kept = {meta.name, *(folder.name for folder in newest), *(_meta(folder).base for folder in newest)}
    for folder in home.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
