"""What is known of touchpoints without any label: their names in every language, synonyms, and what these mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.store.definitions import Definitions

from ..embedder import Vectors
from ..terms import USUAL, empty, words
from ..themes.scoring import follows, stem_long
from ..themes.space import Space

Numbers = npt.NDArray[np.float32]
LEAST_LETTERS = 3
ENDINGS = 2
"""Letters at the end of a longer word that its other forms may have otherwise: “delivery”, “deliveries”."""


@dataclass(frozen=True)
class Described:
    """A touchpoint: its key, what it is called in any language, and words that people use for it."""

    key: str
    names: tuple[str, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What stands for it among sentences."""
        return tuple(dict.fromkeys((*self.names, f"It is about {self.names[0]}")))


def described(definitions: Definitions) -> list[Described]:
    """Give the touchpoints of the catalogue that can be told by words."""
    found = []
    for key, body in definitions.all("touchpoint").items():
        names = [str(body.get("label") or key.replace("_", " ")), *map(str, _labels(body)), *map(str, _spoken(body))]
        kept = tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
        if kept:
            found.append(Described(key, kept))
    return found


def _labels(body: Mapping[str, Any]) -> Sequence[Any]:
    return list((body.get("labels") or {}).values())


def _spoken(body: Mapping[str, Any]) -> Sequence[Any]:
    return list(body.get("spoken") or ()) + [name.replace("_", " ") for name in body.get("also") or ()]


class Describer:
    """Scores sentences for touchpoints by words and by meaning; the higher, the more it is about it."""

    def __init__(self, space: Space, touchpoints: Sequence[Described]) -> None:
        self.space = space
        self.touchpoints = tuple(touchpoints)
        self._means = [space.vectors(list(one.sentences)) for one in touchpoints]
        self._said = [[_phrase(name) for name in one.names] for one in touchpoints]

    def meaning(self, vectors: Vectors) -> Numbers:
        """Give how alike sentences and touchpoints are: the nearest two of what stands for each."""
        columns = [np.sort(vectors @ means.T, axis=1)[:, -2:].mean(axis=1) for means in self._means]
        return np.stack(columns, axis=1).astype(np.float32) if columns else np.zeros((len(vectors), 0), np.float32)

    def named(self, texts: Sequence[str]) -> Numbers:
        """Give whether a touchpoint's name, or a synonym, is in a sentence: the part of its words, 1 for all."""
        found = np.zeros((len(texts), len(self.touchpoints)), np.float32)
        for row, text in enumerate(texts):
            said = [stem_long(word) for word in words(text)]
            for place, phrases in enumerate(self._said):
                found[row, place] = max((_part(said, phrase) for phrase in phrases), default=0.0)
        return found


def _phrase(name: str) -> tuple[str, ...]:
    """Give the words of a name that tell something, without their endings."""
    kept = [word for word in words(name) if len(word) >= LEAST_LETTERS and word not in empty(USUAL)]
    return tuple(_without_ending(stem_long(word)) for word in kept or words(name))


def _without_ending(word: str) -> str:
    return word[:-ENDINGS] if len(word) >= LEAST_LETTERS + 2 * ENDINGS else word


def _part(said: Sequence[str], phrase: Sequence[str]) -> float:
    """Give 1 where all words of a phrase follow each other, else half of the part of them that is there."""
    if not phrase:
        return 0.0
    if follows(said, phrase):
        return 1.0
    return 0.5 * sum(any(word.startswith(one) for word in said) for one in phrase) / len(phrase)
