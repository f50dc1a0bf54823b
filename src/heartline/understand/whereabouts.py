"""The verb `whereabouts`: where customers stand now, for how long, and who has waited longer than is usual."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.say import count, duration
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.kernel import Array, Columns
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .interaction_rows import step_rows
from .path_set import number_of
from .question import Question, Walked, ask, fold
from .spread import Spread, seconds
from .trip_rows import both, listed, with_value

USUAL = 0.9
"""Nine in ten go on within the usual time."""


@spec
class WhereaboutsSpec(Selection):
    """Which trips; by default all that are open, whenever they began.

    Parameters
    ----------
    journey
        Key of the journey.
    goal
        Another goal than the journey's own.
    """

    journey: str
    goal: str | None = None


@dataclass(frozen=True)
class Standing:
    """Open trips: at which touchpoint, since how many µs, whose; and how long it took to go on from each touchpoint."""

    names: tuple[str, ...]
    places: tuple[Array, ...]
    since_us: tuple[Array, ...]
    customers: tuple[Array, ...]
    gaps: Spread

    def merged(self, other: Standing) -> Standing:
        """Join those of other owners."""
        return Standing(
            self.names,
            self.places + other.places,
            self.since_us + other.since_us,
            self.customers + other.customers,
            self.gaps.merged(other.gaps),
        )


def standing(columns: Columns, *, question: Question) -> Standing:
    """Find where some owners stand."""
    walked = Walked(columns, question)
    opened, places, since_us = _now(walked, question)
    same = np.flatnonzero(walked.trip[1:] == walked.trip[:-1])
    gaps = Spread.of(
        walked.touchpoint[same], walked.time[same + 1] - walked.time[same],
        number=len(walked.names) + 1, largest=question.largest_us,
    )  # fmt: skip
    return Standing(walked.names, (places,), (since_us,), (walked.customer[opened],), gaps)


def _now(walked: Walked, question: Question) -> tuple[Array, Array, Array]:
    """Give the open trips, the touchpoint of their last step, and the µs since."""
    opened = np.flatnonzero(walked.trips.open)
    last = walked.first[1:][opened] - 1
    return opened, walked.touchpoint[last], np.maximum(question.as_of_us - walked.time[last], 0)


ROWS: dict[str, tuple[str, str | int]] = {
    "trips": ("count", 1),
    "customers": ("distinct", "customer"),
    "median_s": ("median", "since_s"),
    "longest_s": ("max", "since_s"),
}


def whereabouts_evidence(lake: Lake, spec: WhereaboutsSpec, which: Which) -> Evidence:
    """List the open trips at a touchpoint; for the usual time, the interactions that went on from it."""
    snapshot = lake.at(spec.as_of)
    question = _question(snapshot, spec)
    at = None if which.figure else str(which.row.get("touchpoint"))
    name = which.figure or which.column or ""
    if name == "usual_s" and at is not None:
        return Evidence("interactions", "p90", step_rows(snapshot, question, start=at))
    rows = fold(snapshot, question, partial(_standers, at=at), both)
    if name == "past_usual":
        return _past(snapshot, question, rows, at)
    if name not in ROWS:
        raise no_evidence(which)
    measure, value = ROWS[name]
    return Evidence("trips", measure, with_value(rows, value))


def _past(snapshot: Snapshot, question: Question, rows: pa.Table, at: str | None) -> Evidence:
    """Keep those who stand longer than usual; without any usual time nothing is known."""
    found = fold(snapshot, question, standing, Standing.merged)
    usual = {row["touchpoint"]: row["usual_s"] for row in _rows(found)}
    if at is not None and usual.get(at) is None:
        return Evidence("trips", "mean", with_value(rows.slice(0, 0), 1))
    limits = pa.array([usual.get(name) for name in rows["standing"].to_pylist()], pa.float64())
    return Evidence("trips", "count", with_value(rows.filter(pc.greater(rows["since_s"], limits)), 1))


def _standers(columns: Columns, *, question: Question, at: str | None) -> pa.Table:
    walked = Walked(columns, question)
    opened, places, since_us = _now(walked, question)
    names = pa.array(walked.names, pa.string()).take(pa.array(places))
    table = listed(walked, opened).append_column("standing", names).append_column("since_s", pa.array(since_us / 1e6))
    return table if at is None else table.filter(pc.equal(table["standing"], at))


@verb(WhereaboutsSpec, key=("touchpoint",), evidence=whereabouts_evidence)
def whereabouts(lake: Lake, spec: WhereaboutsSpec) -> Result:
    """Say where customers stand now in a journey, for how long, and how many wait longer than is usual.

    A customer stands at the last step of a trip that is open. Without a period every open trip counts, whenever it
    began.

    Figures
    -------
    `trips`, `customers`: who is on the way; `median_s`, `longest_s`: since their last step; `past_usual`: trips whose
    last step is longer ago than is usual at its touchpoint, where that is known.

    Shape
    -----
    One row per touchpoint at which somebody stands: `touchpoint` str; `trips` int ≥ 1; `customers` int; `median_s`,
    `longest_s` float seconds since the last step; `past_usual` int, null where no usual time is known; `usual_s` float
    seconds within which nine in ten of the past steps from here were followed by the next, null where none was.
    Ordered by falling trips, then by alphabet.

    Uncertainty
    -----------
    Counts and medians are of all there are. The usual time rests on those who went on; who never did is not in it.

    Raises
    ------
    NotFound
        `unknown_journey`; `unknown_touchpoint` for `goal`.
    """
    spec = replace(spec, period=spec.period or "all")
    snapshot = lake.at(spec.as_of)
    question = _question(snapshot, spec)
    found = fold(snapshot, question, standing, Standing.merged)
    rows = _rows(found)
    figures = _figures(found, rows)
    return Result(
        verb="whereabouts",
        spec=to_dict(spec),
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(question, rows, figures),
        figures=figures,
        columns=COLUMNS,
        rows=rows,
        notes=tuple(_notes(rows)),
    )


COLUMNS = (
    Column("touchpoint", "str", "", "where they took their last step"),
    Column("trips", "int", "count", "open trips that stand here"),
    Column("customers", "int", "count", "different customers of these trips"),
    Column("median_s", "float", "s", "median time since that step"),
    Column("longest_s", "float", "s", "longest time since that step"),
    Column("past_usual", "int", "count", "trips that stand here longer than is usual"),
    Column("usual_s", "float", "s", "nine in ten of those who went on from here did so within this time"),
)


def _question(snapshot: Snapshot, spec: WhereaboutsSpec) -> Question:
    return ask(snapshot, replace(spec, period=spec.period or "all"), spec.journey, goal=spec.goal)


def _rows(found: Standing) -> list[dict[str, Any]]:
    places, since, people = (np.concatenate(part) for part in (found.places, found.since_us, found.customers))
    here = np.unique(places)
    usual = found.gaps.quantile(here, USUAL)
    rows = []
    for code, limit, limit_s in zip(here.tolist(), usual.tolist(), seconds(usual), strict=True):
        mark = places == code
        rows.append(
            {
                "touchpoint": found.names[code],
                "trips": int(mark.sum()),
                "customers": number_of(people[mark]),
                "median_s": float(np.median(since[mark])) / 1e6,
                "longest_s": int(since[mark].max()) / 1e6,
                "past_usual": None if limit_s is None else int((since[mark] / 1e6 > limit / 1e6).sum()),
                "usual_s": limit_s,
            }
        )
    return sorted(rows, key=lambda row: (-row["trips"], row["touchpoint"]))


def _figures(found: Standing, rows: list[dict[str, Any]]) -> dict[str, Figure]:
    since = np.concatenate(found.since_us)
    people = number_of(np.concatenate(found.customers))
    past = sum(row["past_usual"] or 0 for row in rows)
    number = len(since)

    def figure(value: float | None, n: int, measured_in: str, method: str) -> Figure:
        return Figure(value, n=n, measured_in=measured_in, method=method, counts="trips")

    return {
        "trips": figure(number, number, "count", "open trips: younger than the time limit and not at the goal"),
        "customers": figure(people, number, "count", "different customers of these trips"),
        "median_s": figure(
            float(np.median(since)) / 1e6 if number else None, number, "s", "since the last step; exact median"
        ),
        "longest_s": figure(int(since.max()) / 1e6 if number else None, number, "s", "since the last step"),
        "past_usual": figure(
            past, past, "count", "since the last step longer than the 90th percentile of past steps from there"
        ),
    }


def _answer(question: Question, rows: list[dict[str, Any]], figures: dict[str, Figure]) -> Sentence:
    values: dict[str, Any] = {"what": question.journey.counted_as, "n": count(int(figures["trips"].value or 0))}
    if not rows:
        return Sentence("Nobody is on the way now.", values)
    first = rows[0]
    values |= {
        "touchpoint": first["touchpoint"],
        "here": count(first["trips"]),
        "time": duration(first["median_s"]),
        "past": count(int(figures["past_usual"].value or 0)),
    }
    return Sentence(
        "{n} {what} are on the way; most stand at {touchpoint}: {here}, for {time} (median). "
        "{past} of all have waited longer than is usual.",
        values,
    )


def _notes(rows: list[dict[str, Any]]) -> list[Sentence]:
    notes = []
    if rows:
        notes.append(
            Sentence("Usual: the time within which nine in ten of those who went on from a touchpoint did so.")
        )
    unknown = sum(row["trips"] for row in rows if row["usual_s"] is None)
    if unknown:
        notes.append(
            Sentence("{n} stand where nobody has gone on from yet: nothing is usual there.", {"n": count(unknown)})
        )
    return notes
