"""How familiar a text is to what was learnt from ratings: a model of hotel reviews knows little of posts about trains.

The rated comments are sorted into groups by meaning; a text as near to one of them as rated comments themselves are is
familiar, and what was learnt from ratings counts in full. The farther from all of them, the more the prior reads it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

GROUPS, EACH = 16, 20
"""Groups that rated comments are sorted into at most, and comments a group at least."""
STRANGE, USUAL = 0.01, 0.05
"""Shares of rated comments that are farther from those of other people than where nothing is familiar, and all is."""


@dataclass(frozen=True)
class Familiar:
    """What rated comments are like.

    Parameters
    ----------
    centres
        The middles of their groups, of length 1.
    low, high
        How near a text has to be: below `low` nothing learnt from ratings counts, from `high` on all of it.
    """

    centres: Vectors
    low: float
    high: float

    def of(self, vectors: Vectors) -> Floats:
        """Give how familiar texts are, 0–1; 1 for a text without a vector, of which nothing else is known."""
        near = _nearest(vectors, self.centres)
        found = np.clip((near - self.low) / max(self.high - self.low, 1e-9), 0.0, 1.0)
        return np.where(np.any(vectors, axis=1), found, 1.0)


def learnt(vectors: Vectors, fold: npt.NDArray[np.int64]) -> Familiar | None:
    """Learn what rated comments are like.

    Parameters
    ----------
    vectors
        Of the rated comments.
    fold
        Number of the part that each belongs to: the borders come from comments that their groups were made without.
    """
    there = np.any(vectors, axis=1)
    vectors, fold = vectors[there], fold[there]
    if len(vectors) < 2 * EACH:
        return None
    near = np.ones(len(vectors))
    for number in np.unique(fold).tolist():
        out = fold == number
        if out.all():
            return None
        near[out] = _nearest(vectors[out], _centres(vectors[~out]))
    low, high = np.quantile(near, [STRANGE, USUAL])
    return Familiar(_centres(vectors), float(low), float(high))


def _centres(vectors: Vectors) -> Vectors:
    from sklearn.cluster import KMeans  # takes a second to import

    different = len(np.unique(vectors.round(4), axis=0))
    number = max(1, min(GROUPS, len(vectors) // EACH, different))
    middles = KMeans(number, n_init=2, random_state=0, max_iter=50).fit(vectors).cluster_centers_
    length = np.linalg.norm(middles, axis=1, keepdims=True)
    return np.asarray(middles / np.maximum(length, 1e-9), np.float32)


def _nearest(vectors: Vectors, centres: Vectors) -> Floats:
    return np.asarray((vectors @ centres.T).max(axis=1), np.float64)
