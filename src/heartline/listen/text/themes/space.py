"""Where sentences lie by what they are about: vectors of meaning joined with the words that they share.

Meaning alone puts all praise together and all complaints; words alone do not know that two of them mean the same. How a
sentence feels is taken out first: the direction from bad to good is left out of every vector. `./bench themes` holds
the two against each other and against other ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np

from ..embedder import Embedder, Vectors, label
from ..terms import stems, telling
from .values import starters

LATENT = 50
"""Directions of the words that are kept."""
MEANING = 0.7
"""Weight of meaning against words: more of it is more coherent, less of it gives groups more words of their own."""
GOOD = (
    "It was very good",
    "Excellent, I am happy",
    "Es war sehr gut",
    "Muy bueno, estoy contento",
    "Muito bom, adorei",
)
BAD = (
    "It was very bad",
    "Terrible, I am unhappy",
    "Es war sehr schlecht",
    "Muy malo, estoy descontento",
    "Muito ruim, odiei",
)
NOTHING = (
    "I am very satisfied with everything", "It was terrible", "Thank you very much", "Everything was great",
    "I recommend it", "Alles bestens", "Ich bin sehr zufrieden", "Nie wieder", "Vielen Dank", "Todo excelente",
    "Muy recomendable", "Muchas gracias", "Tudo ótimo, recomendo", "Très bien, je recommande", "Hello, dear team",
    "We stayed here for three nights last week",
)  # fmt: skip
"""Sentences that are about nothing in particular."""


class Space:
    """Vectors of an encoder, moved to the middle of what people write, without how it feels.

    The middle is that of the themes' own sentences, not of a company's: the same text is always read alike.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self.label = label(embedder)
        seeds = [seed for theme in starters().values() for seed in theme.seeds]
        self._middle: Any = np.zeros((1, embedder.dimensions), np.float32)
        self._tone: Any = np.zeros((embedder.dimensions, 1), np.float32)
        self._middle = embedder.vectors([*seeds, *NOTHING]).mean(axis=0, keepdims=True)
        good, bad = (self.unit(embedder.vectors(list(some)) - self._middle) for some in (GOOD, BAD))
        axis = (good.mean(axis=0) - bad.mean(axis=0))[:, None]
        self._tone = axis / max(float(np.linalg.norm(axis)), 1e-9)
        self.nothing = self.vectors(NOTHING)

    def vectors(self, texts: Sequence[str], *, felt: bool = False) -> Vectors:
        """Give a row of length 1 for each text; zeros for an empty one."""
        return self.moved(self.embedder.vectors(texts), felt=felt)

    def moved(self, vectors: Vectors, *, felt: bool = False) -> Vectors:
        """Move the encoder's own vectors here; `felt` leaves in how they feel."""
        there = np.linalg.norm(vectors, axis=1, keepdims=True) > 0
        moved = np.where(there, vectors - self._middle, 0)
        return self.unit(moved if felt else moved - (moved @ self._tone) @ self._tone.T)

    def by(self, embedder: Embedder) -> Space:
        """Give this space with another encoder that makes the same vectors."""
        made = copy(self)
        made.embedder = embedder
        return made

    @staticmethod
    def unit(vectors: Vectors) -> Vectors:
        """Give rows the length 1; zeros stay."""
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(length > 1e-9, length, 1)).astype(np.float32)


_spaces: dict[str, Space] = {}


def space(embedder: Embedder) -> Space:
    """Give the space of an encoder, made once."""
    name = label(embedder)
    if name not in _spaces:
        _spaces[name] = Space(embedder)
    return _spaces[name]


def latent(tokens: Sequence[Sequence[str]], directions: int = LATENT) -> Vectors:
    """Give sentences by the words they share (latent semantic analysis; Deerwester 1990), rows of length 1 or 0.

    Parameters
    ----------
    tokens
        The telling words of each sentence.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    nothing = np.zeros((len(tokens), 1), np.float32)
    said = [stems(one) for one in tokens]
    counted: dict[str, int] = {}
    for one in said:
        for word in set(one):
            counted[word] = counted.get(word, 0) + 1
    words = sorted(word for word, times in counted.items() if times >= 3)
    if len(words) < 4:
        return nothing
    tfidf = TfidfVectorizer(analyzer=_itself, vocabulary=words, sublinear_tf=True, dtype=np.float32)
    weights = tfidf.fit_transform(said)
    parts = min(directions, len(words) - 1, max(1, len(tokens) - 1))
    found = TruncatedSVD(parts, random_state=0).fit_transform(weights)
    return Space.unit(np.asarray(found, np.float32))


def joined(meaning: Vectors, words: Vectors) -> Vectors:
    """Join both: seven tenths of the weight to what sentences mean among the others, the rest to their words."""
    among = Space.unit(meaning - meaning.mean(axis=0, keepdims=True))
    both: Vectors = np.concatenate((np.sqrt(MEANING) * among, np.sqrt(1 - MEANING) * words), axis=1).astype(np.float32)
    return both


def told(texts: Sequence[str], languages: tuple[str, ...]) -> list[list[str]]:
    """Give the telling words of each sentence."""
    return [telling(text, languages) for text in texts]


def _itself(tokens: list[str]) -> list[str]:
    return tokens
