"""What a pair of answers says of a feature: how it would be with it, how without.

Kano, Seraku, Takahashi & Tsuji (1984), Attractive quality and must-be quality.

Answers are 1 (I like it), 2 (I expect it), 3 (I do not care), 4 (I can live with it), 5 (I dislike it).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")
"""A line for each answer to “if it is there”, a letter for each to “if it is missing”."""
CATEGORIES = "AOMIRQ"
"""Attractive, one-dimensional, must-be, indifferent, reverse, questionable."""
COUNTED = "AOMI"
"""Those that Better and Worse are shares of (Berger and others 1993)."""


def category(there: float, missing: float) -> str:
    """Give the category of a pair of answers."""
    return TABLE[int(there) - 1][int(missing) - 1]


def clear(counts: Mapping[str, int]) -> str | None:
    """Give the category that most people's answers fall into; None where it is not clearly ahead.

    Fong (1996): the two most frequent differ by at least 1.65·√((a+b)·(2n−a−b)/(2n)).
    """
    total = sum(counts.values())
    first, second = sorted(CATEGORIES, key=lambda one: -counts.get(one, 0))[:2]
    a, b = counts.get(first, 0), counts.get(second, 0)
    if not total or a == b:
        return None
    return first if a - b >= 1.65 * sqrt((a + b) * (2 * total - a - b) / (2 * total)) else None
