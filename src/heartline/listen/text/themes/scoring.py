"""How much sentences speak of themes: by what they mean, and by the words that tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ..embedding import Vectors
from ..terms import stem, words
from .space import Space
from .values import Theme

Numbers = npt.NDArray[np.float32]
Told = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Beginnings of single words, and phrases."""
NONE = -1.0
"""Strength of what cannot be told: a theme without sentences, a text without letters."""


class Scorer:
    """Themes as sentences that people might write (or did write), each a vector.

    Parameters
    ----------
    examples
        Texts of which people said that they are about a theme, by its key; and that they are not.
    """

    def __init__(
        self, space: Space, themes: Sequence[Theme], examples: Mapping[str, tuple[Sequence[str], Sequence[str]]]
    ) -> None:
        self.space = space
        self.themes = tuple(themes)
        self.examples = examples
        self._yes = [self._prototypes(theme) for theme in themes]
        self._no = [
            space.vectors(list(examples.get(theme.key, ((), ()))[1]), felt=theme.sort != "theme") for theme in themes
        ]
        self._words = [told_by(theme.words) for theme in themes]
        self._unless = [told_by(theme.unless) for theme in themes]

    def _prototypes(self, theme: Theme) -> Vectors:
        told = [*theme.seeds, *self.examples.get(theme.key, ((), ()))[0]]
        return self.space.vectors(told, felt=theme.sort != "theme")

    def alike(self, raw: Vectors) -> Numbers:
        """Give for each sentence (row) and theme (column) how alike they are: the mean of its two nearest sentences.

        A sentence that is nearer to one that people said is not about the theme is not about it. How it feels counts
        for needs and reasons, and not for what it is about.

        Parameters
        ----------
        raw
            The encoder's own vectors.
        """
        found = np.full((len(raw), len(self.themes)), NONE, np.float32)
        plain, felt = self.space.moved(raw), self.space.moved(raw, felt=True)
        for place, theme in enumerate(self.themes):
            vectors = plain if theme.sort == "theme" else felt
            if len(self._yes[place]):
                near = np.sort(vectors @ self._yes[place].T, axis=1)[:, -2:]
                found[:, place] = near.mean(axis=1)
                if len(self._no[place]):
                    against = (vectors @ self._no[place].T).max(axis=1)
                    found[against > near[:, -1], place] = NONE
            centre = theme.vector(self.space.label)
            if centre is not None and theme.near is not None:
                found[:, place] = np.maximum(found[:, place], self._by_centre(plain, centre, theme.near))
        return found

    @staticmethod
    def _by_centre(vectors: Vectors, centre: Vectors, near: float) -> Numbers:
        """Give how alike sentences are to a found group, so that its own border lies where that of seeds does."""
        alike: Numbers = (vectors @ centre - near + BORDER).astype(np.float32)
        return alike

    def told(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Give for each sentence and theme whether one of its words is in it."""
        return self._said(texts, self._words)

    def barred(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Give for each sentence and theme whether a word is in it that no sentence about the theme has."""
        return self._said(texts, self._unless)

    def _said(self, texts: Sequence[str], wanted: Sequence[Told]) -> npt.NDArray[np.bool_]:
        found = np.zeros((len(texts), len(self.themes)), bool)
        for row, text in enumerate(texts):
            said = [stem_long(word) for word in words(text)]
            for place, (single, phrases) in enumerate(wanted):
                found[row, place] = any(begins(word, one) for word in said for one in single) or any(
                    follows(said, phrase) for phrase in phrases
                )
        return found


SHORT = 3
BORDER = 0.48
"""How alike a sentence and a theme have to be, without a word that tells it."""


def told_by(given: Sequence[str]) -> Told:
    """Read words that tell a theme: beginnings of single words, and phrases of several."""
    parts = [tuple(stem_long(word) for word in words(one)) for one in given]
    return tuple(one[0] for one in parts if len(one) == 1), tuple(one for one in parts if len(one) > 1)


def stem_long(word: str) -> str:
    """Fold a word's accents without cutting it."""
    return "".join(stem(word[place : place + 1]) for place in range(len(word)))


def begins(word: str, beginning: str) -> bool:
    """Tell whether a word begins so; what has three letters or fewer is a word of its own, no beginning."""
    return word == beginning or (len(beginning) > SHORT and word.startswith(beginning))


def follows(said: Sequence[str], phrase: Sequence[str]) -> bool:
    """Tell whether the words of a phrase follow each other, small words between them or not."""
    at = 0
    for word in said:
        if begins(word, phrase[at]):
            at += 1
            if at == len(phrase):
                return True
    return False
