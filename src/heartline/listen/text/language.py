"""Which language a text is in; null where that cannot be told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

SURE = 0.9
"""How likely the likeliest language must be, among those that texts may be in."""
LEAST = 4
"""Letters that a text needs; shorter ones look alike in too many languages."""
MIXED = 60
"""Letters from which a text's halves are looked at by themselves: where each is surely another's, it is mixed."""
LONGEST = 600
"""Characters that are looked at."""
NOISE = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+|[\d_]+")
"""What is no language: addresses, names, numbers."""


class Languages:
    """Tells the language of texts, among some or all that the model knows.

    Parameters
    ----------
    among
        Codes of two letters; empty: all. Those that the model does not know are left out.
    """

    def __init__(self, among: Sequence[str] = ()) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # reads its model in half a second

        made: Any = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        known = [code[:2].lower() for code in among]
        self.among = tuple(dict.fromkeys(code for code in known if code in made.labels))
        if self.among:
            made.set_languages(list(self.among))
        self._made = made

    def detect(self, texts: Sequence[str]) -> list[str | None]:
        """Give the language of each text: a code of two letters, or None where it is too short, mixed or unclear."""
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> str | None:
        clean = NOISE.sub(" ", text[:LONGEST]).strip()
        letters = sum(map(str.isalpha, clean))
        if letters < LEAST:
            return None
        if letters < MIXED:
            found, sure = self._surest(clean)
            return found if sure >= SURE else None
        middle = clean.find(" ", len(clean) // 2)
        (first, of_first), (second, of_second) = (self._surest(half) for half in (clean[:middle], clean[middle:]))
        if min(of_first, of_second) > SURE:  # what both halves are surely in, the whole is in
            return first if first == second else None
        found, sure = self._surest(clean)
        return found if sure >= SURE else None

    def _surest(self, text: str) -> tuple[str, float]:
        code, sure = self._made.classify(text)
        return str(code), float(sure)


@cache
def languages(among: tuple[str, ...] = ()) -> Languages:
    """Give what tells languages, made once in a process."""
    return Languages(among)
