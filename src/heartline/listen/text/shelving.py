"""The vectors of a lake's texts: read from the shelf, else made once and kept there, for whatever reads texts.

Whoever reads feeling, emotion or themes asks here; a sentence that many people write alike is encoded once. Vectors are
rounded as the shelf keeps them, so that what was read from a fresh one is read again alike.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from heartline.store.lake import Lake
from heartline.store.manifest import ERASE
from heartline.store.vectors import Shelf

from . import meaning
from .embedder import Embedder, Vectors, label
from .meaning import Read

AT_ONCE = 500
"""Texts that are encoded before they are kept."""
WHY = "keep vectors"

_encoding = threading.Lock()
"""One at a time in a process: who comes second finds what the first has kept."""


def shelf(lake: Lake, embedder: Embedder) -> Shelf:
    """Give the shelf of an encoder."""
    return Shelf(lake.folder, label(embedder), embedder.dimensions)


def vectors(lake: Lake, embedder: Embedder, ids: Sequence[str], texts: Sequence[str]) -> Read:
    """Give the vectors of the sentences of texts, in their order; those that were missing are kept from then on."""
    kept = shelf(lake, embedder)
    missing = np.flatnonzero(~kept.known(ids)).tolist()
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        with _encoding:
            _keep(lake, embedder, kept, [ids[place] for place in some], [texts[place] for place in some])
    known = kept.known(ids)
    counts, found = kept.read(ids)
    left = np.flatnonzero(~known).tolist()  # of texts that are not in the lake any more
    if not left:
        return Read(found, counts)
    fresh = meaning.read(embedder, [texts[place] for place in left])
    return _joined(counts, found, left, fresh)


def _keep(lake: Lake, embedder: Embedder, kept: Shelf, ids: Sequence[str], texts: Sequence[str]) -> None:
    """Encode texts and keep what was made, unless people were erased meanwhile."""
    before = lake.manifest.newest().version
    still = np.flatnonzero(~kept.known(ids)).tolist()
    ids, texts = [ids[place] for place in still], [texts[place] for place in still]
    if not ids:
        return
    once = dict.fromkeys(texts)
    made = meaning.read(embedder, list(once))
    rounded = Read(made.vectors.astype(np.float16).astype(np.float32), made.counts)
    with lake.write(WHY):  # nothing is written; an erasure waits, and prunes what is kept here
        if any(entry.why == ERASE for entry in lake.manifest.entries() if entry.version > before):
            return
        there = _there(lake, ids)
        rows = rounded.rows()
        where = {text: place for place, text in enumerate(once)}
        stay = [(one, where[text]) for one, text in zip(ids, texts, strict=True) if one in there]
        parts = [rows[place] for _, place in stay]
        kept.keep(
            [one for one, _ in stay], np.array([len(part) for part in parts], np.int64),
            np.concatenate(parts) if parts else np.zeros((0, embedder.dimensions), np.float32),
        )  # fmt: skip


def _there(lake: Lake, ids: Sequence[str]) -> set[str]:
    snapshot = lake.at()
    asked = lake.engine.memory(pa.table({"id": pa.array(ids, pa.string())}))
    return set(snapshot.execute(snapshot.rows("id").semi_join(asked, "id"))["id"].to_pylist())


def _joined(counts: np.typing.NDArray[np.int64], found: Vectors, left: Sequence[int], fresh: Read) -> Read:
    """Put vectors that could not be kept to their texts."""
    rows = Read(found, counts).rows()
    for place, part in zip(left, fresh.rows(), strict=True):
        rows[place] = part.astype(np.float16).astype(np.float32)
    return Read(np.concatenate(rows) if rows else found, np.array([len(part) for part in rows], np.int64))
