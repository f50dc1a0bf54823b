"""Themes found again: a group of sentences that lies where a theme lay is that theme, whatever its number this week."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from ..embedder import Vectors
from .clustering import CALLED, Group, clustered
from .reading import Examples, Reader
from .scoring import border
from .space import Space
from .values import Theme, written

SAME = 0.7
"""How alike the middles of a group and of a theme have to be to be the same."""
EXPLAINED = 0.5
"""Share of a group's sentences that themes which there are already speak of: then it is no theme of its own."""


def matched(groups: Sequence[Group], kept: Mapping[str, Vectors]) -> dict[int, str]:
    """Give for groups the theme that each is: the best pairing of all (Kuhn 1955), pairs that are alike enough."""
    from scipy.optimize import linear_sum_assignment

    if not groups or not kept:
        return {}
    keys = list(kept)
    alike = np.array([[float(group.centre @ kept[key]) for key in keys] for group in groups])
    rows, columns = linear_sum_assignment(-alike)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {row: keys[column] for row, column in pairs if alike[row, column] >= SAME}


def found(
    space: Space, texts: Sequence[str], known: Mapping[str, Theme], day: date, examples: Examples | None = None
) -> dict[str, Theme | None]:
    """Look for themes among sentences; give those that change: new ones, and with None those that nobody speaks of.

    A theme found again stays as it is: its key, its name, its middle. One that people keep is never taken away.

    Parameters
    ----------
    known
        Every theme there is, those switched off among them: what people do not want is not found anew.
    """
    groups = clustered(space, texts)
    own = {key: vector for key, theme in known.items() if (vector := theme.vector(space.label)) is not None}
    again = matched(groups, own)
    there = {key: theme for key, theme in known.items() if theme.sort == "theme" and not theme.off}
    reader = Reader(space.embedder, there, examples)
    changes: dict[str, Theme | None] = {}
    fresh: list[Vectors] = []
    for place, group in enumerate(groups):
        twice = any(float(group.centre @ other) >= SAME for other in fresh)
        if place not in again and not twice and not _explained(reader, [texts[member] for member in group.members]):
            fresh.append(group.centre)
            theme = theme_of(space, group, {*known, *changes}, day)
            changes[theme.key] = theme
    for key, theme in known.items():
        gone = theme.found and not (theme.pinned or theme.named or theme.off or theme.into)
        if gone and key not in again.values() and not _spoken_of(space, theme, texts):
            changes[key] = None
    return changes


def _explained(reader: Reader, sentences: Sequence[str]) -> bool:
    """Tell whether themes that are kept speak of most of a group already."""
    if not reader.themes:
        return False
    some = list(sentences)[:100]
    return float((reader.strength(some).max(axis=1) >= 0).mean()) >= EXPLAINED


def _spoken_of(space: Space, theme: Theme, texts: Sequence[str]) -> bool:
    """Tell whether anybody still speaks of a theme that was found."""
    if theme.vector(space.label) is None:  # of another model: it is read anew before it is judged
        return True
    vectors = space.embedder.vectors(list(texts)[:2000])
    return bool((Reader(space.embedder, {theme.key: theme}).scorer.alike(vectors) >= border(space)).any())


def theme_of(space: Space, group: Group, taken: Iterable[str], day: date) -> Theme:
    """Make a theme of a group, called by what it says more than all do."""
    phrases = [phrase.text for phrase in group.phrases]
    return Theme(
        key=_key(phrases[0], set(taken)), label=", ".join(phrases[:CALLED]), words=(), centre=written(group.centre),
        model=space.label, near=round(group.near, 4), found=day.isoformat(),
    )  # fmt: skip


def _key(phrase: str, taken: set[str]) -> str:
    """Make a key of a phrase that no theme has."""
    from ..terms import stem

    plain = "_".join("".join(stem(sign) for sign in word) for word in phrase.split())
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40] or "theme"
    name = name if name[0].isalpha() else f"theme_{name}"
    number, key = 2, name
    while key in taken:
        key, number = f"{name}_{number}", number + 1
    return key
