"""The verb `journeys`: which journeys there are, how many make them, and how many reach their goal."""

from __future__ import annotations

from typing import Any

from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Result
from heartline.core.say import count
from heartline.core.say import share as say_share
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.kernel import Columns
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .behind import behind, found_or_refused
from .question import Question, Walked, ask, fold
from .tally import Tally, middle, number


@spec
class JourneysSpec(Selection):
    """Which trips; journeys are all that are defined."""


COUNTED = {
    "trips": "trips",
    "customers": "customers",
    "goal_share": "goal_share",
    "open_trips": "open_trips",
    "median_s": "median_goal_s",
}
"""Columns of numbers, and the figures that they are."""


def journeys_evidence(lake: Lake, spec: JourneysSpec, which: Which) -> Evidence:
    """List the trips behind a journey's numbers."""
    snapshot = lake.at(spec.as_of)
    if which.figure is not None or which.column not in COUNTED:
        raise no_evidence(which)
    question = ask(snapshot, spec, str(which.row.get("journey")))
    return found_or_refused(behind(snapshot, question, COUNTED[which.column]), which)


@verb(JourneysSpec, key=("journey",), evidence=journeys_evidence)
def journeys(lake: Lake, spec: JourneysSpec) -> Result:
    """List the journeys that are defined, with how many customers make them and reach their goal.

    Shape
    -----
    One row per journey: `journey`, `label`, `counted_as` str; `trips`, `customers`, `open_trips` int ≥ 0;
    `goal_share` float 0–1 of closed trips, null without any or without a goal, with `low` and `high`; `median_s` float
    seconds from start to goal, null where none reached it; `goal` str, null where there is none; `per` str, whose
    trips they are, `customer` or `ref`. In the order in which they were defined.

    Uncertainty
    -----------
    `low`, `high`: 95 % Wilson interval of `goal_share` over closed trips. The rest is of all there are.

    Raises
    ------
    NotFound
        `unknown_touchpoint`, `unknown_unit`, …: a filter's key is neither defined nor in the data.
    """
    snapshot = lake.at(spec.as_of)
    rows = [_row(snapshot, ask(snapshot, spec, key)) for key in snapshot.definitions.all("journey")]
    return Result(
        verb="journeys",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(rows),
        columns=COLUMNS,
        rows=rows,
    )


COLUMNS = (
    Column("journey", "str", "", "key of the journey"),
    Column("label", "str", "", "its name"),
    Column("counted_as", "str", "", "what its trips are called"),
    Column("trips", "int", "count", "trips that began in the period"),
    Column("customers", "int", "count", "different customers of these trips"),
    Column("goal_share", "float", "share", "of trips that are over, those that reached the goal"),
    Column("low", "float", "share", "lower end of the 95 % interval"),
    Column("high", "float", "share", "upper end of the 95 % interval"),
    Column("open_trips", "int", "count", "trips that are not over"),
    Column("median_s", "float", "s", "median time from start to goal"),
    Column("goal", "str", "", "touchpoint that is the goal"),
    Column("per", "str", "", "whose trips they are"),
)


def _tally(columns: Columns, *, question: Question) -> Tally:
    return Tally.of(Walked(columns, question))


def _row(snapshot: Snapshot, question: Question) -> dict[str, Any]:
    journey = question.journey
    tally = fold(snapshot, question, _tally, Tally.merged)
    figures = tally.figures(question)
    share = figures["goal_share"]
    to_goal = middle(tally.goal_us[tally.reached], "s", "time from the start to the goal", scale=1e6)
    return {
        "journey": journey.key,
        "label": journey.label,
        "counted_as": journey.counted_as,
        "trips": figures["trips"].value,
        "customers": figures["customers"].value,
        "goal_share": share.value,
        "low": share.low,
        "high": share.high,
        "open_trips": figures["open_trips"].value,
        "median_s": number(to_goal),
        "goal": journey.goal,
        "per": journey.per,
    }


def _answer(rows: list[dict[str, Any]]) -> Sentence:
    if not rows:
        return Sentence("No journey is defined yet.")
    most = max(rows, key=lambda row: row["trips"])
    values = {"n": count(len(rows)), "label": most["label"], "trips": count(most["trips"]), "what": most["counted_as"]}
    start = (
        "“{label}” has {trips} {what}"
        if len(rows) == 1
        else "{n} journeys; most trips are in “{label}”: {trips} {what}"
    )
    if most["goal_share"] is None:
        return Sentence(f"{start}.", values)
    values |= {"share": say_share(most["goal_share"]), "goal": most["goal"]}
    return Sentence(f"{start}, of which {{share}} that are over reached {{goal}}.", values)
