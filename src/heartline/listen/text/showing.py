"""The emotions of texts in a lake: from the vectors that are kept, by the company's seeds and what was put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from heartline.store.snapshot import Snapshot
from heartline.store.vectors import Shelf

from . import meaning, reader
from .emotion import Emotions
from .reader import Reader


def emotions_of(snapshot: Snapshot, ids: Sequence[str], texts: Sequence[str]) -> list[str | None]:
    """Give the emotion that each text shows, `none` for none; None where the encoder has not read it."""
    read = reader.company(snapshot.definitions, snapshot.lake.folder)
    shelf = Shelf(snapshot.lake.folder, read.label, read.embedder.dimensions)
    known = shelf.known(ids)
    found: list[str | None] = [None] * len(ids)
    some = np.flatnonzero(known).tolist()
    if some:
        counts, vectors = shelf.read([ids[place] for place in some])
        made = _made(read, snapshot.lake.folder, _stamp(snapshot.lake.folder))
        shown = made.read(meaning.middles(vectors, counts), [texts[place] for place in some])
        for place, emotion in zip(some, shown, strict=True):
            found[place] = emotion
    return found


def put_right(folder: Path, read: Reader, said: Mapping[str, str]) -> int:
    """Keep what people said that texts show, for whoever reads emotions from now on; give how many there are.

    Parameters
    ----------
    said
        The emotion, or `none`, of interactions.
    """
    ids = sorted(said)
    shelf = Shelf(folder, read.label, read.embedder.dimensions)
    known = shelf.known(ids)
    some = [one for one, there in zip(ids, known.tolist(), strict=True) if there]
    counts, vectors = shelf.read(some)
    path = _path(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name("emotions.new.npz")
    np.savez(beside, vectors=meaning.middles(vectors, counts), emotions=np.array([said[one] for one in some], "U20"),
             encoder=np.array(read.label))  # fmt: skip
    beside.replace(path)
    return len(some)


def _path(folder: Path) -> Path:
    return folder / "cache" / "text" / "emotions.npz"


def _stamp(folder: Path) -> int:
    try:
        return _path(folder).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=4)
def _made(read: Reader, folder: Path, stamp: int) -> Emotions:
    if not stamp:
        return Emotions(read.embedder, read.seeds)
    with np.load(_path(folder), allow_pickle=False) as kept:
        if str(kept["encoder"]) != read.label:
            return Emotions(read.embedder, read.seeds)
        return Emotions(read.embedder, read.seeds, (kept["vectors"], kept["emotions"].tolist()))
