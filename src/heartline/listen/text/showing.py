"""The emotions of texts in a lake: from the vectors that are kept, by the company's seeds and what was put right.

What tells emotions is learnt in the background and kept beside the vectors, so that who asks loads no encoder.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot
from heartline.store.vectors import Shelf

from . import meaning, reader, signs
from .embedder import Vectors
from .emotion import Emotions, Head
from .reader import Reader
from .signs import Signs


def emotions_of(
    snapshot: Snapshot, ids: Sequence[str], texts: Sequence[str], by: Signs | None = None
) -> list[str | None]:
    """Give the emotion that each text shows, `none` for none; None where it was not read yet.

    Parameters
    ----------
    by
        The signs by which emotions are told; default: the company's.
    """
    read = reader.company(snapshot.definitions, snapshot.lake.folder)
    shelf = Shelf(snapshot.lake.folder, read.label, read.embedder.dimensions)
    known = shelf.known(ids)
    found: list[str | None] = [None] * len(ids)
    some = np.flatnonzero(known).tolist()
    if some:
        counts, vectors = shelf.read([ids[place] for place in some])
        ours = signs.of(snapshot.definitions)
        made = _telling(read, by or ours, snapshot.lake.folder, keep=by is None)
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


def ready(snapshot: Snapshot) -> None:
    """Have what tells emotions learnt and kept, where that is not done."""
    read = reader.company(snapshot.definitions, snapshot.lake.folder)
    _telling(read, signs.of(snapshot.definitions), snapshot.lake.folder)


def state(lake: Lake) -> str:
    """Name what emotions are read from beside the lake: the vectors that are kept, and what was put right."""
    read = reader.company(lake.at().definitions, lake.folder)
    shelf = Shelf(lake.folder, read.label, read.embedder.dimensions)
    return f"{read.label} {_stamp(lake.folder)} {shelf.state()}"


def _path(folder: Path) -> Path:
    return folder / "cache" / "text" / "emotions.npz"


def _stamp(folder: Path) -> int:
    try:
        return _path(folder).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _telling(read: Reader, by: Signs, folder: Path, *, keep: bool = True) -> Emotions:
    """Give what tells emotions: as it was kept, else learnt anew; what somebody only tries is not kept."""
    stamp = _stamp(folder)
    kept = folder / "cache" / "text" / "telling.npz"
    mark = f"{read.label} {by.taught} {stamp}"
    with contextlib.suppress(FileNotFoundError), np.load(kept, allow_pickle=False) as found:
        if str(found["mark"]) == mark:
            return Emotions(Head(found["weights"], found["bias"], found["numbers"]), by)
    made = Emotions.learnt(read.embedder, by, _corrected(read, folder) if stamp else None)
    if keep:
        _keep(kept, made.head, mark)
    return made


def _keep(path: Path, head: Head, mark: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"telling.{os.getpid()}.npz")
    np.savez(beside, weights=head.weights, bias=head.bias, numbers=head.numbers, mark=np.array(mark))
    beside.replace(path)


def _corrected(read: Reader, folder: Path) -> tuple[Vectors, list[str]] | None:
    with np.load(_path(folder), allow_pickle=False) as kept:
        if str(kept["encoder"]) != read.label:
            return None
        return kept["vectors"], kept["emotions"].tolist()
