"""Worlds in which everybody was asked, some do not answer, and their chance to is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heartline.listen.honest.nonresponse import Correction, Known, Refusal, corrected, errors
from heartline.listen.honest.traits import fifths
from heartline.listen.honest.weighing import Floats
from heartline.listen.intervals import Z

ASKED = 8_000
TRUTHS = 400_000


@dataclass(frozen=True)
class World:
    """Everybody asked: what is known of them, their chance to answer, who answers, and what all of them think."""

    known: Known
    chances: Floats
    answers: np.ndarray
    boxes: Floats


def world(seed: int, people: int = ASKED) -> World:
    """Make a world: who buys often and lately is content and answers; who had it bad does neither.

    People differ by more than is known of them, and the chance to answer is no straight line in what is known.
    """
    dice = np.random.default_rng(seed)
    days, orders = dice.exponential(60, people), dice.poisson(3, people) + 1
    spent, bad = dice.lognormal(3, 1, people) * orders, dice.random(people) < 0.2
    channel, unit = dice.integers(0, 4, people), dice.integers(0, 5, people)
    often = np.log1p(orders)
    feels = 7.2 + 0.4 * often - 2.2 * bad - 0.006 * days + 0.4 * (channel == 1) + dice.normal(0, 1.6, people)
    score = np.clip(np.round(feels), 0, 10)
    leans = -0.9 + 0.7 * (often - 1.3) - 1.3 * bad - 0.008 * (days - 60) + 0.3 * (channel == 1)
    chances = 1 / (1 + np.exp(-leans))
    numbers = [np.log1p(days), often, np.log1p(spent)]
    flags = [bad, *(channel == one for one in range(3)), *(unit == one for one in range(4))]
    bent = [(column - column.mean()) ** 2 for column in numbers]
    columns = np.column_stack([*numbers, *bent, *(flag.astype(float) for flag in flags)])
    margins = (*(fifths(column) for column in numbers), bad.astype(np.int64), channel, unit)
    boxes = np.where(score >= 9, 1.0, np.where(score <= 6, -1.0, 0.0))
    known = Known(columns, tuple(str(place) for place in range(columns.shape[1])), margins)
    return World(known, chances, dice.random(people) < chances, boxes)


@dataclass(frozen=True)
class Outcome:
    """How a world came out: what all think, what those say who answered, corrected, and with its error."""

    everybody: float
    raw: float
    corrected: float
    error: float

    @property
    def mended(self) -> float:
        """Share of the bias that is gone."""
        return 1 - abs(self.corrected - self.everybody) / abs(self.raw - self.everybody)

    def covers(self, truth: float) -> bool:
        """Tell whether the 95 % interval holds a value."""
        return abs(self.corrected - truth) <= Z * self.error


def outcome(made: World) -> Outcome:
    """Hide the answers of those who do not answer, and correct what is left."""
    found = corrected(made.known, made.answers)
    assert isinstance(found, Correction), found
    given = np.where(made.answers, made.boxes, 0.0)[:, None]
    spread = errors(found, given, made.answers.astype(float)[:, None])
    value = float(found.weights @ made.boxes / found.weights.sum())
    return Outcome(float(made.boxes.mean()), float(made.boxes[made.answers].mean()), value, float(spread[0]))


def truth() -> float:
    """Give what people like these think, of so many that chance has no say."""
    return float(world(0, TRUTHS).boxes.mean())


__all__ = ["Outcome", "Refusal", "World", "outcome", "truth", "world"]
