"""Emotions counted over many texts: shares with intervals in which several texts of one person are not independent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heartline.listen.intervals import Sums, wilson

from .emotion import LEAST, NAMES, NONE

PEOPLE = 5
"""People without whom nothing is said about shares; a text of nobody known is one."""


@dataclass(frozen=True)
class Counted:
    """How many texts of a group show an emotion.

    Parameters
    ----------
    count, n
        Texts that show it, of how many that were read.
    share, low, high
        With the 95 % interval (Wilson, clustered by customer); None with too few texts.
    """

    emotion: str
    group: str | None
    count: int
    n: int
    share: float | None
    low: float | None
    high: float | None


def tally(shown: Sequence[str | None], groups: Sequence[str | None], customers: Sequence[str | None]) -> list[Counted]:
    """Count emotions by group, in the order of groups; in a group those that most show first, `none` last.

    Parameters
    ----------
    shown
        The emotion of each text; None where it was not read.
    """
    places: dict[str | None, list[int]] = {}
    for place, (emotion, group) in enumerate(zip(shown, groups, strict=True)):
        if emotion is not None:
            places.setdefault(group, []).append(place)
    made: list[Counted] = []
    for group in sorted(places, key=lambda one: (one is None, one or "")):
        here = places[group]
        made += _of_one([str(shown[place]) for place in here], group, [customers[place] for place in here])
    return made


def enough(shown: Sequence[str], customers: Sequence[str | None]) -> bool:
    """Tell whether shares may be said of texts that were read: never of a few people, whatever they wrote."""
    known = {one for one in customers if one is not None}
    return len(shown) >= LEAST and len(known) + sum(one is None for one in customers) >= PEOPLE


def _of_one(shown: Sequence[str], group: str | None, customers: Sequence[str | None]) -> list[Counted]:
    """Count the emotions of one group."""
    numbers = np.array([NAMES.index(name) for name in shown])
    names: dict[str, int] = {}
    who = np.array([names.setdefault(one or f"\0{place}", len(names)) for place, one in enumerate(customers)])
    every = np.bincount(who, minlength=len(names)).astype(float)
    found = []
    for number, name in enumerate(NAMES):
        hit = np.bincount(who, weights=numbers == number, minlength=len(names))
        count, n = int(hit.sum()), len(shown)
        if not enough(shown, customers):
            found.append(Counted(name, group, count, n, None, None, None))
            continue
        sums = Sums(n, count, count, len(names), float(hit @ hit), float(hit @ every), float(every @ every))
        found.append(Counted(name, group, count, n, count / n, *wilson(count / n, sums.effective)))
    return sorted(found, key=lambda one: (one.emotion == NONE, -one.count, NAMES.index(one.emotion)))
