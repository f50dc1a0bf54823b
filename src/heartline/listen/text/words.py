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
from .pieces import SIZE, pieces

Floats = npt.NDArray[np.float64]

C = 3.0
AT_ONCE = 1_000
"""Texts that are cut at a time."""


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

    def of_weighed(self, rows: Any) -> Floats:
        """Give the log-odds for texts whose pieces are counted and weighed already."""
        return np.asarray(rows @ self.weights.astype(np.float64) + self.bias)


def values(models: Sequence[Words | None], texts: Sequence[str]) -> list[Floats]:
    """Give the log-odds that texts are positive, by several models that learnt from the same texts; NaN by none.

    Texts are cut and weighed once for all models, and so many at a time that memory stays small.
    """
    found = [np.full(len(texts), np.nan) for _ in models]
    there = [(model, said) for model, said in zip(models, found, strict=True) if model is not None]
    for start in range(0, len(texts) if there else 0, AT_ONCE):
        here = slice(start, start + AT_ONCE)
        rows = weighed(pieces(texts[here]), there[0][0].rarity)
        for model, said in there:
            said[here] = model.of_weighed(rows)
    return found


def rarity(counted: Any) -> npt.NDArray[np.float32]:
    """Give how rare each piece is among texts."""
    there = np.bincount(counted.indices, minlength=counted.shape[1])
    return np.asarray(np.log((1 + counted.shape[0]) / (1 + there)) + 1, np.float32)


def learnt(counted: Any, feelings: Floats, rare: npt.NDArray[np.float32]) -> Words:
    """Learn from texts and the feelings (−1…+1) of their ratings."""
    weights, bias = logistic.learnt(weighed(counted, rare), feelings, C)
    return Words(rare, weights.astype(np.float32), bias)


def weighed(counted: Any, rare: npt.NDArray[np.float32]) -> Any:
    """Weigh pieces by rarity, each kind of a text to length 1."""
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(counted.shape[0]), np.diff(counted.indptr))
    kinds = 2 * rows + (counted.indices >= SIZE)
    times = counted.data.astype(np.int64)
    values = (1 + np.log(np.arange(1, times.max(initial=0) + 1)))[times - 1] * rare[counted.indices]
    length = np.sqrt(np.bincount(kinds, values * values, 2 * counted.shape[0]))
    values /= np.maximum(length, 1e-12)[kinds]
    return csr_matrix((values, counted.indices, counted.indptr), counted.shape)
