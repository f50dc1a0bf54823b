"""How people feel about what they lived, and who of them says so, on which scale.

Feedback is rare, and those who answer are not like all others: who is angry or delighted answers more readily.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.core.scales import SCALES

from .calendar import DAY, Floats, Ints
from .people import Flags, People, Rng

HOUR, MINUTE = 3600.0, 60.0


@dataclass(frozen=True)
class Bearing:
    """What people bear to wait at a touchpoint, and how it hurts beyond: the planted knee.

    Parameters
    ----------
    promised_s
        What the company promises.
    bears_s
        What people bear, in the middle.
    per_s
        How much feeling is lost for each second beyond.
    """

    promised_s: float
    bears_s: float
    per_s: float

    def pain(self, wait: Floats, people: People, who: Ints) -> Floats:
        """Give how much a wait hurts some customers."""
        beyond = np.maximum(0, wait - self.bears_s * people.bears[who])
        return np.asarray(np.minimum(1.5, beyond * self.per_s * people.touchy[who]))


BEARINGS = {
    "checkout": Bearing(3.0, 2.0, 0.11),
    "delivery": Bearing(4 * DAY, 3.5 * DAY, 0.18 / DAY),
    "call": Bearing(2 * MINUTE, 2.5 * MINUTE, 0.085 / MINUTE),
    "mail_reply": Bearing(24 * HOUR, 18 * HOUR, 0.02 / HOUR),
    "chat": Bearing(60.0, 40.0, 0.008),
    "collect_ready": Bearing(4 * HOUR, 5 * HOUR, 0.05 / HOUR),
    "pickup": Bearing(5 * MINUTE, 6 * MINUTE, 0.075 / MINUTE),
    "refund": Bearing(10 * DAY, 7 * DAY, 0.075 / DAY),
}
"""By touchpoint. The refund is the one whose promise is longer than what people bear."""
NOISE = 0.27


def felt(rng: Rng, people: People, who: Ints, start: float, pain: npt.NDArray[np.floating[Any]]) -> Floats:
    """Give feelings: what the person is like, plus what went well, minus what hurt, plus the day."""
    return np.asarray(np.clip(people.mood[who] + start - pain + rng.normal(0, NOISE, len(who)), -1, 1))


def chance(feeling: Floats, talks: Floats, usual: float) -> Floats:
    """Give the chance to answer: higher at both ends, highest for the angry."""
    ends = 0.48 + 1.2 * feeling**2 + 0.8 * np.maximum(0, -feeling)
    return np.asarray(np.clip(usual * talks * ends, 0, 0.9))


def scored(rng: Rng, feeling: Floats, scale: str) -> Floats:
    """Give the answers on a scale that some feelings would be."""
    ends = SCALES[scale]
    exact = ends.low + (feeling + 1) / 2 * (ends.high - ends.low)
    return np.asarray(np.clip(np.floor(exact + rng.random(len(feeling))), ends.low, ends.high))


def heard(score: Floats, scale: str) -> Floats:
    """Give the feelings that answers on a scale stand for."""
    ends = SCALES[scale]
    return np.asarray(2 * (score - ends.low) / (ends.high - ends.low) - 1)


@dataclass(frozen=True)
class Answers:
    """What some people would answer and who does; arrays of equal length.

    Parameters
    ----------
    chance
        Of an answer.
    score
        On the scale, also of those who keep it for themselves.
    given
        Who answers.
    """

    scale: str
    feeling: Floats
    chance: Floats
    score: Floats
    given: Flags

    @property
    def heard(self) -> Floats:
        """The feelings that the scores stand for."""
        return heard(self.score, self.scale)


def ask(rng: Rng, feeling: Floats, talks: Floats, scale: str, usual: float) -> Answers:
    """Ask people how it was."""
    likely = chance(feeling, talks, usual)
    return Answers(scale, feeling, likely, scored(rng, feeling, scale), rng.random(len(feeling)) < likely)
