"""What a sentence has to say, beside what it means, to be about a need or a reason.

By meaning alone “I found what I wanted” and “I did not” lie next to each other, and so do a wish and a polite request.
So of needs and reasons one of their words has to be there, and a question says neither that somebody got something nor
why they come or go. What only greets or takes leave is about nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..embedder import Vectors
from ..terms import without_greetings, words
from .scoring import Scorer

Flags = npt.NDArray[np.bool_]
ENDS = " )]\"'»”"


class Sayings:
    """Tells which sentences cannot be about a theme, whatever they mean."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._says = np.array([theme.sort != "theme" for theme in scorer.themes], bool)
        self._taught = {
            place: scorer.space.vectors(list(scorer.examples[theme.key][0]), felt=True)
            for place, theme in enumerate(scorer.themes)
            if theme.sort != "theme" and scorer.examples.get(theme.key, ((), ()))[0]
        }

    def barred(self, flat: Sequence[str], said: Sequence[str], raw: Vectors, told: Flags) -> Flags:
        """Give for each sentence and theme whether it is not about it.

        Parameters
        ----------
        said
            The sentences without greetings.
        raw
            The encoder's own vectors.
        told
            Whether one of the theme's words is there.
        """
        found = self._scorer.barred(said) | self._lacking(raw, told)
        for row, text in enumerate(flat):
            found[row] |= (self._says & asks(text)) | (not said[row])
        return np.asarray(found, bool)

    def _lacking(self, raw: Vectors, told: Flags) -> Flags:
        """Tell where a word is missing that it takes, and people said of no text that is alike that it is one."""
        found = np.zeros(told.shape, bool)
        felt = self._scorer.space.moved(raw, felt=True) if self._taught else raw
        for place, theme in enumerate(self._scorer.themes):
            if theme.sort != "theme" and theme.words:
                found[:, place] = ~told[:, place]
                if place in self._taught:
                    found[:, place] &= (felt @ self._taught[place].T).max(axis=1) < self._scorer.border
        return found


def spoken(text: str) -> str:
    """Give the words of a sentence without what greets and takes leave."""
    return " ".join(without_greetings(words(text)))


def asks(text: str) -> bool:
    """Tell whether a sentence asks a question."""
    return text.rstrip(ENDS).endswith("?")
