"""The verb `funnel`: how many trips get how far along steps that are to be taken in order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import field_validator

from heartline.core.errors import InvalidInput
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Result
from heartline.core.say import count
from heartline.core.say import share as say_share
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.kernel import Array, Columns
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .behind import behind, found_or_refused
from .path_set import number_of
from .question import Question, Walked, ask, fold, known_touchpoint
from .spread import Spread, seconds
from .tally import Tally, standing_notes
from .trip_rows import both, code_of, listed, with_value


@spec
class FunnelSpec(Selection):
    """Which trips, and which steps.

    Parameters
    ----------
    journey
        Key of the journey.
    steps
        Touchpoints in the order in which they are to be reached. Default: the journey's designed steps, else its
        starts and goal.
    goal
        Another goal than the journey's own.
    """

    journey: str
    steps: tuple[str, ...] = ()
    goal: str | None = None

    @field_validator("steps", mode="before")
    @classmethod
    def _one_step(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


@dataclass(frozen=True)
class Levels:
    """How far trips got: the number of steps that each reached, and the time between steps as groups of a spread."""

    tally: Tally
    reached: tuple[Array, ...]
    gaps: Spread

    def merged(self, other: Levels) -> Levels:
        """Join those of other owners."""
        return Levels(self.tally.merged(other.tally), self.reached + other.reached, self.gaps.merged(other.gaps))


def levels(columns: Columns, *, question: Question, steps: tuple[str, ...]) -> Levels:
    """Find how far some owners' trips got."""
    walked = Walked(columns, question)
    reached, places = climbed(walked, steps)
    groups, gaps = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for level in range(1, len(steps)):
        there = places[level] >= 0
        groups.append(np.full(int(there.sum()), level))
        gaps.append(walked.time[places[level][there]] - walked.time[places[level - 1][there]])
    spread = Spread.of(np.concatenate(groups), np.concatenate(gaps), number=len(steps) + 1, largest=question.largest_us)
    return Levels(Tally.of(walked), (reached,), spread)


def climbed(walked: Walked, steps: tuple[str, ...]) -> tuple[Array, list[Array]]:
    """Give for every trip how many steps it reached, and at which of its places each; −1 where it did not.

    A step is reached at the first place at its touchpoint that is after the place where the step before was reached.
    """
    trips = len(walked.trips)
    reached = np.zeros(trips, np.int8)
    places = []
    after = walked.first[:-1]
    alive = np.arange(trips)
    for step in steps:
        there = np.append(np.flatnonzero(walked.touchpoint == code_of(walked.names, step)), len(walked.touchpoint))
        place = there[np.searchsorted(there[:-1], after)]
        within = place < walked.first[1:][alive]
        alive, after = alive[within], place[within] + 1
        found = np.full(trips, -1, np.int64)
        found[alive] = place[within]
        reached[alive] += 1
        places.append(found)
    return reached, places


ROWS: dict[str, tuple[str, str | int]] = {
    "trips": ("count", 1),
    "customers": ("distinct", "customer"),
    "median_s": ("median", "wait_s"),
}


def funnel_evidence(lake: Lake, spec: FunnelSpec, which: Which) -> Evidence:
    """List the trips that reached a step; for its share, all that are over."""
    snapshot = lake.at(spec.as_of)
    question = ask(snapshot, spec, spec.journey, goal=spec.goal)
    if which.figure is not None:
        return found_or_refused(behind(snapshot, question, which.figure), which)
    steps = _steps(snapshot, spec, question)
    level = int(which.row["position"])
    if not 1 <= level <= len(steps):
        raise no_evidence(which)
    rows = fold(snapshot, question, partial(_climbers, steps=steps[:level]), both)
    if which.column == "share":
        return Evidence("trips", "share", with_value(rows.filter(pc.invert(rows["open"])), "reached"))
    rows = rows.filter(rows["reached"])
    if which.column == "median_s" and level == 1:
        rows = rows.slice(0, 0)
    if which.column not in ROWS:
        raise no_evidence(which)
    measure, value = ROWS[which.column]
    return Evidence("trips", measure, with_value(rows, value))


def _climbers(columns: Columns, *, question: Question, steps: tuple[str, ...]) -> pa.Table:
    """List trips with whether they reached the last of the steps, and how long that took from the step before."""
    walked = Walked(columns, question)
    reached, places = climbed(walked, steps)
    there = reached == len(steps)
    wait = np.zeros(len(there))
    if len(steps) > 1:
        wait[there] = walked.time[places[-1][there]] - walked.time[places[-2][there]]
    table = listed(walked, np.arange(len(there)))
    return table.append_column("reached", pa.array(there)).append_column("wait_s", pa.array(wait / 1e6))


@verb(FunnelSpec, key=("step", "position"), evidence=funnel_evidence)
def funnel(lake: Lake, spec: FunnelSpec) -> Result:
    """Say how many trips get how far along steps that are to be taken in order.

    A step is reached at its first touch after the step before was reached, later in the trip's order. What lies
    between the steps does not matter.

    Figures
    -------
    `trips`, `customers`, `open_trips`, `goal_share` and `outside_share` as `paths` has them.

    Shape
    -----
    One row per step: `step` str; `customers`, `trips` int ≥ 0, never rising, that reached it and all before;
    `share` float 0–1 of all closed trips, null without any; `median_s` float seconds since the step before, null at
    the first and where nobody came; `position` int, 1 for the first step. In the order of the steps.

    Uncertainty
    -----------
    Counts, shares and medians are of all there are, and exact (medians up to 50 million, beyond that within 0.5 %).

    Raises
    ------
    NotFound
        `unknown_journey`; `unknown_touchpoint` for a step.
    InvalidInput
        `no_steps` where neither the question nor the journey names any.
    """
    snapshot = lake.at(spec.as_of)
    question = ask(snapshot, spec, spec.journey, goal=spec.goal)
    steps = _steps(snapshot, spec, question)
    found = fold(snapshot, question, partial(levels, steps=steps), Levels.merged)
    rows = _rows(found, steps)
    return Result(
        verb="funnel",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(question, found, rows),
        figures={**found.tally.figures(question), "outside_share": found.tally.outside_share()},
        columns=COLUMNS,
        rows=rows,
        notes=tuple(standing_notes(found.tally)),
    )


COLUMNS = (
    Column("step", "str", "", "touchpoint to be reached"),
    Column("customers", "int", "count", "different customers of the trips that reached it"),
    Column("trips", "int", "count", "trips that reached it after all steps before"),
    Column("share", "float", "share", "of all trips that are over"),
    Column("median_s", "float", "s", "median time since the step before"),
    Column("position", "int", "", "which step it is"),
)


def _steps(snapshot: Snapshot, spec: FunnelSpec, question: Question) -> tuple[str, ...]:
    for step in spec.steps:
        known_touchpoint(snapshot, step, field="steps")
    journey = question.journey
    goal = (journey.goal,) if journey.goal else ()
    steps = spec.steps or journey.designed or tuple(dict.fromkeys((*(journey.starts or ())[:1], *goal)))
    if not steps:
        raise InvalidInput(
            "no_steps", f"The journey “{journey.key}” has no designed steps.", field="steps",
            remedy="Name the touchpoints, in their order.",
        )  # fmt: skip
    return steps


def _rows(found: Levels, steps: tuple[str, ...]) -> list[dict[str, Any]]:
    reached = np.concatenate(found.reached)
    medians = seconds(found.gaps.quantile(np.arange(len(steps)), 0.5))
    closed = found.tally.closed
    rows = []
    for level, step in enumerate(steps):
        there = reached > level
        rows.append(
            {
                "step": step,
                "customers": number_of(found.tally.customer[there]),
                "trips": int(there.sum()),
                "share": int((there & ~found.tally.open).sum()) / closed if closed else None,
                "median_s": medians[level],
                "position": level + 1,
            }
        )
    return rows


def _answer(question: Question, found: Levels, rows: list[dict[str, Any]]) -> Sentence:
    """Tell the whole way, and where most are lost."""
    values: dict[str, Any] = {
        "what": question.journey.counted_as,
        "trips": count(len(found.tally)),
        "first": rows[0]["step"],
        "last": rows[-1]["step"],
        "share": say_share(rows[-1]["share"]),
    }
    if rows[-1]["share"] is None:
        return Sentence("None of {trips} {what} is over yet.", values)
    lost = [before["trips"] - after["trips"] for before, after in pairwise(rows)]
    if not lost or not max(lost):
        return Sentence("{share} of the {what} that are over go from {first} to {last}.", values)
    worst = lost.index(max(lost))
    values |= {"n": count(lost[worst]), "from": rows[worst]["step"], "to": rows[worst + 1]["step"]}
    return Sentence(
        "{share} of the {what} that are over go all the way to {last}; most are lost between {from} and {to}: {n}.",
        values,
    )
