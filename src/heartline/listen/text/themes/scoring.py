"""How much sentences speak of themes: by what they mean, and by the words that tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ..embedder import Vectors
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
        self.border = border(space)
        self._yes = [self._prototypes(theme) for theme in themes]
        self._no = [
            space.vectors(list(examples.get(theme.key, ((), ()))[1]), felt=theme.sort != "theme") for theme in themes
        ]
        self._words = Telling([told_by(theme.words) for theme in themes])
        self._unless = Telling([told_by(theme.unless) for theme in themes])

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

    def _by_centre(self, vectors: Vectors, centre: Vectors, near: float) -> Numbers:
        """Give how alike sentences are to a found group, so that its own border lies where that of seeds does."""
        alike: Numbers = (vectors @ centre - near + self.border).astype(np.float32)
        return alike

    def told(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Give for each sentence and theme whether one of its words is in it."""
        return self._words.said(texts)

    def barred(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Give for each sentence and theme whether a word is in it that no sentence about the theme has."""
        return self._unless.said(texts)


SHORT = 3
BORDERS: Mapping[str, float] = {"use": 0.48, "e5": 0.44}
"""How alike a sentence and a theme have to be, without a word that tells it, by encoder: at these, seven to eight of a
thousand sentences of other starter themes lie above (at 0.48 the bigger one would take two, and miss a fifth more)."""
USUAL = 0.48


def border(space: Space) -> float:
    """Give how alike a sentence and a theme have to be in a space."""
    return BORDERS.get(space.embedder.name, USUAL)


def told_by(given: Sequence[str]) -> Told:
    """Read words that tell a theme: beginnings of single words, and phrases of several."""
    parts = [tuple(stem_long(word) for word in words(one)) for one in given]
    return tuple(one[0] for one in parts if len(one) == 1), tuple(one for one in parts if len(one) > 1)


class Telling:
    """Words and phrases that tell themes, found by what words begin with.

    Parameters
    ----------
    wanted
        Of each theme.
    """

    def __init__(self, wanted: Sequence[Told]) -> None:
        self._count = len(wanted)
        self._single: dict[str, list[int]] = {}
        self._first: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
        for place, (single, phrases) in enumerate(wanted):
            for one in single:
                self._single.setdefault(one, []).append(place)
            for phrase in phrases:
                self._first.setdefault(phrase[0], []).append((place, phrase))

    def said(self, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Give for each text and theme whether it has one of the words or phrases."""
        once = {text: row for row, text in enumerate(dict.fromkeys(texts))}
        found = np.zeros((len(once), self._count), bool)
        for text, row in once.items():
            said = [stem_long(word) for word in words(text)]
            for word in said:
                for beginning in beginnings(word):
                    for place in self._single.get(beginning, ()):
                        found[row, place] = True
                    for place, phrase in self._first.get(beginning, ()):
                        found[row, place] |= follows(said, phrase)
        return found[[once[text] for text in texts]]


def stem_long(word: str) -> str:
    """Fold a word's accents without cutting it."""
    if word.isascii():
        return word
    return "".join(stem(word[place : place + 1]) for place in range(len(word)))


def begins(word: str, beginning: str) -> bool:
    """Tell whether a word begins so; what has three letters or fewer is a word of its own, no beginning."""
    return word == beginning or (len(beginning) > SHORT and word.startswith(beginning))


def beginnings(word: str) -> list[str]:
    """Give everything that a word begins with, as `begins` takes it, and the word itself."""
    return [word[:length] for length in range(SHORT + 1, len(word))] + [word]


def follows(said: Sequence[str], phrase: Sequence[str]) -> bool:
    """Tell whether the words of a phrase follow each other, small words between them or not."""
    at = 0
    for word in said:
        if begins(word, phrase[at]):
            at += 1
            if at == len(phrase):
                return True
    return False
