"""What a text means, as one vector: the middle of its sentences'.

Measured: a long text as a whole blurs what its sentences say; their middle tells good from bad far better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .embedder import Embedder, Vectors
from .sentences import sentences

AT_ONCE = 256
"""Sentences encoded at a time, so that memory stays small."""
MOST = 60
"""Sentences of a text that are read."""


@dataclass(frozen=True)
class Read:
    """Texts in sentences, as vectors.

    Parameters
    ----------
    vectors
        One row for each sentence, text after text.
    counts
        Sentences of each text; 0 for one that says nothing.
    """

    vectors: Vectors
    counts: npt.NDArray[np.int64]

    def middles(self) -> Vectors:
        """Give one vector of length 1 for each text; zeros for one that says nothing."""
        return middles(self.vectors, self.counts)

    def rows(self) -> list[Vectors]:
        """Give the vectors of each text."""
        ends = np.cumsum(self.counts)
        return [self.vectors[end - count : end] for end, count in zip(ends.tolist(), self.counts.tolist(), strict=True)]


def read(embedder: Embedder, texts: Sequence[str]) -> Read:
    """Encode the sentences of texts; one that stands in several is encoded once."""
    parts = [sentences(text)[:MOST] or ([text] if text.strip() else []) for text in texts]
    flat = [sentence for part in parts for sentence in part]
    alike = sorted(dict.fromkeys(flat), key=len)  # an encoder takes as long for each of a piece as for its longest
    once = {sentence: place for place, sentence in enumerate(alike)}
    said = list(once)
    made = np.zeros((len(said), embedder.dimensions), np.float32)
    for at in range(0, len(said), AT_ONCE):
        made[at : at + AT_ONCE] = embedder.vectors(said[at : at + AT_ONCE])
    found = made[[once[sentence] for sentence in flat]]
    return Read(found, np.array([len(part) for part in parts], np.int64))


def middles(vectors: Vectors, counts: npt.NDArray[np.int64]) -> Vectors:
    """Give the middle of the vectors of each text, of length 1; zeros where there are none."""
    found = np.zeros((len(counts), vectors.shape[1]), np.float32)
    there = counts > 0
    if there.any():
        starts = (np.cumsum(counts) - counts)[there]
        found[there] = np.add.reduceat(vectors.astype(np.float32), starts, axis=0)
    length = np.linalg.norm(found, axis=1, keepdims=True)
    np.divide(found, length, out=found, where=length > 0)
    return found
