"""Feeling by the words of a lexicon: those of others where they exist with a clean licence, else our own lists.

English: VADER (Hutto and Gilbert 2014); Portuguese: its form LeIA; both MIT. German and Spanish: `wordlist`.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from . import wordlist

Floats = npt.NDArray[np.float64]

LANGUAGES = ("en", "pt", *wordlist.languages())
SPREAD = 0.5
"""Typical spread of a lexicon's value (−1…+1) over what customers write; by it values become comparable to others."""
LONGEST = 2_000
_lock = threading.Lock()


def values(texts: Sequence[str], languages: Sequence[str | None]) -> Floats:
    """Give what the lexicon of each text's language says, −1…+1; NaN without a lexicon or without one of its words."""
    found = np.full(len(texts), np.nan)
    for place, (text, language) in enumerate(zip(texts, languages, strict=True)):
        if language in LANGUAGES:
            compound = _lexicon(language)(text[:LONGEST])
            if compound:
                found[place] = compound
    return found


def _lexicon(language: str) -> Callable[[str], float]:
    with _lock:
        return _loaded(language)


@cache
def _loaded(language: str) -> Callable[[str], float]:
    if language == "en":
        from vader import SentimentIntensityAnalyzer

        english: Any = SentimentIntensityAnalyzer()
        return lambda text: float(english.polarity_scores(text)["compound"])
    if language in wordlist.languages():
        return wordlist.of(language).value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its files open until they are collected
        from LeIA import SentimentIntensityAnalyzer as Leia

        portuguese: Any = Leia()
    return lambda text: float(portuguese.polarity_scores(text)["compound"])
