"""What every question about trips counts of them: how many, whose, open or not, and whether they reached the goal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from heartline.core import say
from heartline.core.result import Figure
from heartline.core.sentence import Sentence
from heartline.listen.intervals import wilson
from heartline.store.kernel import Array

from .path_set import number_of
from .question import Question, Walked


@dataclass(frozen=True)
class Tally:
    """Trips, a place in each array for one; arrays of partials stand one after the other until they are needed.

    Parameters
    ----------
    customers
        Their customers, −1 where nobody is known.
    goals_us, goal_steps
        Time from the start to the goal in µs, and steps from the first to the goal, both counted; −1 without goal.
    opens
        Whether they are open.
    asked, outside
        Steps that the selection is about by themselves, and how many of them are in no trip.
    """

    customers: tuple[Array, ...]
    goals_us: tuple[Array, ...]
    goal_steps: tuple[Array, ...]
    opens: tuple[Array, ...]
    asked: int
    outside: int

    @classmethod
    def of(cls, walked: Walked) -> Tally:
        """Count the trips of some owners."""
        reached = walked.goal >= 0
        goal_us = np.full(len(reached), -1, np.int64)
        goal_us[reached] = walked.time[walked.goal[reached]] - walked.trips.start[reached]
        steps = np.where(reached, walked.goal - walked.first[:-1] + 1, -1).astype(np.int32)
        return cls(
            (walked.customer,), (goal_us,), (steps,), (walked.trips.open,),
            int(walked.asked.sum()), int(walked.outside.sum()),
        )  # fmt: skip

    def merged(self, other: Tally) -> Tally:
        """Join the trips of other owners."""
        return Tally(*(getattr(self, part.name) + getattr(other, part.name) for part in fields(self)))

    @cached_property
    def customer(self) -> Array:
        """The customer of every trip."""
        return np.concatenate(self.customers)

    @cached_property
    def goal_us(self) -> Array:
        """The time to the goal of every trip."""
        return np.concatenate(self.goals_us)

    @cached_property
    def steps(self) -> Array:
        """The steps to the goal of every trip."""
        return np.concatenate(self.goal_steps)

    @cached_property
    def open(self) -> Array:
        """Which trips are open."""
        return np.concatenate(self.opens)

    @cached_property
    def reached(self) -> Array:
        """Which trips reached the goal."""
        found: Array = self.goal_us >= 0
        return found

    @cached_property
    def people(self) -> int:
        """How many different customers there are."""
        return number_of(self.customer)

    @cached_property
    def closed(self) -> int:
        """How many trips are over."""
        return int((~self.open).sum())

    def __len__(self) -> int:
        return len(self.open)

    def figures(self, question: Question) -> dict[str, Figure]:
        """Give what every question about trips tells first."""
        per = "customers" if question.journey.per == "customer" else "refs"
        return {
            "trips": Figure(len(self), n=len(self), method=f"trips of {per}, cut by the journey", counts="trips"),
            "customers": Figure(self.people, n=len(self), method="different customers of these trips", counts="trips"),
            "open_trips": Figure(
                int(self.open.sum()),
                n=int(self.open.sum()),
                method="younger than the time limit and not at the goal: in no share",
                counts="trips",
            ),
            "goal_share": self.goal_share(question),
        }

    def goal_share(self, question: Question) -> Figure:
        """Give the share of closed trips that reached the goal."""
        if question.journey.goal is None:
            return Figure(None, measured_in="share", method="the journey has no goal", counts="trips")
        return share(int(self.reached.sum()), self.closed, "closed trips that reached the goal")

    def outside_share(self) -> Figure:
        """Give the share of interactions that belong to no trip."""
        return Figure(
            self.outside / self.asked if self.asked else None,
            n=self.asked,
            measured_in="share",
            method="interactions of known owners in the period that are in no trip; a count of all there are",
            counts="interactions",
        )


def share(part: int, whole: int, what: str) -> Figure:
    """Give a share of trips with its Wilson interval."""
    if not whole:
        return Figure(None, n=0, measured_in="share", method=what, counts="trips")
    low, high = wilson(part / whole, whole)
    method = f"share of {what}; Wilson interval, each trip counted for itself"
    return Figure(part / whole, low, high, whole, "share", method, "trips")


def middle(values: Array, measured_in: str, method: str, *, scale: float = 1) -> Figure:
    """Give the exact median of values of trips."""
    value = float(np.median(values)) / scale if len(values) else None
    return Figure(value, n=len(values), measured_in=measured_in, method=f"{method}; exact median", counts="trips")


def number(figure: Figure) -> float | None:
    """Give a figure's value as a number."""
    return None if figure.value is None else float(figure.value)


def whole(figure: Figure) -> int:
    """Give a count."""
    return int(figure.value or 0)


def standing_notes(tally: Tally) -> Iterator[Sentence]:
    """Say what every answer about trips must not hide: what is open, and what is outside."""
    opened = int(tally.open.sum())
    if opened:
        yield Sentence("{n} of them are not over yet: counted, and in no share.", {"n": say.count(opened)})
    if tally.outside:
        yield Sentence(
            "{n} of the period's {all} interactions belong to none of them.",
            {"n": say.count(tally.outside), "all": say.count(tally.asked)},
        )
    if len(tally) and (tally.customer < 0).any():
        yield Sentence("{n} of them have no known customer.", {"n": say.count(int((tally.customer < 0).sum()))})


def many(number: int, one: str, more: str) -> str:
    """Say how many there are of something: `1 path`, `2,048 paths`."""
    return f"{say.count(number)} {one if number == 1 else more}"
