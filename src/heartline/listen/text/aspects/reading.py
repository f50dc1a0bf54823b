"""Which touchpoint a text speaks of: a proposal, made only where it is clear, and marked with what made it.

Without labels: the standardised sum of names and meaning, against what speaks for the other touchpoints: a text that is
a little about everything is about nothing. With n texts whose touchpoint is known (people said it, or
the question that they answered did), n/(n+300) of what a model learnt from them. A text gets a touchpoint only where it
stands out; most texts keep theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..embedder import Embedder
from ..sentences import sentences
from ..themes.space import space
from .describing import Described, Describer

Numbers = npt.NDArray[np.float64]

RULE = "about"
"""What the overrides of these readings are called, before what they were read by."""
HALF = 300
"""Labels at which what was learnt and what is described weigh alike: so measured on German posts about a railway."""
LEAST = 30
"""Labels, and of two touchpoints at least, before anything is learnt."""
OUTSTANDING = 2.0
"""Standard deviations above its own mean, and ahead of the next by half of that, that a proposal needs."""
OTHERS = 3.0
"""How evenly the others speak against a touchpoint: 0 would be the strongest alone, a large number their mean. Chosen
on tickets that nothing is measured on: macro AUC .776 without, .807, .810, .809 with 1, 2, 3."""
SENTENCES = 20
LONGEST = 2_000
USUAL_MEANING, SPREAD_MEANING = 0.15, 0.07
USUAL_NAMED, SPREAD_NAMED = 0.0, 0.2
"""Means and spreads of both over texts of many kinds: with them a single text is judged as it would be among others."""


@dataclass(frozen=True)
class Labelled:
    """A text whose touchpoint is known."""

    text: str
    touchpoint: str


class Reader:
    """Reads texts for the touchpoint that they speak of."""

    def __init__(self, embedder: Embedder, touchpoints: Sequence[Described], labels: Sequence[Labelled] = ()) -> None:
        self.describer = Describer(space(embedder), touchpoints)
        self.keys = [one.key for one in touchpoints]
        self._learnt = learnt(self.keys, labels)
        self.labels = len(labels) if self._learnt is not None else 0
        self.name = f"{RULE} {self.describer.space.label} {self.labels}"

    def scores(self, texts: Sequence[str]) -> Numbers:
        """Give how much each text (row) speaks of each touchpoint (column) more than of the others."""
        return _against_others(self._plain(texts))

    def _plain(self, texts: Sequence[str]) -> Numbers:
        """Give how much each text speaks of each touchpoint, whatever it says of others."""
        found = self._described(texts)
        if self._learnt is None or not len(texts):
            return found
        own = self._learnt.predict([text[:LONGEST] for text in texts])
        weight = self.labels / (self.labels + HALF)
        known = self._learnt.known
        found[:, known] = weight * own[:, known] + (1 - weight) * found[:, known]
        return found

    def read(self, texts: Sequence[str]) -> list[str | None]:
        """Give the touchpoint that each text speaks of; None where that is not clear."""
        plain = self._plain(texts)
        if plain.shape[1] == 0:
            return [None] * len(texts)
        best = plain.argmax(axis=1)
        ordered = np.sort(plain, axis=1)
        top = ordered[:, -1]
        ahead = top - (ordered[:, -2] if plain.shape[1] > 1 else 0.0)
        clear = (top >= OUTSTANDING) & (ahead >= OUTSTANDING / 2)
        clear &= _against_others(plain).max(axis=1) >= OUTSTANDING
        return [self.keys[place] if sure else None for place, sure in zip(best.tolist(), clear.tolist(), strict=True)]

    def _described(self, texts: Sequence[str]) -> Numbers:
        parts = [sentences(text)[:SENTENCES] or [text] for text in texts]
        flat = [sentence for one in parts for sentence in one]
        found = np.zeros((len(texts), len(self.keys)))
        if not flat or not self.keys:
            return found
        meaning, named = self.describer.meaning(self.describer.space.vectors(flat)), self.describer.named(flat)
        at = 0
        for row, one in enumerate(parts):
            here = slice(at, at + len(one))
            at += len(one)
            near = (meaning[here].max(axis=0) + meaning[here].mean(axis=0)) / 2
            said = (named[here].max(axis=0) + named[here].mean(axis=0)) / 2
            found[row] = (near - USUAL_MEANING) / SPREAD_MEANING + (said - USUAL_NAMED) / SPREAD_NAMED
        return found


def _against_others(scores: Numbers) -> Numbers:
    """Give what speaks for each touchpoint more than for the others."""
    others = scores.shape[1] - 1
    if others < 1:
        return scores
    highest = scores.max(axis=1, keepdims=True)
    weights = np.exp((scores - highest) / OTHERS)
    rest = np.maximum(weights.sum(axis=1, keepdims=True) - weights, 1e-12) / others
    against: Numbers = scores - highest - OTHERS * np.log(rest)
    return against


@dataclass(frozen=True)
class Learnt:
    """A model of the company's own labels: which touchpoints it knows, and what makes scores of texts."""

    known: npt.NDArray[np.int64]
    vectorizer: Any
    model: Any
    touchpoints: int

    def predict(self, texts: Sequence[str]) -> Numbers:
        """Give its decision for each text and touchpoint, in units of its own spread."""
        found = np.zeros((len(texts), self.touchpoints))
        made = self.model.decision_function(self.vectorizer.transform(texts))
        found[:, self.known] = (np.stack((-made, made), axis=1) if made.ndim == 1 else made) + 1.0
        return found


def learnt(keys: Sequence[str], labels: Sequence[Labelled]) -> Learnt | None:
    """Learn from texts whose touchpoint is known; None where there are too few, or all of one touchpoint."""
    places = {key: place for place, key in enumerate(keys)}
    used = [one for one in labels if one.touchpoint in places]
    known = sorted({places[one.touchpoint] for one in used})
    if len(used) < LEAST or len(known) < 2:
        return None
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier

    vectorizer = HashingVectorizer(
        n_features=1 << 17, analyzer="char_wb", ngram_range=(2, 5), alternate_sign=False, dtype=np.float32
    )
    model = SGDClassifier(
        loss="modified_huber", alpha=1e-5, max_iter=20, tol=None, random_state=0, class_weight="balanced"
    )
    model.fit(vectorizer.transform([one.text[:LONGEST] for one in used]), [places[one.touchpoint] for one in used])
    return Learnt(np.array(known, np.int64), vectorizer, model, len(keys))
