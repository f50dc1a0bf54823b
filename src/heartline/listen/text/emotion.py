"""Which emotions many texts show: shares with intervals. A single text is an example of them, never a verdict on who
wrote it.

A head over vectors learns from seed sentences, and from what people put right; an emoji says an emotion outright. Where
no emotion is clearly likelier than none, the text shows none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .embedder import Embedder, Vectors
from .seeds import EMOTIONS
from .signs import Signs

Floats = npt.NDArray[np.float64]

NONE = "none"
NAMES = (*EMOTIONS, NONE)
EMOJI = 0.6
"""How much an emoji says, beside the words."""
STRENGTHS: Mapping[str, float] = {"use": 10.0, "e5": 30.0}
"""How little the head is held back, by encoder: vectors of the bigger one lie closer together. Of seeds left out it
told an emotion in .19 with 10, in .73 with 30, right in .91 of these; the portable one in .58, right in .71."""
USUAL = 10.0
CORRECTED = 2.0
"""What somebody put right counts as so many seed sentences: it is about this company."""
LEAST = 30
"""Texts without which nothing is said about shares."""


@dataclass(frozen=True)
class Head:
    """What tells emotions: a row of weights over vectors, and a bias, for each of `numbers` (places in `NAMES`)."""

    weights: Floats
    bias: Floats
    numbers: npt.NDArray[np.int64]

    def likely(self, vectors: Vectors) -> Floats:
        """Give how likely each of `NAMES` is; the rows add up to 1."""
        said = vectors.astype(np.float64) @ self.weights.T + self.bias
        said = np.exp(said - said.max(axis=1, keepdims=True))
        found = np.zeros((len(vectors), len(NAMES)))
        found[:, self.numbers] = said / said.sum(axis=1, keepdims=True)
        return found


class Emotions:
    """Reads emotions by a head that was learnt, and by emojis."""

    def __init__(self, head: Head, signs: Signs) -> None:
        self.head = head
        self.signs = signs

    @classmethod
    def learnt(
        cls, embedder: Embedder, signs: Signs, corrected: tuple[Vectors, Sequence[str]] | None = None
    ) -> Emotions:
        """Learn from seed sentences, and from texts that somebody put right.

        Parameters
        ----------
        corrected
            Vectors of texts, and the emotion of each (`none` for no emotion).
        """
        from sklearn.linear_model import LogisticRegression  # takes a second to import

        said = [(sentence, name) for name in EMOTIONS for sentence in signs.emotions[name]]
        said += [(sentence, NONE) for sentence in signs.nothing]
        vectors = embedder.vectors([sentence for sentence, _ in said])
        names = [name for _, name in said]
        weights = np.ones(len(said))
        if corrected is not None and len(corrected[1]):
            vectors = np.concatenate([vectors, corrected[0]])
            names += list(corrected[1])
            weights = np.concatenate([weights, np.full(len(corrected[1]), CORRECTED)])
        numbers = np.array([NAMES.index(name) for name in names])
        made: Any = LogisticRegression(C=STRENGTHS.get(embedder.name, USUAL), max_iter=500)
        made.fit(vectors.astype(np.float64), numbers, sample_weight=weights)
        return cls(Head(made.coef_, made.intercept_, made.classes_.astype(np.int64)), signs)

    def likely(self, vectors: Vectors, texts: Sequence[str]) -> Floats:
        """Give how likely each emotion of `NAMES` is for each text; zeros for one that says nothing."""
        found = np.zeros((len(texts), len(NAMES)))
        there = np.any(vectors, axis=1)
        if there.any():
            found[there] = self.head.likely(vectors[there])
        for place, text in enumerate(texts):
            shown = [NAMES.index(self.signs.emojis[sign]) for sign in text if sign in self.signs.emojis]
            if shown:
                found[place] *= 1 - EMOJI
                np.add.at(found[place], shown, EMOJI / len(shown))
        return found

    def read(self, vectors: Vectors, texts: Sequence[str]) -> list[str]:
        """Give the emotion of each text, for counting: `none` where none is clear."""
        likely = self.likely(vectors, texts)
        best = likely[:, :-1].argmax(axis=1)
        clear = (likely[:, :-1].max(axis=1) >= self.signs.clear) & (likely[:, :-1].max(axis=1) > likely[:, -1])
        return [NAMES[number] if sure else NONE for number, sure in zip(best.tolist(), clear.tolist(), strict=True)]
