"""Words as a model knows them: what those of a company's raters say about their ratings.

Hashed pieces of words (2 to 5 characters) and words (one and two), weighed by how rare they are, under a logistic
regression. Nothing that people wrote is kept in it: only numbers of hashed pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import logistic

Floats = npt.NDArray[np.float64]

SIZE = 1 << 17
"""Columns of each of the two kinds of pieces."""
LONGEST = 2_000
C = 3.0


@dataclass(frozen=True)
class Words:
    """A learnt model.

    Parameters
    ----------
    rarity
        How rare each piece is.
    weights, bias
        What it says.
    """

    rarity: npt.NDArray[np.float32]
    weights: npt.NDArray[np.float32]
    bias: float

    def values(self, texts: Sequence[str]) -> Floats:
        """Give the log-odds that a text is positive."""
        return self.of_pieces(pieces(texts))

    def of_pieces(self, counted: Any) -> Floats:
        """Give the log-odds for texts whose pieces are counted already."""
        if not counted.shape[0]:
            return np.zeros(0)
        return np.asarray(_weighed(counted, self.rarity) @ self.weights.astype(np.float64) + self.bias)


def pieces(texts: Sequence[str]) -> Any:
    """Count the pieces of texts: a sparse row each."""
    from scipy.sparse import csr_matrix, hstack

    if not len(texts):
        return csr_matrix((0, 2 * SIZE))
    cut = [text[:LONGEST] for text in texts]
    return hstack([one.transform(cut) for one in _counters()]).tocsr()


def rarity(counted: Any) -> npt.NDArray[np.float32]:
    """Give how rare each piece is among texts."""
    there = np.bincount(counted.indices, minlength=counted.shape[1])
    return np.asarray(np.log((1 + counted.shape[0]) / (1 + there)) + 1, np.float32)


def learnt(counted: Any, feelings: Floats, rare: npt.NDArray[np.float32]) -> Words:
    """Learn from texts and the feelings (−1…+1) of their ratings."""
    weights, bias = logistic.learnt(_weighed(counted, rare), feelings, C)
    return Words(rare, weights.astype(np.float32), bias)


def _weighed(counted: Any, rare: npt.NDArray[np.float32]) -> Any:
    """Weigh pieces by rarity, each kind of a text to length 1."""
    from scipy.sparse import hstack

    parts = []
    for kind in range(2):
        part = counted[:, kind * SIZE : (kind + 1) * SIZE].astype(np.float64)
        part.data = (1 + np.log(part.data)) * rare[kind * SIZE + part.indices]
        length = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
        part.data /= np.repeat(np.maximum(length, 1e-12), np.diff(part.indptr))
        parts.append(part)
    return hstack(parts).tocsr()


def _counters() -> list[Any]:
    from sklearn.feature_extraction.text import HashingVectorizer

    word = r"(?u)\b\w+\b"
    usual = {"n_features": SIZE, "alternate_sign": False, "norm": None, "lowercase": True}
    return [
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **usual),
        HashingVectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=word, **usual),
    ]
