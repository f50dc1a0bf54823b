"""Texts read well, in the background: sentences become vectors, and better readings follow the first ones as overrides.

A piece of texts at a time: encode, read, and write what differs as one version, with the models' name. What a reading
may not touch: feelings that a score says, and those that somebody put right.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import ibis
import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.store.lake import Lake
from heartline.store.manifest import ERASE
from heartline.store.schema import OVERRIDES
from heartline.store.snapshot import Snapshot
from heartline.store.vectors import Shelf

from . import meaning
from .reader import Reader, Readings, scored

Progress = Callable[[int, int], None]
Floats = npt.NDArray[np.float64]

PIECE, LARGEST = 500, 8_000
"""Texts read for one version: few at first, so that what just came shows soon, then more, so that versions stay few."""
NOTICEABLE = 0.05
"""A feeling that changes by less is left as it is."""
RULE = "text"
WHY = "read texts"
COLUMNS = ("id", "text", "score", "scale", "language", "feeling")


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


def refine(
    lake: Lake, reader: Reader, fixed: Collection[str] = (), progress: Progress = lambda _done, _of: None
) -> Refined:
    """Read what came since the last run, and everything when the models are others than then.

    Parameters
    ----------
    fixed
        Interactions whose feeling somebody put right.
    progress
        Called with how many of how many texts are read.
    """
    snapshot = lake.at()
    found = snapshot.execute(_waiting(snapshot, _since(lake, reader)).select("id", "landed"))
    ids = found.sort_by([("landed", "descending"), ("id", "ascending")])["id"]  # what came last first
    shelf = Shelf(lake.folder, reader.label, reader.embedder.dimensions)
    done = changed = 0
    for piece in _pieces(len(ids)):
        some = ids.slice(done, piece)
        while (wrote := _read(lake, reader, shelf, some, frozenset(fixed))) is None:
            pass  # people were erased meanwhile
        changed += wrote
        done += len(some)
        progress(done, len(ids))
    _keep_mark(lake.folder, Mark(reader.name, _up_to(lake, snapshot.version)))
    return Refined(done, changed)


def texts_of(snapshot: Snapshot, *columns: str) -> ibis.Table:
    """Give the rows that carry a text."""
    rows = snapshot.rows(*dict.fromkeys((*columns, "text")))
    return rows.filter(rows.text.notnull(), rows.text.strip() != "")


def _since(lake: Lake, reader: Reader) -> int:
    """Give the version up to which everything was read by these models; −1: everything is to be read."""
    last = mark(lake.folder)
    return last.version if last and last.reader == reader.name else -1


def _waiting(snapshot: Snapshot, since: int) -> ibis.Table:
    rows = texts_of(snapshot, "id", "landed")
    return rows.filter(rows.landed > since)


def _pieces(count: int) -> Iterator[int]:
    size = PIECE
    while count > 0:
        yield size
        count -= size
        size = min(2 * size, LARGEST)


def _read(lake: Lake, reader: Reader, shelf: Shelf, ids: pa.ChunkedArray, fixed: frozenset[str]) -> int | None:
    """Read some texts; give how many rows changed, None when they have to be read again."""
    snapshot = lake.at()
    rows = texts_of(snapshot, *COLUMNS)
    asked = lake.engine.memory(pa.table({"id": ids}))
    found = snapshot.execute(rows.semi_join(asked, "id").select(*COLUMNS)).sort_by("id")
    if not found.num_rows:
        return 0
    texts, names = found["text"].to_pylist(), found["id"].to_pylist()
    counts, vectors = shelf.read(names)
    missing = np.flatnonzero(~shelf.known(names))
    fresh = meaning.read(reader.embedder, [texts[place] for place in missing])
    middles = meaning.middles(vectors, counts)
    middles[missing] = fresh.middles()
    changes = _changes(found, reader.read(texts, middles), snapshot, fixed)
    with lake.write(WHY) as writer:
        newer = [one for one in lake.manifest.entries() if one.version > snapshot.version]
        if any(one.why == ERASE for one in newer):
            return None
        shelf.keep([names[place] for place in missing], fresh.counts, fresh.vectors)
        for part in changes:
            rule = pa.array([f"{RULE} {reader.name}"] * part.num_rows)
            writer.add("overrides", part.append_column("rule", rule))
    return int(sum(part.num_rows for part in changes))


def _changes(found: pa.Table, read: Readings, snapshot: Snapshot, fixed: frozenset[str]) -> list[pa.Table]:
    """Give the overrides that follow from readings, one table for each set of columns."""
    ids = found["id"].to_pylist()
    answered = scored(found["score"].to_pylist(), found["scale"].to_pylist(), snapshot.definitions.scales)
    before = found["feeling"].to_numpy(zero_copy_only=False).astype(np.float64)
    felt = read.feelings
    ours = ~answered & ~np.isnan(felt) & np.array([one not in fixed for one in ids], np.bool_)
    feeling = ours & (np.isnan(before) | (np.abs(felt - before) >= NOTICEABLE) | (np.sign(felt) != np.sign(before)))
    said = found["language"].to_pylist()
    told = np.array([new is not None and old is None for new, old in zip(read.languages, said, strict=True)], np.bool_)
    changes = []
    for sets, here in ((["language", "feeling"], told & feeling), (["language"], told & ~feeling),
                       (["feeling"], feeling & ~told)):  # fmt: skip
        places = np.flatnonzero(here)
        if not len(places):
            continue
        part = found.take(pa.array(places))
        columns = {"id": part["id"], "sets": pa.array([sets] * len(places), OVERRIDES.field("sets").type)}
        if "language" in sets:
            columns["language"] = pa.array([read.languages[place] for place in places], pa.string())
            columns["was_language"] = part["language"]
        if "feeling" in sets:
            columns["feeling"] = pa.array(felt[places], pa.float64())
            columns["was_feeling"] = part["feeling"]
        changes.append(pa.table(columns))
    return changes


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
