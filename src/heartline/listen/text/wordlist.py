"""Feeling by our own lists of words, for languages of which no list of clean licence exists: `feelings/*.txt`.

A word counts with how it feels, more after “very”, less after “rather”, turned round after “not”; what stands behind
“but” counts more than what stands before. The sum is brought to −1…+1 as VADER does it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("feelings")
TURNED = -0.74
"""What is left of a feeling behind “not”: “not bad” is less good than “bad” is bad (VADER's figure)."""
BEFORE = 3
"""Words before a word that may turn it round or strengthen it."""
STRONGER, WEAKER = 1.3, 0.75
AFTER_BUT, BEFORE_BUT = 1.5, 0.5
NORMAL = 15.0
"""Sum at which half of −1…+1 is nearly reached (VADER's figure)."""
MARKS = ("not", "more", "less", "but")
_TOKEN = re.compile(r"[^\W\d_]+|[.,;:!?()\n]")


@dataclass(frozen=True)
class Wordlist:
    """A language's words.

    Parameters
    ----------
    whole, begun
        How words feel, and how those feel that begin so.
    marks
        Words that turn round, strengthen, weaken, and set against each other.
    """

    whole: dict[str, float]
    begun: dict[str, float]
    marks: dict[str, frozenset[str]]

    def value(self, text: str) -> float:
        """Give how a text feels, −1…+1; 0 where none of its words is known."""
        tokens = _TOKEN.findall(folded(text))
        felt = [self._felt(tokens, place) for place in range(len(tokens))]
        total = _weighed(felt, [place for place, token in enumerate(tokens) if token in self.marks["but"]])
        return float(total / (total * total + NORMAL) ** 0.5)

    def _felt(self, tokens: Sequence[str], place: int) -> float:
        value = self._known(tokens[place])
        if not value:
            return 0.0
        for step in range(1, min(BEFORE, place) + 1):
            token = tokens[place - step]
            if not token.isalpha():
                break
            if token in self.marks["not"]:
                return value * TURNED
            if step == 1 and token in self.marks["more"]:
                value *= STRONGER
            elif step == 1 and token in self.marks["less"]:
                value *= WEAKER
        return value * TURNED if self._turned_behind(tokens, place) else value

    def _turned_behind(self, tokens: Sequence[str], place: int) -> bool:
        """Tell whether “not” ends the clause, as in “schmeckt mir nicht.”."""
        for at in range(place + 1, min(place + 1 + BEFORE, len(tokens))):
            if not tokens[at].isalpha():
                return False
            if tokens[at] in self.marks["not"]:
                return at + 1 == len(tokens) or not tokens[at + 1].isalpha()
        return False

    def _known(self, token: str) -> float:
        if token in self.whole:
            return self.whole[token]
        for length in range(len(token), 2, -1):
            if token[:length] in self.begun:
                return self.begun[token[:length]]
        return 0.0


def _weighed(felt: Sequence[float], buts: Sequence[int]) -> float:
    if not buts:
        return sum(felt)
    return BEFORE_BUT * sum(felt[: buts[-1]]) + AFTER_BUT * sum(felt[buts[-1] :])


def folded(text: str) -> str:
    """Give a text in small letters without accents."""
    small = text.casefold()
    if small.isascii():
        return small
    return "".join(sign for sign in unicodedata.normalize("NFKD", small) if not unicodedata.combining(sign))


def languages() -> tuple[str, ...]:
    """Name the languages that have a list."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.txt")))


@cache
def of(language: str) -> Wordlist:
    """Give the list of a language."""
    whole: dict[str, float] = {}
    begun: dict[str, float] = {}
    marks: dict[str, frozenset[str]] = dict.fromkeys(MARKS, frozenset())
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        first, *rest = line.split() or ["#"]
        if first in MARKS:
            marks[first] = frozenset(rest)
        elif not first.startswith("#"):
            for word in rest:
                (begun if word.endswith("*") else whole)[word.rstrip("*")] = float(first)
    return Wordlist(whole, begun, marks)
