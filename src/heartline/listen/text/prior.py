"""Feeling before anything was learnt: seed sentences over an encoder, and a lexicon where there is one.

A logistic head learns from the seeds alone what positive, negative and neutral sentences are like; its value is the
difference of its log-odds for positive and for negative, in units of what it gives seeds that it has not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .embedding import Embedder, Vectors, label
from .lexicon import SPREAD
from .logistic import fitted
from .seeds import SIDES, Seeds

Floats = npt.NDArray[np.float64]

C = 10.0
"""How little the head is held back; vectors have length 1."""
LEXICON: Mapping[str, float] = {"use": 1.0, "e5": 0.25}
"""Weight of the lexicon beside the seeds, by encoder: the better one gains little from it, and loses in Portuguese."""
USUAL = 0.5


class Seeded:
    """Reads feeling by seed sentences.

    Parameters
    ----------
    embedder
        What makes vectors of sentences.
    seeds
        The sentences.
    """

    def __init__(self, embedder: Embedder, seeds: Seeds) -> None:
        said = [(sentence, side) for side in SIDES for sentence in seeds.feeling[side]]
        vectors = embedder.vectors([sentence for sentence, _ in said])
        sides = np.array([SIDES.index(side) for _, side in said])
        self.name = f"{label(embedder)} {seeds.version}"
        self._lexicon = LEXICON.get(embedder.name, USUAL)
        self._weights, self._bias = _head(vectors, sides)
        left_out = _left_out(vectors, sides)
        meant = np.array([1.0, -1.0, 0.0])[sides]
        self._mean = float((left_out[sides == 0].mean() + left_out[sides == 1].mean()) / 2)
        self._spread = float(left_out.std()) or 1.0
        self.slope, self.offset = fitted((left_out - self._mean) / self._spread, meant)

    def values(self, vectors: Vectors) -> Floats:
        """Give what the seeds say of vectors, in units of its usual spread; NaN for a text without a vector."""
        found = (vectors.astype(np.float64) @ self._weights + self._bias - self._mean) / self._spread
        return np.where(np.any(vectors, axis=1), found, np.nan)

    def prior(self, vectors: Vectors, lexicon: Floats) -> Floats:
        """Give the seeds' value and the lexicon's (−1…+1, NaN where it says nothing) in one."""
        return together(self.values(vectors), lexicon, self._lexicon)


def together(seeds: Floats, lexicon: Floats, weight: float) -> Floats:
    """Give the weighted mean of what seeds and lexicon say; where one says nothing, the other's."""
    said = lexicon / SPREAD
    both = (seeds + weight * said) / (1 + weight)
    return np.where(np.isnan(said), seeds, np.where(np.isnan(seeds), said, both))


def _head(vectors: Vectors, sides: npt.NDArray[np.int64]) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression  # takes a second to import

    made: Any = LogisticRegression(C=C, max_iter=500).fit(vectors.astype(np.float64), sides)
    weights, bias = made.coef_, made.intercept_
    return np.asarray(weights[0] - weights[1]), float(bias[0] - bias[1])


def _left_out(vectors: Vectors, sides: npt.NDArray[np.int64], folds: int = 10) -> Floats:
    """Give what the head says of seeds that it has not seen."""
    fold = np.empty(len(sides), int)
    for side in range(len(SIDES)):
        here = np.flatnonzero(sides == side)
        fold[here] = np.arange(len(here)) % folds
    found = np.zeros(len(sides))
    for number in range(folds):
        out = fold == number
        if out.any():
            weights, bias = _head(vectors[~out], sides[~out])
            found[out] = vectors[out].astype(np.float64) @ weights + bias
    return found
