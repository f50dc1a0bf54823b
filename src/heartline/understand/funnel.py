"""The verb `funnel`: how many trips get how far along steps that are to be taken in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.errors import InvalidInput
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Result
from heartline.core.say import count
from heartline.core.say import share as say_share
from heartline.core.selection import Keys, Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.kernel import Array, Columns
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .behind import behind, found_or_refused
from .path_set import number_of
from .question import Question, Walked, ask, fold, known_touchpoint
from .spread import Spread, seconds
from .tally import Tally, share, standing_notes
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
    steps: Keys = ()
    goal: str | None = None


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


SHARES = ("share", "share_n", "lost", "lost_n")
"""What trips that are over stand behind."""
ROWS: dict[str, tuple[str, str | int]] = {
    "trips": ("count", 1),
    "customers": ("distinct", "customer"),
    "median_s": ("median", "wait_s"),
}


def funnel_evidence(lake: Lake, spec: FunnelSpec, which: Which) -> Evidence:
    """List the trips that reached a step; for its share, all that are over; for the loss, of these who came before."""
    snapshot = lake.at(spec.as_of)
    question = ask(snapshot, spec, spec.journey, goal=spec.goal)
    if which.figure is not None:
        return found_or_refused(behind(snapshot, question, which.figure), which)
    steps = _steps(snapshot, spec, question)
    level = int(which.row["position"])
    if not 1 <= level <= len(steps):
        raise no_evidence(which)
    rows = fold(snapshot, question, partial(_climbers, steps=steps[:level]), both)
    if which.column in SHARES:
        rows = rows.filter(pc.invert(rows["open"]))
        if which.column.startswith("lost"):
            rows = rows.filter(rows["came"] if level > 1 else pa.repeat(False, len(rows)))
        measure = "count" if which.column.endswith("_n") else "share"
        return Evidence("trips", measure, with_value(rows, "lost" if which.column.startswith("lost") else "reached"))
    rows = rows.filter(rows["reached"])
    if which.column == "median_s" and level == 1:
        rows = rows.slice(0, 0)
    if which.column not in ROWS:
        raise no_evidence(which)
    measure, value = ROWS[which.column]
    return Evidence("trips", measure, with_value(rows, value))


def _climbers(columns: Columns, *, question: Question, steps: tuple[str, ...]) -> pa.Table:
    """List trips with whether they reached the last of the steps and the one before, and the time between the two."""
    walked = Walked(columns, question)
    reached, places = climbed(walked, steps)
    there = reached == len(steps)
    wait = np.zeros(len(there))
    if len(steps) > 1:
        wait[there] = walked.time[places[-1][there]] - walked.time[places[-2][there]]
    came = reached >= len(steps) - 1
    table = listed(walked, np.arange(len(there)))
    more = {"reached": there, "came": came, "lost": came & ~there, "wait_s": wait / 1e6}
    for name, values in more.items():
        table = table.append_column(name, pa.array(values))
    return table


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
    `share` float 0–1 of all closed trips, null without any; `lost` float 0–1, of the closed trips that reached the step
    before those that did not get here, null at the first step and where none came so far; both with `_low`, `_high`,
    `_n`; `median_s` float seconds since the step before, null at the first and where nobody came; `position` int, 1
    for the first step. In the order of the steps.

    Uncertainty
    -----------
    Shares: Wilson, each trip counted for itself. Counts and medians are of all there are, and exact (medians up to 50
    million, beyond that within 0.5 %).

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


def _with_interval(name: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "float", "share", meaning),
        Column(f"{name}_low", "float", "share", "lower end of its 95 % interval"),
        Column(f"{name}_high", "float", "share", "upper end of its 95 % interval"),
        Column(f"{name}_n", "int", "count", "trips that it is a share of"),
    )


COLUMNS = (
    Column("step", "str", "", "touchpoint to be reached"),
    Column("customers", "int", "count", "different customers of the trips that reached it"),
    Column("trips", "int", "count", "trips that reached it after all steps before"),
    *_with_interval("share", "share that reached it, of all trips that are over"),
    *_with_interval("lost", "share that did not get here, of those that are over and reached the step before"),
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
    over = ~found.tally.open
    closed = found.tally.closed
    before = 0  # nobody can be lost on the way to the first step
    rows = []
    for level, step in enumerate(steps):
        there = reached > level
        came = int((there & over).sum())
        rows.append(
            {
                "step": step,
                "customers": number_of(found.tally.customer[there]),
                "trips": int(there.sum()),
                **_share("share", came, closed),
                **_share("lost", before - came, before),
                "median_s": medians[level],
                "position": level + 1,
            }
        )
        before = came
    return rows


def _share(name: str, part: int, whole: int) -> dict[str, Any]:
    """Give a share of trips with its Wilson interval and what it is a share of."""
    figure = share(part, whole, name)
    return {name: figure.value, f"{name}_low": figure.low, f"{name}_high": figure.high, f"{name}_n": whole}


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
    before, after = most_lost(rows)
    if not after["lost"]:
        return Sentence("{share} of the {what} that are over go from {first} to {last}.", values)
    values |= {
        "low": say_share(rows[-1]["share_low"]),
        "high": say_share(rows[-1]["share_high"]),
        "from": before["step"],
        "to": after["step"],
        "lost": say_share(after["lost"]),
        "lost_low": say_share(after["lost_low"]),
        "lost_high": say_share(after["lost_high"]),
    }
    return Sentence(
        "{share} of the {what} that are over go all the way to {last} (between {low} and {high}); most are lost between"
        " {from} and {to}: {lost} of those that came so far (between {lost_low} and {lost_high}).",
        values,
    )


def most_lost(rows: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Give the two steps between which most trips that are over are lost; the first one twice where it is alone."""
    pairs = pairwise(rows) if len(rows) > 1 else [(rows[0], rows[0])]
    return max(pairs, key=lambda pair: (pair[1]["lost"] or 0.0) * pair[1]["lost_n"])
