"""Learning to read feeling from a company's own texts: first without ratings, then from rated comments.

Five parts read a text, each in units of its usual spread:

* `seeds`: seed sentences over the encoder, with a lexicon where there is one (`prior`);
* `taught_meaning`, `taught_words`: what can be taught without any rating: the texts that the seeds are surest of serve
  as examples, for a head over vectors and for one over words;
* `own_meaning`, `own_words`: the same, learnt from the company's rated comments.

The first three are the prior. With n rated comments in a language the blend is n/(n+100)·own + 100/(n+100)·prior; from
300 the weights are fitted on what the parts said of comments that they had not seen, held back towards that. Below 100
a language has the prior only. Where rated comments say clearly that prior or own model read better alone, they do; and
what was learnt from ratings counts only as far as a text is like the rated ones (`familiar`).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from . import familiar, logistic, measuring, weighing, words
from .familiar import Familiar
from .measuring import Measured
from .pieces import pieces
from .prior import Seeded
from .words import Words

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]

PARTS = ("seeds", "taught_meaning", "taught_words", "own_meaning", "own_words")
PRIOR, OWN = slice(0, 3), slice(3, 5)
HALF = 100
"""Rated comments at which own and prior count alike; below, a language has the prior only."""
STACKED = 300
"""Rated comments from which the weights of the parts are fitted."""
SURE = 0.3
"""Share of a language's texts, at either end, that the seeds are held to be sure of."""
TEACH = 200
"""Texts without which nothing is taught."""
EACH = 10
"""Positive, and negative, rated comments that a language needs."""
FOLDS = 5
STRENGTH = 10.0


@dataclass(frozen=True)
class Texts:
    """Texts to learn from.

    Parameters
    ----------
    texts, languages
        The words, and what they are written in.
    vectors
        Their middles (`meaning`).
    lexicon
        What a lexicon says, NaN for nothing.
    feelings
        What their ratings say, −1…+1; NaN for texts without.
    """

    texts: Sequence[str]
    languages: Sequence[str | None]
    vectors: Vectors
    lexicon: Floats
    feelings: Floats


@dataclass(frozen=True)
class Blend:
    """How the parts read one language.

    Parameters
    ----------
    mean, spread
        Of each part, by which it becomes comparable.
    weights
        Of each part.
    slope, offset
        From the weighted sum to a feeling.
    how
        `prior`, `blend` (by the number of ratings) or `stack` (by what proved right).
    measured
        How well it reads comments that it did not learn from; None where nothing can be said.
    strange
        Weights for texts that are unlike the rated ones; None: the same.
    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    slope: float
    offset: float
    how: str = "prior"
    measured: Measured | None = None
    strange: tuple[float, ...] | None = None

    def values(self, parts: Floats, near: Floats | None = None) -> Floats:
        """Give the weighted sum of parts.

        Parameters
        ----------
        near
            How familiar texts are, 0–1; without it, all are.
        """
        values = self._sum(parts, self.weights)
        if near is None or self.strange is None:
            return values
        return near * values + (1 - near) * self._sum(parts, self.strange)

    def _sum(self, parts: Floats, weighed: Sequence[float]) -> Floats:
        """Give the weighted sum of parts; where some say nothing, the others speak for them."""
        weights = np.array(weighed)
        said = (parts - np.array(self.mean)) / np.array(self.spread)
        heard = ~np.isnan(said) @ weights
        whole = np.divide(weights.sum(), heard, out=np.zeros(len(parts)), where=heard > 0)
        return np.asarray(np.nan_to_num(said) @ weights * whole)

    def feelings(self, parts: Floats, near: Floats | None = None) -> Floats:
        """Give feelings, −1…+1."""
        return logistic.felt(self.values(parts, near), self.slope, self.offset)


@dataclass(frozen=True)
class Head:
    """A model over vectors."""

    weights: npt.NDArray[np.float32]
    bias: float

    def values(self, vectors: Vectors) -> Floats:
        """Give the log-odds that a text is positive; NaN without a vector."""
        found = vectors @ self.weights + np.float32(self.bias)
        return np.where(np.any(vectors, axis=1), found.astype(np.float64), np.nan)


@dataclass(frozen=True)
class Learnt:
    """What was learnt: the models, and how they are blended in each language; that of "" holds for all others."""

    blends: dict[str, Blend]
    taught_meaning: Head | None = None
    taught_words: Words | None = None
    own_meaning: Head | None = None
    own_words: Words | None = None
    familiar: Familiar | None = None
    ratings: int = 0
    texts: int = 0

    def parts(self, seeded: Floats, vectors: Vectors | None, texts: Sequence[str]) -> Floats:
        """Give what each part says of texts; without vectors, words alone speak."""
        nothing = np.full(len(texts), np.nan)
        taught_words, own_words = words.values([self.taught_words, self.own_words], texts)
        return np.stack(
            [
                seeded,
                nothing if self.taught_meaning is None or vectors is None else self.taught_meaning.values(vectors),
                taught_words,
                nothing if self.own_meaning is None or vectors is None else self.own_meaning.values(vectors),
                own_words,
            ],
            axis=1,
        )

    def near(self, vectors: Vectors) -> Floats | None:
        """Give how familiar texts are to what was learnt from ratings; None: as good as any."""
        return None if self.familiar is None else self.familiar.of(vectors)

    def feelings(self, parts: Floats, languages: Sequence[str | None], near: Floats | None = None) -> Floats:
        """Give the feelings that parts say, by the blend of each text's language."""
        found = np.full(len(parts), np.nan)
        whose = [language if language in self.blends else "" for language in languages]
        for name in dict.fromkeys(whose):
            here = np.array([one == name for one in whose])
            found[here] = self.blends[name or ""].feelings(parts[here], None if near is None else near[here])
        return np.where(np.isnan(parts).all(axis=1), np.nan, found)


def untaught(seeded: Seeded) -> Learnt:
    """Give what reads before there are texts: the seeds alone."""
    return Learnt({"": _seeds_only(seeded)})


def _seeds_only(seeded: Seeded) -> Blend:
    return Blend((0.0,) * 5, (1.0,) * 5, (1.0, 0.0, 0.0, 0.0, 0.0), seeded.slope, seeded.offset)


def learn(given: Texts, seeded: Seeded) -> Learnt:
    """Learn from a company's texts and ratings."""
    return Learning(given, seeded).learn()


class Learning:
    """One round of learning."""

    def __init__(self, given: Texts, seeded: Seeded) -> None:
        self.given = given
        self.seeded = seeded
        count = len(given.texts)
        self.languages = np.array([language or "" for language in given.languages], object)
        self.fold = np.array([zlib.crc32(text.casefold().strip().encode()) % FOLDS for text in given.texts], int)
        """Texts that are alike are in one fold: who wrote the same helps nobody to pass."""
        self.rated = ~np.isnan(given.feelings)
        self.parts = np.full((count, len(PARTS)), np.nan)
        """What each part says of texts that it has not learnt from."""

        self.taught: tuple[Head, Words] | None = None

    def rated_otherwise(self, feelings: Floats) -> Learning:
        """Give a round with other ratings of the same texts; what was taught without ratings stays."""
        other = copy(self)
        other.given = replace(self.given, feelings=feelings)
        other.rated = ~np.isnan(feelings)
        other.parts = self.parts.copy()
        other.parts[:, OWN] = np.nan
        return other

    def learn(self) -> Learnt:
        """Do it."""
        given = self.given
        if len(given.texts) < TEACH:
            return Learnt({"": _seeds_only(self.seeded)}, texts=len(given.texts), ratings=int(self.rated.sum()))
        if self.taught is None:
            self.parts[:, 0] = self.seeded.prior(given.vectors, given.lexicon)
            self.counted = pieces(given.texts)
            self.rare = words.rarity(self.counted)
            self.taught = self._taught()
        taught = self.taught
        known = [name for name in dict.fromkeys(self.languages.tolist()) if name and self._enough(name)]
        own: tuple[Head | None, Words | None] = self._own() if known else (None, None)
        blends = {"": self._blend("")}
        names = [str(name) for name in dict.fromkeys(self.languages.tolist()) if name]
        blends |= {name: self._blend(name) for name in names if (self.languages == name).sum() >= TEACH // 2}
        models: dict[str, Any] = {
            "taught_meaning": taught[0],
            "taught_words": taught[1],
            "own_meaning": own[0],
            "own_words": own[1],
            "familiar": self._familiar() if known else None,
        }
        return Learnt(blends, ratings=int(self.rated.sum()), texts=len(given.texts), **models)

    def _enough(self, language: str) -> bool:
        """Tell whether a language has rated comments enough, of both kinds."""
        felt = self.given.feelings[self._of(language) & self.rated]
        return len(felt) >= HALF and (felt > 0).sum() >= EACH and (felt < 0).sum() >= EACH

    def _of(self, language: str) -> npt.NDArray[np.bool_]:
        here: npt.NDArray[np.bool_] = np.asarray(self.languages == language)
        return here if language else np.ones(len(here), np.bool_)

    def _taught(self) -> tuple[Head, Words]:
        """Teach what the seeds are sure of; twice, since the first round's pupils choose better examples."""
        values = self.parts[:, 0]
        for _ in range(2):
            examples = self._sure(values)
            for half in range(2):
                out = self.fold % 2 == half
                meaning, by_words = self._fit(np.where(out, np.nan, examples))
                self._fill(1, meaning, by_words, out)
            values = np.nansum(np.stack([weighing.standard(self.parts[:, number]) for number in range(3)]), axis=0)
        return self._fit(self._sure(values))

    def _sure(self, values: Floats) -> Floats:
        """Give +1 and −1 for the texts of each language that are surely positive and negative, NaN for the others."""
        found = np.full(len(values), np.nan)
        for name in dict.fromkeys(self.languages.tolist()):
            here = np.flatnonzero((self.languages == name) & ~np.isnan(values))
            if len(here) >= 10:
                low, high = np.quantile(values[here], [SURE, 1 - SURE])
                found[here[values[here] <= low]] = -1.0
                found[here[values[here] >= high]] = 1.0
        return found

    def _own(self) -> tuple[Head, Words]:
        """Learn from ratings; what each fold's texts are given comes from the others."""
        for number in range(FOLDS):
            out = self.fold == number
            if out.any():
                self._fill(3, *self._fit(np.where(out, np.nan, self.given.feelings)), out)
        return self._fit(self.given.feelings)

    def _familiar(self) -> Familiar | None:
        return familiar.learnt(self.given.vectors[self.rated], self.fold[self.rated])

    def _fit(self, feelings: Floats) -> tuple[Head, Words]:
        """Fit a head over vectors and one over words to the texts that have a feeling."""
        some = np.flatnonzero(~np.isnan(feelings))
        weights, bias = logistic.learnt(self.given.vectors[some].astype(np.float64), feelings[some], STRENGTH)
        return Head(weights.astype(np.float32), bias), words.learnt(self.counted[some], feelings[some], self.rare)

    def _fill(self, first: int, meaning: Head, by_words: Words, out: npt.NDArray[np.bool_]) -> None:
        self.parts[out, first] = meaning.values(self.given.vectors[out])
        self.parts[out, first + 1] = by_words.of_weighed(words.weighed(self.counted[np.flatnonzero(out)], self.rare))

    def _blend(self, language: str) -> Blend:
        """Say how the parts read a language, and measure it where it has ratings."""
        here = self._of(language)
        parts, feelings = self.parts[here], self.given.feelings[here]
        mean, spread = weighing.norms(parts)
        said = np.nan_to_num((parts - mean) / spread)
        rated = ~np.isnan(feelings)
        prior = weighing.even(said, PRIOR)
        seeds = logistic.felt(np.nan_to_num(parts[:, 0]), self.seeded.slope, self.seeded.offset)
        slope, offset = logistic.fitted(said @ prior, seeds)
        made: dict[str, Any] = {"mean": tuple(mean.tolist()), "spread": tuple(spread.tolist())}
        if not language or not self._enough(language):
            measured = measuring.measured(said[rated] @ prior, feelings[rated]) if language else None
            return Blend(weights=tuple(prior.tolist()), slope=slope, offset=offset, measured=measured, **made)
        how, weights, values = self._weighed(said[rated], feelings[rated], prior, self.fold[here][rated])
        slope, offset = logistic.fitted(values, feelings[rated])
        found = measuring.measured(values, feelings[rated])
        prior_slope, _ = logistic.fitted(said[rated] @ prior, feelings[rated])
        made["strange"] = tuple((prior * prior_slope / slope).tolist())
        return Blend(weights=tuple(weights.tolist()), slope=slope, offset=offset, how=how, measured=found, **made)

    @staticmethod
    def _weighed(
        said: Floats, feelings: Floats, prior: Floats, fold: npt.NDArray[np.int64]
    ) -> tuple[str, Floats, Floats]:
        """Say how rated comments are read, with which weights, and what these say of comments not learnt from."""
        share = len(said) / (len(said) + HALF)
        own = weighing.even(said, OWN)
        weights = {"blend": share * own + (1 - share) * prior, "prior": prior, "own": own}
        values = {name: said @ some for name, some in weights.items()}
        if len(said) >= STACKED:
            weights["stack"], stacked = weighing.stack(said, feelings, weights["blend"], fold)
            values = {"stack": stacked, **values}
        best = weighing.chosen(values, feelings)
        return best if best == "blend" else "stack", weights[best], values[best]
