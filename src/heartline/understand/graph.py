"""The verb `graph`: from which touchpoint to which customers go, how often, and how long it takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc

from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.say import count, duration
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.kernel import Columns
from heartline.store.lake import Lake

from .behind import behind, found_or_refused
from .interaction_rows import step_rows
from .question import Question, Walked, ask, fold
from .spread import ERROR, EXACT, Spread, seconds
from .tally import Tally, standing_notes
from .trip_rows import ARROW


@spec
class GraphSpec(Selection):
    """Which trips.

    Parameters
    ----------
    journey
        Key of the journey.
    goal
        Another goal than the journey's own.
    collapse
        Leave out steps that repeat the one before them.
    """

    journey: str
    goal: str | None = None
    collapse: bool = False


@dataclass(frozen=True)
class Follows:
    """Steps that follow another in their trip: a group is from · number of touchpoints + to, a value the µs between."""

    names: tuple[str, ...]
    tally: Tally
    gaps: Spread

    def merged(self, other: Follows) -> Follows:
        """Join those of other owners."""
        return Follows(self.names, self.tally.merged(other.tally), self.gaps.merged(other.gaps))


def follows(columns: Columns, *, question: Question) -> Follows:
    """Find what follows what in some owners' trips."""
    walked = Walked(columns, question)
    number = max(len(walked.names), 1)
    wide: Any = np.int32 if number < 1 << 15 else np.int64
    pairs = walked.touchpoint[:-1].astype(wide) * wide(number) + walked.touchpoint[1:]
    gaps = walked.time[1:] - walked.time[:-1]
    ends = walked.first[1:-1] - 1  # what follows a trip's last step is another trip
    found = Spread.of(pairs, gaps, number=number * number, largest=question.largest_us, without=ends)
    return Follows(walked.names, Tally.of(walked), found)


MEASURES = {"count": "count", "median_s": "median", "p90_s": "p90"}


def graph_evidence(lake: Lake, spec: GraphSpec, which: Which) -> Evidence:
    """List the interactions that followed another one; for numbers of trips, the trips."""
    snapshot = lake.at(spec.as_of)
    question = ask(snapshot, spec, spec.journey, goal=spec.goal, collapse=spec.collapse)
    if which.figure == "transitions":
        return Evidence("interactions", "count", step_rows(snapshot, question))
    if which.figure == "edges":
        rows = step_rows(snapshot, question)
        pairs = pc.binary_join_element_wise(rows["from"], rows["touchpoint"], ARROW)
        return Evidence("interactions", "distinct", rows.drop("value").append_column("value", pairs))
    if which.figure is not None:
        return found_or_refused(behind(snapshot, question, which.figure), which)
    if which.column not in MEASURES:
        raise no_evidence(which)
    rows = step_rows(snapshot, question, which.row.get("from"), which.row.get("to"))
    return Evidence("interactions", MEASURES[which.column], rows)


@verb(GraphSpec, key=("from", "to"), evidence=graph_evidence)
def graph(lake: Lake, spec: GraphSpec) -> Result:
    """Say from which touchpoint to which customers go, how often, and how long it takes them.

    Figures
    -------
    `trips`, `customers`, `open_trips`, `goal_share` and `outside_share` as `paths` has them; `transitions`: steps that
    follow another one; `edges`: different pairs of touchpoints.

    Shape
    -----
    One row per pair of touchpoints that follow each other in some trip: `from`, `to` str; `count` int ≥ 1, how often;
    `median_s`, `p90_s` float seconds between the two. Ordered by falling count, then by alphabet.

    Uncertainty
    -----------
    Counts are of all there are. Median and 90th percentile are exact up to 50 million transitions, beyond that within
    0.5 %.

    Raises
    ------
    NotFound
        `unknown_journey`; `unknown_touchpoint` for `goal`.

    Source
    ------
    The directly-follows graph of process mining (van der Aalst 2016, Process Mining, section 5.2), per trip.
    """
    snapshot = lake.at(spec.as_of)
    question = ask(snapshot, spec, spec.journey, goal=spec.goal, collapse=spec.collapse)
    found = fold(snapshot, question, follows, Follows.merged)
    rows = _rows(found)
    transitions = sum(row["count"] for row in rows)
    figures = {
        **found.tally.figures(question),
        "transitions": Figure(transitions, n=transitions, method="steps that follow another one in their trip"),
        "edges": Figure(len(rows), n=transitions, method="different pairs of touchpoints that follow each other"),
        "outside_share": found.tally.outside_share(),
    }
    notes = list(standing_notes(found.tally))
    if not found.gaps.exact:
        notes.append(
            Sentence(
                "Over {n} transitions: times are within {error} in 100.", {"n": count(EXACT), "error": 100 * ERROR}
            )
        )
    return Result(
        verb="graph",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(question, found.tally, rows),
        figures=figures,
        columns=COLUMNS,
        rows=rows,
        notes=tuple(notes),
    )


COLUMNS = (
    Column("from", "str", "", "touchpoint of a step"),
    Column("to", "str", "", "touchpoint of the next step of the same trip"),
    Column("count", "int", "count", "how often"),
    Column("median_s", "float", "s", "median time between the two"),
    Column("p90_s", "float", "s", "nine in ten take no longer"),
)


def _rows(found: Follows) -> list[dict[str, Any]]:
    number = max(len(found.names), 1)
    groups = found.gaps.groups()
    counts = found.gaps.count(groups)
    medians, slow = (seconds(found.gaps.quantile(groups, share)) for share in (0.5, 0.9))
    rows = [
        {
            "from": found.names[group // number],
            "to": found.names[group % number],
            "count": n,
            "median_s": middle,
            "p90_s": p90,
        }
        for group, n, middle, p90 in zip(groups.tolist(), counts.tolist(), medians, slow, strict=True)
    ]
    return sorted(rows, key=lambda row: (-row["count"], row["from"], row["to"]))


def _answer(question: Question, tally: Tally, rows: list[dict[str, Any]]) -> Sentence:
    values: dict[str, Any] = {"what": question.journey.counted_as, "trips": count(len(tally))}
    if not rows:
        return Sentence("{trips} {what}, and nothing in them followed anything.", values)
    first = rows[0]
    values |= {
        "from": first["from"],
        "to": first["to"],
        "n": count(first["count"]),
        "time": duration(first["median_s"]),
    }
    return Sentence(
        "Most often {from} is followed by {to}: {n} times in {trips} {what}, after {time} (median).", values
    )
