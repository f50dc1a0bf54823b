"""Quotes for a number: texts that stand for all of those behind it, never picked because they sound good.

Each text is a vector of its words (TF-IDF of stems). The first quote is the text nearest to the middle of all; every
further one is near to the middle, too, and as unlike as can be to those before it: maximal marginal relevance
(Carbonell & Goldstein 1998) with two thirds for nearness. The same texts always give the same quotes. What many people
say in the same words draws the middle to it, and is quoted once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from .terms import USUAL, stems, telling

NEARNESS = 2 / 3
SHORTEST, LONGEST = 20, 600
"""Letters of a quote: what is shorter says too little by itself, what is longer is not read; taken where most texts are
so, or there is nothing else."""


def representative(texts: Sequence[str], number: int, languages: tuple[str, ...] = USUAL) -> list[int]:
    """Give the places of texts that stand for all of them, the nearest to their middle first."""
    places = [place for place, text in enumerate(texts) if SHORTEST <= len(text.strip()) <= LONGEST]
    places = places if len(places) >= max(number, len(texts) / 2) else list(range(len(texts)))
    if not places or number < 1:
        return []
    vectors = _weighed([_said(texts[place], languages) for place in places])
    middle = vectors.mean(axis=0)
    near = vectors @ (middle / max(float(np.linalg.norm(middle)), 1e-9))
    chosen: list[int] = []
    same = np.unique([texts[place].strip().casefold() for place in places], return_inverse=True)[1]
    like = np.zeros(len(places))
    while len(chosen) < min(number, len(np.unique(same))):
        worth = NEARNESS * near - (1 - NEARNESS) * like
        worth[np.isin(same, same[chosen])] = -np.inf
        best = int(np.argmax(worth))
        chosen.append(best)
        like = np.maximum(like, vectors @ vectors[best])
    return [places[place] for place in chosen]


def _said(text: str, languages: tuple[str, ...]) -> list[str]:
    """Give the stems of a text's telling words; of one that has none, such as “All fine”, of all of them."""
    return stems(telling(text, languages)) or stems(text.casefold().split())


def _weighed(said: Sequence[Sequence[str]]) -> npt.NDArray[np.float64]:
    """Give a row of length 1 for each text; zeros for one without a telling word."""
    words = {word: column for column, word in enumerate(sorted({word for one in said for word in one}))}
    weights = np.zeros((len(said), max(len(words), 1)))
    for row, one in enumerate(said):
        for word in set(one):
            weights[row, words[word]] = 1.0
    weights *= np.log((1 + len(said)) / (1 + weights.sum(axis=0))) + 1
    length = np.linalg.norm(weights, axis=1, keepdims=True)
    found: npt.NDArray[np.float64] = weights / np.where(length > 0, length, 1)
    return found
