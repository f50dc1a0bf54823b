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

from heartline.listen.intervals import wilson

from .embedding import Embedder, Vectors
from .seeds import EMOTIONS, Seeds

Floats = npt.NDArray[np.float64]

NONE = "none"
NAMES = (*EMOTIONS, NONE)
CLEAR = 0.3
"""How likely an emotion must be, and likelier than none, to be told: well above one of nine. Tuned on nothing."""
EMOJI = 0.6
"""How much an emoji says, beside the words."""
STRENGTH = 10.0
CORRECTED = 2.0
"""What somebody put right counts as so many seed sentences: it is about this company."""
LEAST = 30
"""Texts without which nothing is said about shares."""


@dataclass(frozen=True)
class Share:
    """How many texts show an emotion.

    Parameters
    ----------
    emotion
        Its key; `none` for texts that show none.
    count, n
        Texts that show it, of how many.
    low, high
        95 % interval of the share (Wilson); None with too few texts.
    """

    emotion: str
    count: int
    n: int
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        """The share; None with too few texts."""
        return self.count / self.n if self.n >= LEAST else None


class Emotions:
    """Reads emotions.

    Parameters
    ----------
    embedder, seeds
        What makes vectors of sentences, and the sentences.
    corrected
        Vectors of texts that somebody put right, and the emotion of each (`none` for no emotion).
    """

    def __init__(
        self, embedder: Embedder, seeds: Seeds, corrected: tuple[Vectors, Sequence[str]] | None = None
    ) -> None:
        from sklearn.linear_model import LogisticRegression  # takes a second to import

        said = [(sentence, name) for name in EMOTIONS for sentence in seeds.emotions[name]]
        said += [(sentence, NONE) for sentence in seeds.nothing]
        vectors = embedder.vectors([sentence for sentence, _ in said])
        names = [name for _, name in said]
        weights = np.ones(len(said))
        if corrected is not None and len(corrected[1]):
            vectors = np.concatenate([vectors, corrected[0]])
            names += list(corrected[1])
            weights = np.concatenate([weights, np.full(len(corrected[1]), CORRECTED)])
        numbers = np.array([NAMES.index(name) for name in names])
        made: Any = LogisticRegression(C=STRENGTH, max_iter=500)
        self._head = made.fit(vectors.astype(np.float64), numbers, sample_weight=weights)
        self._emojis: Mapping[str, str] = seeds.emojis

    def likely(self, vectors: Vectors, texts: Sequence[str]) -> Floats:
        """Give how likely each emotion of `NAMES` is for each text; zeros for one that says nothing."""
        found = np.zeros((len(texts), len(NAMES)))
        there = np.any(vectors, axis=1)
        if there.any():
            found[there] = self._head.predict_proba(vectors[there].astype(np.float64))
        for place, text in enumerate(texts):
            shown = [NAMES.index(self._emojis[sign]) for sign in text if sign in self._emojis]
            if shown:
                found[place] *= 1 - EMOJI
                np.add.at(found[place], shown, EMOJI / len(shown))
        return found

    def read(self, vectors: Vectors, texts: Sequence[str]) -> list[str]:
        """Give the emotion of each text, for counting: `none` where none is clear."""
        likely = self.likely(vectors, texts)
        best = likely[:, :-1].argmax(axis=1)
        clear = (likely[:, :-1].max(axis=1) >= CLEAR) & (likely[:, :-1].max(axis=1) > likely[:, -1])
        return [NAMES[number] if sure else NONE for number, sure in zip(best.tolist(), clear.tolist(), strict=True)]


def shares(read: Sequence[str]) -> list[Share]:
    """Count emotions over many texts, those that most show first."""
    count = len(read)
    found = []
    for name in NAMES:
        here = sum(one == name for one in read)
        low, high = wilson(here / count, count) if count >= LEAST else (None, None)
        found.append(Share(name, here, count, low, high))
    return sorted(found, key=lambda one: (one.emotion == NONE, -one.count, NAMES.index(one.emotion)))
