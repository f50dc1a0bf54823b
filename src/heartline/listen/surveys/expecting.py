"""How many answers are to be expected of those who are asked, from how people answered until now.

The rate is not known exactly, and who answers is chance besides: both are in the interval. The rate is held to be a
beta distribution, which begins with the guess of `core.eligibility` and learns from everyone asked; so the number of
answers is beta-binomial (Gelman et al. 2013, Bayesian Data Analysis, section 2.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from heartline.core.eligibility import GUESS

Z = 1.959964


@dataclass(frozen=True)
class Expected:
    """Of some people who are asked: how many answers, between which numbers in 95 of 100 cases, and their variance."""

    asked: int
    answers: float
    low: int
    high: int
    variance: float


def expected(asked: int, lived_asked: int, lived_answered: int) -> Expected:
    """Expect answers of some people.

    Parameters
    ----------
    asked
        How many would be asked.
    lived_asked, lived_answered
        How many were asked before, long enough ago, and how many of these answered.
    """
    from scipy.stats import betabinom  # takes long to load

    if asked <= 0:
        return Expected(0, 0.0, 0, 0, 0.0)
    yes, no = GUESS[0] + lived_answered, GUESS[1] + max(0, lived_asked - lived_answered)
    law = betabinom(asked, yes, no)
    return Expected(asked, float(law.mean()), int(law.ppf(0.025)), int(law.ppf(0.975)), float(law.var()))


def together(parts: Iterable[Expected]) -> Expected:
    """Add up what is expected of several groups, which answer independently of each other."""
    some = list(parts)
    if len(some) == 1:
        return some[0]
    asked, answers = sum(one.asked for one in some), sum(one.answers for one in some)
    variance = sum(one.variance for one in some)
    low, high = (round(answers + sign * Z * sqrt(variance)) for sign in (-1, 1))
    return Expected(asked, answers, max(0, low), min(asked, high), variance)
