"""What a text means, as one vector: the middle of its sentences'.

Measured: a long text as a whole blurs what its sentences say; their middle tells good from bad far better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .embedding import Embedder, Vectors
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


def read(embedder: Embedder, texts: Sequence[str]) -> Read:
    """Encode the sentences of texts."""
    parts = [sentences(text)[:MOST] or ([text] if text.strip() else []) for text in texts]
    flat = [sentence for part in parts for sentence in part]
    found = np.zeros((len(flat), embedder.dimensions), np.float32)
    for at in range(0, len(flat), AT_ONCE):
        found[at : at + AT_ONCE] = embedder.vectors(flat[at : at + AT_ONCE])
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
