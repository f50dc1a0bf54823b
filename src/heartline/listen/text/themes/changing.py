"""What people do with themes: name, pin, switch off, merge, split, and say whether a text is about one.

Each gives the themes that change, by key; who writes them decides how. A key never changes and is never given again, so
that what was counted under it last year is still counted under it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from heartline.core.errors import InvalidInput, unknown

from .clustering import clustered
from .identity import theme_of
from .space import Space
from .values import SORTS, Theme

LONGEST = 80
MOST_EXAMPLES = 200
PARTS = 2
Changes = dict[str, Theme]


def of(themes: Mapping[str, Theme], key: str, *, field: str = "theme") -> Theme:
    """Give a theme.

    Raises
    ------
    NotFound
        `unknown_theme`.
    """
    if key not in themes:
        raise unknown("theme", key, list(themes), field=field)
    return themes[key]


def begun(themes: Mapping[str, Theme], key: str, label: str, seeds: Sequence[str], sort: str = "theme") -> Changes:
    """Begin a theme from its name and sentences that people might write about it.

    Raises
    ------
    InvalidInput
        `bad_value` without a sentence, for a key that there is, or a sort that there is not.
    """
    told = tuple(dict.fromkeys(seed.strip() for seed in seeds if seed.strip()))
    if not told:
        raise InvalidInput("bad_value", "A theme needs a sentence that somebody might write.", field="seeds")
    if key in themes or sort not in SORTS:
        raise InvalidInput("bad_value", "There is such a theme already.", field="label")
    return {key: Theme(key, label=_label(label), sort=sort, seeds=told, pinned=True, named=True)}


def named(themes: Mapping[str, Theme], key: str, label: str) -> Changes:
    """Call a theme otherwise, in every language."""
    return {key: replace(of(themes, key), label=_label(label), labels={}, named=True)}


def pinned(themes: Mapping[str, Theme], key: str, pin: bool) -> Changes:
    """Keep a theme whether or not anybody speaks of it; or no longer."""
    return {key: replace(of(themes, key), pinned=pin)}


def switched(themes: Mapping[str, Theme], key: str, on: bool) -> Changes:
    """Count a theme again, or no longer; it is not found anew then."""
    return {key: replace(of(themes, key), off=not on)}


def merged(themes: Mapping[str, Theme], key: str, into: str) -> Changes:
    """Let all that is about a theme be about another.

    Raises
    ------
    InvalidInput
        `same_theme` when both are one already.
    """
    gone, kept = of(themes, key), of(themes, into, field="into")
    root, seen = kept, set()
    while root.into is not None and root.key not in seen:
        seen.add(root.key)
        root = of(themes, root.into)
    if root.key == gone.key:
        raise InvalidInput("same_theme", "Both are the same theme already.", field="into", remedy="Choose another.")
    return {key: replace(gone, into=root.key), root.key: replace(root, pinned=True)}


def parted(themes: Mapping[str, Theme], key: str) -> Changes:
    """Take a merge back."""
    return {key: replace(of(themes, key), into=None)}


def split(
    themes: Mapping[str, Theme], key: str, space: Space, sentences: Sequence[str], day: date, parts: int = PARTS
) -> Changes:
    """Make several themes of one, by what the sentences about it say; the one itself is switched off.

    Parameters
    ----------
    sentences
        Those that speak of it.

    Raises
    ------
    InvalidInput
        `too_few` where they do not fall into parts that each have something of their own.
    """
    gone = of(themes, key)
    groups = clustered(space, sentences, parts)
    if len(groups) < PARTS:
        raise InvalidInput("too_few", "Too few texts speak of this theme, or they all say the same.", field="theme",
                           remedy="Wait for more texts.")  # fmt: skip
    made: Changes = {}
    for group in groups:
        part = theme_of(space, group, {*themes, *made}, day)
        made[part.key] = replace(part, sort=gone.sort, pinned=True)
    return {**made, key: replace(gone, off=True)}


def corrected(themes: Mapping[str, Theme], key: str, text: str, belongs: bool) -> Changes:
    """Remember that a text (the id of its interaction) is about a theme, or is not: the newest examples count."""
    theme = of(themes, key)
    yes = [one for one in theme.yes if one != text]
    no = [one for one in theme.no if one != text]
    (yes if belongs else no).append(text)
    return {key: replace(theme, yes=tuple(yes[-MOST_EXAMPLES:]), no=tuple(no[-MOST_EXAMPLES:]))}


def _label(text: str) -> str:
    label = " ".join(text.split())
    if not label or len(label) > LONGEST:
        raise InvalidInput("bad_value", "A theme needs a name of at most 80 letters.", field="label")
    return label
