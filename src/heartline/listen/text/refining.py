"""Texts read well, in the background: sentences become vectors, and better readings follow the first ones as overrides.

First everybody is heard: what nobody has read yet (what was imported, what came by a door that reads nothing) is read
as texts that land are, thousands at a time. Only then the encoder goes over all, a piece at a time, the newest first;
what came meanwhile comes next.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import ibis
import msgspec
import pyarrow as pa

from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from . import shelving
from .overriding import UNFELT, WHY, newest_first, override, texts_of
from .reader import Reader, Readings
from .unasked import asking, unasked

Progress = Callable[[int, int], None]

PIECE, LARGEST = 500, 8_000
"""Texts read for one version: few at first, so that what just came shows soon, then more, so that versions stay few."""
LONG_S = 5.0
"""Pieces that take longer than this do not grow: what comes meanwhile waits for them."""

MEANWHILE_S = 600.0
"""How long what comes meanwhile is refined in the same run; later it is only heard, so that a run ends."""


class Mark(msgspec.Struct, frozen=True):
    """How far texts were read, and by what."""

    reader: str
    version: int


@dataclass(frozen=True)
class Refined:
    """What one run did: texts read, and rows whose reading changed."""

    texts: int
    changed: int


def mark(folder: Path) -> Mark | None:
    """Say how far texts were read; None when not at all."""
    try:
        return msgspec.json.decode((folder / "cache" / "reading.json").read_bytes(), type=Mark)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def behind(lake: Lake, reader: Reader) -> int:
    """Count the texts that are to be read."""
    snapshot = lake.at()
    return int(snapshot.execute(_waiting(snapshot, _since(lake, reader)).count().name("n").as_table())["n"][0].as_py())


def hear(
    lake: Lake,
    reader: Reader,
    fixed: Collection[str] = (),
    since: int | None = None,
    progress: Progress = lambda _done, _of: None,
) -> int:
    """Read at once, as texts that land are read, those of which nobody has told language or feeling; give how many.

    Parameters
    ----------
    fixed
        Interactions whose feeling somebody put right.
    since
        Of versions after this one; default: of those that are to be read.
    progress
        Called with how many of how many texts are read.
    """
    snapshot = lake.at()
    rows = texts_of(snapshot, "id", "landed", "occurred_at", "language", "feeling", "kind")
    rows = rows.filter(rows.landed > (_since(lake, reader) if since is None else since))
    unfelt = rows.feeling.isnull() & (rows.kind.isnull() | rows.kind.notin(UNFELT))
    ids = newest_first(snapshot, rows.filter(rows.language.isnull() | unfelt))

    def reads(found: pa.Table) -> Readings:
        texts, kinds = found["text"].to_pylist(), found["kind"].to_pylist()
        felt = found["feeling"].is_valid().to_numpy(zero_copy_only=False)
        return reader.read_fast(texts, found["language"].to_pylist(), felt | asking(texts, kinds))

    for done in range(0, len(ids), LARGEST):
        some = ids.slice(done, LARGEST)
        override(lake, some, reads, reader.name, frozenset(fixed))
        progress(done + len(some), len(ids))
    return len(ids)


def refine(
    lake: Lake,
    reader: Reader,
    fixed: Collection[str] = (),
    progress: Progress = lambda _done, _of: None,
    limit: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Refined:
    """Read what came since the last run, and everything when the models are others than then.

    Parameters
    ----------
    fixed
        Interactions whose feeling somebody put right.
    progress
        Called with how many of how many texts are read.
    limit
        Read so many of them now; the next run goes over all.
    stop
        Asked before each piece; where it says so nothing more is read, and the next run goes over all.
    """
    snapshot = heard = lake.at()
    until = time.monotonic() + MEANWHILE_S
    todo = newest_first(snapshot, _waiting(snapshot, _since(lake, reader)))
    left = 0 if limit is None else max(0, len(todo) - limit)
    todo = todo[: len(todo) - left]
    done = changed = 0
    size = PIECE

    def reads(found: pa.Table) -> Readings:
        texts = found["text"].to_pylist()
        middles = shelving.vectors(lake, reader.embedder, found["id"].to_pylist(), texts).middles()
        return reader.read(texts, middles, unasked(found["kind"].to_pylist()))

    while len(todo):
        if limit is None and (newer := _newer(lake, heard)) is not None:
            hear(lake, reader, fixed, heard.version)
            if time.monotonic() < until:
                came = newest_first(newer, _waiting(newer, snapshot.version))
                snapshot, todo = newer, pa.chunked_array([*came.chunks, *todo.chunks], pa.string())
            heard = newer
        if stop():
            return Refined(done, changed)
        some, todo = todo[:size], todo[size:]
        began = time.monotonic()
        changed += override(lake, some, reads, reader.name, frozenset(fixed))
        if time.monotonic() - began < LONG_S:
            size = min(2 * size, LARGEST)
        done += len(some)
        progress(done, done + len(todo))
    if not left:
        _keep_mark(lake.folder, Mark(reader.name, _up_to(lake, snapshot.version)))
    return Refined(done, changed)


def _newer(lake: Lake, snapshot: Snapshot) -> Snapshot | None:
    """Give the lake as it is where anything but our own readings came since; None where nothing did."""
    for entry in reversed(lake.manifest.entries()):
        if entry.version <= snapshot.version:
            return None
        if entry.why != WHY:
            return lake.at()
    return None


def _since(lake: Lake, reader: Reader) -> int:
    """Give the version up to which everything was read by these models; −1: everything is to be read."""
    last = mark(lake.folder)
    return last.version if last and last.reader == reader.name else -1


def _waiting(snapshot: Snapshot, since: int) -> ibis.Table:
    rows = texts_of(snapshot, "id", "landed", "occurred_at")
    return rows.filter(rows.landed > since)


def _up_to(lake: Lake, version: int) -> int:
    """Give the version up to which nothing but our own readings came after one."""
    for entry in lake.manifest.entries():
        if entry.version == version + 1 and entry.why == WHY:
            version = entry.version
    return version


def _keep_mark(folder: Path, made: Mark) -> None:
    path = folder / "cache" / "reading.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(made))
    beside.replace(path)
