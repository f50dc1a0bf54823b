"""Phrases that say what texts are about: words that stand together more often than chance would have it.

Score of a phrase: how often it is said × how much more often its words meet than if each fell by itself (pointwise
mutual information; Church & Hanks 1990). Words that say nothing are left out first, so that “falta de mantenimiento”
is found as “falta mantenimiento” wherever people put the small words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

from .terms import USUAL, stem, telling

LEAST = 3
"""Texts that a phrase needs: what fewer say names nobody's theme, and may name a person."""


@dataclass(frozen=True)
class Phrase:
    """A phrase as most people write it; its stems; how many texts say it, and its score."""

    text: str
    stems: tuple[str, ...]
    texts: int
    score: float


def keyphrases(texts: Iterable[str], number: int = 10, languages: tuple[str, ...] = USUAL) -> list[Phrase]:
    """Give the phrases of two words that say most of what texts are about, the best first; none shares a stem.

    A phrase counts once in each text.
    """
    counted = Counted.of([telling(text, languages) for text in texts])
    total = sum(counted.single.values()) or 1
    found = []
    for pair, times in counted.pairs.items():
        if times >= LEAST:
            chance = counted.single[pair[0]] * counted.single[pair[1]] / total**2
            score = times * log((times / total) / chance)
            if score > 0:
                found.append(Phrase(counted.spelt(pair), pair, times, score))
    found.sort(key=lambda one: (-one.score, one.text))
    return _unlike(found, number)


def naming(inside: Sequence[Sequence[str]], everything: Counted, number: int = 4) -> list[Phrase]:
    """Give the words and phrases that tell a group of texts from all texts, as words of each text.

    Score: how many texts of the group say it × log of how much more often than texts do in general. What is said
    everywhere alike is no name, whatever it means.

    Parameters
    ----------
    everything
        What all texts say, the group among them. The group has to say it twice as often, or, where it is a large
        part of all, half as often again as it could at most.
    """
    group = Counted.of(inside)
    if not group.texts:
        return []
    most = everything.texts / group.texts
    needed = min(2.0, 1 + (most - 1) / 2)
    found = []
    said: list[tuple[tuple[str, ...], int, int]] = [
        *(((one,), times, everything.single[one]) for one, times in group.single.items()),
        *((pair, times, everything.pairs[pair]) for pair, times in group.pairs.items()),
    ]
    for stems, times, usual in said:
        if times < min(LEAST, group.texts):
            continue
        lift = (times / group.texts) / max(usual / max(everything.texts, 1), 1e-9)
        if lift >= needed and lift > 1:
            score = times * log(lift) * (1.3 if len(stems) > 1 else 1.0)  # two words say more to a reader than one
            found.append(Phrase(group.spelt(stems), stems, times, score))
    found.sort(key=lambda one: (-one.score, one.text))
    return _unlike(found, number)


@dataclass(frozen=True)
class Counted:
    """In how many texts stems and pairs of neighbouring stems are, and how they are spelt."""

    texts: int
    single: Counter[str]
    pairs: Counter[tuple[str, str]]
    forms: dict[str, Counter[str]]

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Counted:
        """Count texts given as their telling words."""
        single: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        forms: dict[str, Counter[str]] = {}
        for text in texts:
            stems = [stem(word) for word in text]
            for one, word in zip(stems, text, strict=True):
                forms.setdefault(one, Counter())[word] += 1
            single.update(set(stems))
            pairs.update({pair for pair in pairwise(stems) if pair[0] != pair[1]})
        return cls(len(texts), single, pairs, forms)

    def spelt(self, stems: Sequence[str]) -> str:
        """Spell stems as most people do."""
        return " ".join(min(self.forms[one].items(), key=lambda form: (-form[1], form[0]))[0] for one in stems)


def _unlike(found: list[Phrase], number: int) -> list[Phrase]:
    """Keep the best phrases that have no stem in common."""
    kept: list[Phrase] = []
    seen: set[str] = set()
    for phrase in found:
        if not seen & set(phrase.stems):
            kept.append(phrase)
            seen |= set(phrase.stems)
        if len(kept) == number:
            break
    return kept
