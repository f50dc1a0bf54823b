"""Groups of sentences that are about the same: k-means over meaning and words, and what is no theme left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..duplicates import folded
from ..embedder import Vectors
from ..keyphrases import Counted, Phrase, naming
from ..terms import USUAL, stems
from .space import Space, joined, latent, told

Places = npt.NDArray[np.int64]

LEAST = 8
"""Different sentences that a group needs."""
CLOSE = 0.4
"""How alike its centre a sentence has to be at least; a group of which less than half are is none, however large."""
OWN = 0.5
"""Of the sentences that lie as near to its centre as most of its own do, the share that is its own, at least: where
more are others', the group is a language, or a manner of writing, and no subject."""
CALLED = 3
"""Phrases that a theme is called by."""
NAMED = 1 / 3
"""Share of its sentences that say one of the phrases it would be called by, at least: else they name only some."""
MOST_GROUPS = 40
WORDS_NEEDED = 1
"""Telling words of a sentence that is sorted at all: “Very good” is about nothing."""


@dataclass(frozen=True)
class Group:
    """Sentences that are about the same.

    Parameters
    ----------
    centre
        Mean of their vectors of meaning, of length 1.
    near
        How alike its centre a sentence has to be: as three quarters of the group are.
    phrases
        What they say more than all sentences do.
    members
        Places of its sentences, without those that nearly repeat another, the nearest to the centre first.
    """

    centre: Vectors
    near: float
    phrases: tuple[Phrase, ...]
    members: Places


def how_many(sentences: int) -> int:
    """Give into how many groups so many sentences are sorted."""
    return int(min(MOST_GROUPS, max(2, round(np.sqrt(sentences) / 2.5))))


def clustered(
    space: Space, texts: Sequence[str], number: int | None = None, languages: tuple[str, ...] = USUAL
) -> list[Group]:
    """Find groups among sentences, the largest first; near-duplicates count once, sentences that say nothing not."""
    words = told(texts, languages)
    first = folded(texts) if texts else np.zeros(0, np.int64)
    kept = np.array(
        [place for place in range(len(texts)) if first[place] == place and len(words[place]) >= WORDS_NEEDED], np.int64
    )
    if len(kept) < 2 * LEAST:
        return []
    meaning = space.vectors([texts[place] for place in kept])
    tokens = [words[place] for place in kept]
    labels = sorted_into(joined(meaning, latent(tokens)), number or how_many(len(kept)))
    everything = Counted.of(tokens)
    groups = [_group(meaning, tokens, everything, np.flatnonzero(labels == one)) for one in np.unique(labels)]
    found = [group for group in groups if group is not None]
    moved = [Group(one.centre, one.near, one.phrases, kept[one.members]) for one in found]
    return sorted(moved, key=lambda one: (-len(one.members), one.phrases[0].text))


def sorted_into(vectors: Vectors, number: int) -> Places:
    """Sort vectors into so many groups; the same vectors always into the same."""
    from sklearn.cluster import KMeans

    different = len(np.unique(vectors.round(4), axis=0))
    model = KMeans(min(number, different), n_init=3, random_state=0, max_iter=100)
    labels: Places = np.asarray(model.fit_predict(vectors), np.int64)
    return labels


def _group(meaning: Vectors, tokens: Sequence[Sequence[str]], everything: Counted, places: Places) -> Group | None:
    """Make a group of some sentences; None where it is too small or has nothing of its own to be named by."""
    if len(places) < LEAST:
        return None
    phrases = tuple(naming([tokens[place] for place in places], everything))
    if not phrases:
        return None
    middle = meaning[places].mean(axis=0)
    centre = (middle / max(float(np.linalg.norm(middle)), 1e-9)).astype(np.float32)
    alike = meaning[places] @ centre
    if float(np.median(alike)) < CLOSE:
        return None
    near = max(CLOSE, float(np.quantile(alike, 0.25)))
    if (alike >= near).sum() < OWN * (meaning @ centre >= near).sum():
        return None
    if not named(phrases, [tokens[place] for place in places]):
        return None
    order = np.argsort(-alike, kind="stable")
    return Group(centre, near, phrases, places[order])


def named(phrases: Sequence[Phrase], said: Sequence[Sequence[str]]) -> bool:
    """Tell whether enough of a group's sentences say what it would be called by."""
    names = [set(phrase.stems) for phrase in phrases[:CALLED]]
    saying = sum(any(name <= set(stems(one)) for name in names) for one in said)
    return saying >= NAMED * len(said)
