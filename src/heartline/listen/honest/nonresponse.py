"""Weights for those who answered, so that they stand for everyone who was asked.

Each answer weighs one over the chance that such a person answers (Horvitz & Thompson 1952; a logistic model of what is
known of everybody, Rosenbaum & Rubin 1983), no more than `MOST` times the average; then the weights are raked to what
is known of everyone asked. Where those who answered are not like those asked, nothing is said at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .raking import OutOfReach, indicators, raked
from .weighing import Codes, Floats, kish

Flags = npt.NDArray[np.bool_]

FEWEST = 50
"""People who answered, and who did not, below which nothing is told."""
MOST = 10.0
"""A weight is at most so many times the average one before raking; how many were cut is said."""
UNLIKE = 0.1
"""Share of those asked who may be unlike anybody who answered."""
WORTH = 0.1
"""What share of its answers the effective number must be; and at least `EFFECTIVE`."""
EFFECTIVE = 30.0
APART = 0.2
"""How many standard deviations those who answered, weighted, may differ from those asked in anything known."""
PER_TRAIT = 15
"""People, of those who answered and of those who did not, for each trait that the model learns of."""
EDGE = 5
"""The so-many-th lowest chance among those who answered is where likeness ends: one odd person is no overlap."""


@dataclass(frozen=True)
class Known:
    """What is known of everyone asked.

    Parameters
    ----------
    columns
        A number for each person and trait, in the order of what tells most.
    names
        Names of the traits.
    margins
        For each margin the group of every person, numbered from 0.
    """

    columns: Floats
    names: tuple[str, ...]
    margins: tuple[Codes, ...]


@dataclass(frozen=True)
class Refusal:
    """Why nothing can be told, as a code and the numbers that say so."""

    code: str
    asked: int = 0
    answered: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class Correction:
    """Weights, and how far they can be trusted.

    Parameters
    ----------
    weights
        Of each person asked; 0 for those who did not answer. They add up to how many were asked.
    unlike
        Share of those asked with a lower chance to answer than anybody who did.
    cut
        How many weights were too large and cut.
    apart, apart_before
        Largest difference between those who answered and those asked, in standard deviations, weighted and not.
    auc
        How well it can be told who answers: 0.5 is not at all.
    """

    asked: int
    answered: int
    weights: Floats
    answers: Flags
    chances: Floats
    unlike: float
    cut: int
    apart: float
    apart_before: float
    auc: float
    design: Floats
    margins: Floats
    hessian: Floats
    held: Flags

    @property
    def effective(self) -> float:
        """How many equal people those who answered are worth (Kish)."""
        return kish(self.weights[self.answers])


def corrected(known: Known, answers: Flags) -> Correction | Refusal:
    """Find the weights of those who answered, or say why there are none."""
    asked, answered = len(answers), int(answers.sum())
    silent = asked - answered
    if answered < FEWEST:
        return Refusal("too_few_answered", asked, answered)
    if silent < FEWEST:
        return Refusal("too_few_silent", asked, answered)
    design = _design(known.columns, min(answered, silent))
    chances, hessian = _chances(design, answers)
    edge = np.partition(chances[answers], EDGE - 1)[EDGE - 1]
    unlike = float((chances < edge).mean())
    if unlike > UNLIKE:
        return Refusal("unlike", asked, answered, unlike)
    raw = np.where(answers, 1 / chances, 0.0)
    most = MOST * asked / answered
    held = answers & (raw > most)
    first = np.where(held, most, raw)
    margins, totals = _margins(known.margins, answers)
    try:
        final = np.zeros(asked)
        final[answers] = raked(first[answers] * asked / first.sum(), [one[answers] for one in margins], totals)
    except OutOfReach:
        return Refusal("margins", asked, answered)
    effective = kish(final[answers])
    if effective < max(EFFECTIVE, WORTH * answered):
        return Refusal("few_carry", asked, answered, effective / answered)
    apart, before = _apart(design, final), _apart(design, answers.astype(float))
    if apart > APART:
        return Refusal("apart", asked, answered, apart)
    columns = indicators(margins, [len(one) for one in totals])
    return Correction(
        asked, answered, final, answers, chances, unlike, int(held.sum()), apart, before, _auc(chances, answers),
        design, columns, hessian, held,
    )  # fmt: skip


def _design(columns: Floats, fewer: int) -> Floats:
    """Give the columns that there are people enough to learn of, in standard deviations, with a constant."""
    differs = columns.std(axis=0) > 1e-9 * (1 + np.abs(columns).max(axis=0, initial=0.0))  # a constant's is rounding
    told = columns[:, differs][:, : max(1, fewer // PER_TRAIT)]
    if not told.shape[1]:
        return np.ones((len(columns), 1))
    told = (told - told.mean(axis=0)) / told.std(axis=0)
    return np.column_stack([np.ones(len(told)), told])


def _chances(design: Floats, answers: Flags) -> tuple[Floats, Floats]:
    """Give everybody's chance to answer by a logistic model with a weak ridge, and the model's information matrix."""
    from sklearn.linear_model import LogisticRegression  # it takes a second to load, and few questions need it

    if design.shape[1] == 1:
        chances = np.full(len(answers), answers.mean())
    else:
        model: Any = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-6)
        model.fit(design[:, 1:], answers)
        chances = model.predict_proba(design[:, 1:])[:, 1]
    chances = np.clip(chances, 1e-6, 1 - 1e-6)
    ridge = np.eye(design.shape[1])
    ridge[0, 0] = 0
    return chances, (design * (chances * (1 - chances))[:, None]).T @ design + ridge


def _margins(margins: Sequence[Codes], answers: Flags) -> tuple[list[Codes], list[Floats]]:
    """Give margins whose every group has answers enough, and how many were asked in each of their groups."""
    made: list[Codes] = []
    for codes in margins:
        asked = np.bincount(codes)
        answered = np.bincount(codes[answers], minlength=len(asked))
        small = (answered < FEWEST // 2) & (asked > 0)
        place = np.cumsum(~small & (asked > 0)) - 1
        rest = int(place.max(initial=-1)) + 1
        if answered[small].sum() < FEWEST // 2:  # too few to be a group: they go with the largest one
            rest = int(place[int(np.argmax(answered))]) if rest else 0
        merged = np.where(small, rest, place)[codes].astype(np.int64)
        if merged.max(initial=0) > 0:
            made.append(merged)
    made = made or [np.zeros(len(answers), dtype=np.int64)]
    return made, [np.bincount(codes).astype(float) for codes in made]


def _apart(design: Floats, weights: Floats) -> float:
    """Give the largest difference of a weighted mean to that of everyone, in standard deviations."""
    if design.shape[1] == 1:
        return 0.0
    return float(np.abs(weights @ design[:, 1:] / weights.sum()).max())


def _auc(chances: Floats, answers: Flags) -> float:
    """Give how often somebody who answered has a higher chance than somebody who did not."""
    order = np.argsort(chances, kind="stable")
    values, starts, counts = np.unique(chances[order], return_index=True, return_counts=True)
    ranks = np.repeat(starts + (counts + 1) / 2, counts)
    there = answers[order]
    n, m = int(there.sum()), int((~there).sum())
    return float((ranks[there].sum() - n * (n + 1) / 2) / (n * m)) if len(values) else 0.5


def errors(found: Correction, totals: Floats, counts: Floats) -> Floats:
    """Give the standard error of the corrected mean of each group of answers.

    Linearised over people, with the model of who answers and the raking among what was estimated: the stacked
    estimating equations of Binder (1983) and Kim & Kim (2007); weights that were cut count as given.

    Parameters
    ----------
    totals, counts
        For each person asked and each group: the sum of the values answered, and how many there are.
    """
    weights, answers = found.weights, found.answers
    carried = weights @ counts
    means = np.divide(weights @ totals, carried, out=np.zeros(len(carried)), where=carried > 0)
    off = weights[:, None] * (totals - counts * means)
    here, z, x = off[answers], found.margins[answers], found.design[answers]
    slack = np.where(found.held, 0.0, 1 - found.chances)[answers]
    w = weights[answers]
    by_margin = np.linalg.pinv((z * w[:, None]).T @ z, hermitian=True) @ (z.T @ here)
    cross = (z * (w * slack)[:, None]).T @ x
    by_trait = np.linalg.solve(found.hessian, (x * slack[:, None]).T @ here - cross.T @ by_margin)
    moved = off - (found.weights[:, None] - 1) * (found.margins @ by_margin)
    moved -= (answers - found.chances)[:, None] * (found.design @ by_trait)
    people = found.asked / max(found.asked - 1, 1)
    spread = np.sqrt((moved**2).sum(axis=0) * people)
    each: Floats = np.divide(spread, carried, out=np.full(len(carried), np.nan), where=carried > 0)
    return each
