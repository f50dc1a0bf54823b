"""What is said more often than it used to be: by how much chance alone would exceed that, and how often we cry wolf.

Texts of late are held against those of the weeks before, among as many texts as there were. Given how often something
was said in both together, the number of late is binomial; its angle √-transformed (Anscombe 1948) is normal with
variance 1 whatever its mean:

    z = 2·√(n + ½)·(arcsin √((x + ⅜)/(n + ¾)) − arcsin √q)

x late among n in all, q the late share of all texts. Where quiet weeks scatter more than chance, as they do when one
event makes several people write, z is divided by the root of that scatter. Many things are looked at at once, so the
limit is set for all of them together: `alarms` false ones are expected in a quiet look (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from .terms import USUAL, stem, telling

Numbers = npt.NDArray[np.float64]

THEMES_ALARMS = 0.05
"""Themes that are called rising without being so: in one quiet look out of twenty."""
WORDS_ALARMS = 0.5
"""Words that are: one in two quiet looks. More than of themes, since whoever looks at new words sorts them anyhow."""
LEAST = 3
"""Texts of late that something needs to be called rising."""


@dataclass(frozen=True)
class Rise:
    """What is said more of late: how many texts of late, how many before, its z, and whether it is beyond the limit."""

    what: str
    late: int
    before: int
    z: float
    rising: bool


def z_scores(late: Numbers, before: Numbers, texts_late: float, texts_before: float) -> Numbers:
    """Give z of each count of late against that before; 0 where nothing was said or there is nothing to compare."""
    if texts_late <= 0 or texts_before <= 0:
        return np.zeros(len(late))
    both = late + before
    share = texts_late / (texts_late + texts_before)
    angle = np.arcsin(np.sqrt((late + 0.375) / (both + 0.75))) - np.arcsin(np.sqrt(share))
    return np.where(both > 0, 2 * np.sqrt(both + 0.5) * angle, 0.0)


def limit(looked_at: int, alarms: float) -> float:
    """Give the z beyond which something is rising, where so many things are looked at."""
    return NormalDist().inv_cdf(1 - min(0.5, alarms / max(looked_at, 1)))


def scatter(weekly: Numbers, texts: Numbers) -> float:
    """Give by how much quiet weeks scatter more than chance: 1 where they do not.

    Parameters
    ----------
    weekly
        A row for each thing, a column for each week before: how many texts said it.
    texts
        How many texts there were in each of these weeks.
    """
    used = texts > 0
    weekly, texts = weekly[:, used], texts[used]
    if weekly.shape[1] < 3 or not weekly.size:
        return 1.0
    expected = weekly.sum(axis=1, keepdims=True) * texts[None, :] / texts.sum()
    enough = expected.min(axis=1) >= 1
    if not enough.any():
        return 1.0
    chance = expected[enough] * (1 - texts / texts.sum())[None, :]
    ratio = (weekly[enough] - expected[enough]) ** 2 / chance
    return float(max(1.0, ratio.mean()))


def rising(
    names: Sequence[str], late: Numbers, before: Numbers, texts_late: float, texts_before: float, *,
    alarms: float = THEMES_ALARMS, scattered: float = 1.0, among: int | None = None,
) -> list[Rise]:  # fmt: skip
    """Hold each thing's count of late against that before.

    Parameters
    ----------
    alarms
        How many of them may be called rising in a look at which nothing has changed.
    scattered
        What `scatter` says of the weeks before.
    among
        How many things are looked at, where these are not all of them.
    """
    z = z_scores(late, before, texts_late, texts_before) / np.sqrt(scattered)
    looked_at = among or int(((late + before) >= LEAST).sum())
    beyond = (z > limit(looked_at, alarms)) & (late >= LEAST)
    return [
        Rise(name, int(a), int(b), float(score), bool(up))
        for name, a, b, score, up in zip(names, late, before, z, beyond, strict=True)
    ]


def rising_words(
    late: Sequence[str], before: Sequence[str], *, alarms: float = WORDS_ALARMS, languages: tuple[str, ...] = USUAL
) -> list[Rise]:
    """Give the stems that are in more texts of late than before, the steepest first, spelt as most people do."""
    spelt: dict[str, dict[str, int]] = {}
    counts: list[dict[str, int]] = []
    for texts in (late, before):
        counted: dict[str, int] = {}
        for text in texts:
            forms = {stem(word): word for word in telling(text, languages)}
            for one, word in forms.items():
                counted[one] = counted.get(one, 0) + 1
                seen = spelt.setdefault(one, {})
                seen[word] = seen.get(word, 0) + 1
        counts.append(counted)
    names = sorted(spelt)
    numbers: list[Any] = [np.array([counted.get(name, 0) for name in names], float) for counted in counts]
    found = rising(names, numbers[0], numbers[1], len(late), len(before), alarms=alarms)
    up = sorted((one for one in found if one.rising), key=lambda one: (-one.z, one.what))
    return [replace(one, what=max(sorted(spelt[one.what]), key=spelt[one.what].__getitem__)) for one in up]
