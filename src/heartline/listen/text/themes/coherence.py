"""How good groups of sentences are, by their words: whether these occur together, and each group has its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import log

import numpy as np
import numpy.typing as npt

from ..terms import stem


def top_words(tokens: Sequence[Sequence[str]], labels: npt.NDArray[np.int64], number: int = 10) -> list[list[str]]:
    """Give the stems that tell each group best: class-based TF-IDF (Grootendorst 2022); −1 is no group."""
    groups = {int(one): Counter[str]() for one in np.unique(labels) if one >= 0}
    for said, label in zip(tokens, labels.tolist(), strict=True):
        if label >= 0:
            groups[label].update(stem(word) for word in said)
    everywhere: Counter[str] = Counter()
    for counted in groups.values():
        everywhere.update(counted)
    mean = sum(everywhere.values()) / max(len(groups), 1)
    found = []
    for counted in groups.values():
        size = max(sum(counted.values()), 1)
        score = {word: times / size * log(1 + mean / everywhere[word]) for word, times in counted.items()}
        found.append(sorted(score, key=lambda word: (-score[word], word))[:number])
    return found


def npmi(tops: Sequence[Sequence[str]], tokens: Sequence[Sequence[str]]) -> float:
    """Give the mean normalised pointwise mutual information of the words of each group (Bouma 2009; Lau 2014).

    −1: never together, 0: as chance has it, 1: never apart. Together means in one text of `tokens`.
    """
    wanted = {word for top in tops for word in top}
    single: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()
    for said in tokens:
        here = sorted({stem(word) for word in said} & wanted)
        single.update(here)
        both.update(combinations(here, 2))
    total = len(tokens)
    scores = []
    for top in tops:
        for one, other in combinations(sorted(top), 2):
            together = both[one, other] / total
            if not together:
                scores.append(-1.0)
            elif together >= 1:
                scores.append(1.0)
            else:
                chance = single[one] / total * single[other] / total
                scores.append(log(together / chance) / -log(together))
    return float(np.mean(scores)) if scores else 0.0


def diversity(tops: Sequence[Sequence[str]]) -> float:
    """Give the share of the groups' words that no other group has (Dieng 2020: distinct words ÷ all words)."""
    every = [word for top in tops for word in top]
    return len(set(every)) / len(every) if every else 0.0
