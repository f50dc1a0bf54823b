"""Feeling before anything was learnt: seed sentences over an encoder, and a lexicon where there is one.

A logistic head learns from the seeds alone what positive, negative and neutral sentences are like; its value is the
difference of its log-odds for positive and for negative, in units of what it gives seeds that it has not seen.

A second head tells whether a text says at all how something was. Who writes to have something done often does not: a
question with a greeting and thanks is neither good nor bad, however friendly its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from .embedder import Embedder, Vectors, label
from .lexicon import SPREAD
from .logistic import fitted
from .seeds import FELT, SIDES, Seeds

Floats = npt.NDArray[np.float64]

C = 10.0
"""How little the head is held back; vectors have length 1."""
LEXICON: Mapping[str, float] = {"use": 1.0, "e5": 0.25}
"""Weight of the lexicon beside the seeds, by encoder: the better one gains little from it, and loses in Portuguese."""
USUAL = 0.5
PLAINLY, TELLS = -1.1, -0.43
"""Log-odds of telling how something was, in units of what seeds get that were not seen: up to the first a text of who
wants something done tells nothing, from the second on all of it.

Measured on 800 requests and on reviews in four languages: 85 in 100 requests are then read as about neither good nor
bad (29 before); of reviews none to 5 in 100 would be, so that they are never read so: see `Reader.read`.
"""


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
        self._telling = _telling(vectors, sides)
        felt = sides < len(FELT)
        vectors, sides = vectors[felt], sides[felt]
        self.name = f"{label(embedder)} {seeds.version}"
        self._lexicon = LEXICON.get(embedder.name, USUAL)
        self._weights, self._bias = _head(vectors, sides)
        left_out = _left_out(vectors, sides, _head)
        meant = np.array([1.0, -1.0, 0.0])[sides]
        self._mean = float((left_out[sides == 0].mean() + left_out[sides == 1].mean()) / 2)
        self._spread = float(left_out.std()) or 1.0
        self.slope, self.offset = fitted((left_out - self._mean) / self._spread, meant)

    def values(self, vectors: Vectors) -> Floats:
        """Give what the seeds say of vectors, in units of its usual spread; NaN for a text without a vector."""
        found = (vectors.astype(np.float64) @ self._weights + self._bias - self._mean) / self._spread
        return np.where(np.any(vectors, axis=1), found, np.nan)

    def telling(self, vectors: Vectors) -> Floats:
        """Give how far texts tell how something was, 0–1; 1 for a text without a vector, of which nothing is known."""
        weights, bias, spread = self._telling
        odds = (vectors.astype(np.float64) @ weights + bias) / spread
        found = np.clip((odds - PLAINLY) / (TELLS - PLAINLY), 0.0, 1.0)
        return np.where(np.any(vectors, axis=1), found, 1.0)

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


def _telling(vectors: Vectors, sides: npt.NDArray[np.int64]) -> tuple[Floats, float, float]:
    """Learn what tells how something was from what is matter of fact or asks; give the head and its usual spread."""
    told = (sides >= FELT.index("neutral")).astype(np.int64)  # 0 tells
    left_out = _left_out(vectors, told, _tells)
    return *_tells(vectors, told), float(left_out.std()) or 1.0


def _tells(vectors: Vectors, sides: npt.NDArray[np.int64]) -> tuple[Floats, float]:
    from sklearn.linear_model import LogisticRegression  # takes a second to import

    model = LogisticRegression(C=C, max_iter=500, class_weight="balanced")  # both sides count alike
    made: Any = model.fit(vectors.astype(np.float64), sides == 0)
    return np.asarray(made.coef_[0]), float(made.intercept_[0])


def _left_out(
    vectors: Vectors,
    sides: npt.NDArray[np.int64],
    head: Callable[[Vectors, npt.NDArray[np.int64]], tuple[Floats, float]],
    folds: int = 10,
) -> Floats:
    """Give what the head says of seeds that it has not seen."""
    fold = np.empty(len(sides), int)
    for side in range(int(sides.max()) + 1):
        here = np.flatnonzero(sides == side)
        fold[here] = np.arange(len(here)) % folds
    found = np.zeros(len(sides))
    for number in range(folds):
        out = fold == number
        if out.any():
            weights, bias = head(vectors[~out], sides[~out])
            found[out] = vectors[out].astype(np.float64) @ weights + bias
    return found
