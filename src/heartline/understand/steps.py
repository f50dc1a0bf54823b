"""The verb `steps`: what people do in a journey, touchpoint by touchpoint: who comes, when, who stops, what is next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from heartline.core import say
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Result
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.listen.intervals import wilson
from heartline.store.kernel import Array, Columns
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .behind import behind, found_or_refused
from .interaction_rows import rows_at
from .path_set import number_of
from .question import Question, Walked, ask, fold
from .spread import Spread, seconds
from .tally import Tally, standing_notes
from .trip_rows import both, code_of, listed, with_value

DENSE = 1 << 24
"""Up to so many cells, first visits and pairs are found in a table rather than by sorting."""
LONGEST = 1 << 40
"""More steps than a trip can have."""


@spec
class StepsSpec(Selection):
    """Which trips.

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
class Walks:
    """What some owners' trips did; in the arrays a place for every touchpoint.

    Parameters
    ----------
    came, came_closed, left, visits
        Trips that came; of those that are over: how many came, and how many took their last step here without the
        goal; and how often anybody was here.
    people
        Customers and touchpoints of every arrival of somebody known.
    places, since
        By touchpoint: at which step of their trip they came first, and the µs until then.
    follows
        What followed: from · number of touchpoints + to, and how often.
    """

    names: tuple[str, ...]
    tally: Tally
    came: Array
    came_closed: Array
    left: Array
    visits: Array
    people: tuple[tuple[Array, Array], ...]
    places: Spread
    since: Spread
    follows: tuple[tuple[Array, Array], ...]

    def merged(self, other: Walks) -> Walks:
        """Join those of other owners."""
        return Walks(
            self.names, self.tally.merged(other.tally), self.came + other.came, self.came_closed + other.came_closed,
            self.left + other.left, self.visits + other.visits, self.people + other.people,
            self.places.merged(other.places), self.since.merged(other.since), self.follows + other.follows,
        )  # fmt: skip


def walks(columns: Columns, *, question: Question) -> Walks:
    """Follow the trips of some owners."""
    walked = Walked(columns, question)
    size = len(walked.names)
    first = arrivals(walked)
    trip, at = walked.trip[first], walked.touchpoint[first]
    over = ~walked.trips.open
    last = walked.touchpoint[walked.first[1:][over & (walked.goal < 0)] - 1]
    known = walked.customer[trip] >= 0

    def number(touchpoints: Array) -> Array:
        return np.bincount(touchpoints, minlength=size)

    places, since = first - walked.first[:-1][trip] + 1, walked.time[first] - walked.trips.start[trip]
    return Walks(
        walked.names, Tally.of(walked), number(at), number(at[over[trip]]), number(last), number(walked.touchpoint),
        ((walked.customer[trip][known], at[known]),),
        Spread.of(at, places, number=size + 1, largest=LONGEST),
        Spread.of(at, since, number=size + 1, largest=question.largest_us),
        (_pairs(walked, size),),
    )  # fmt: skip


def arrivals(walked: Walked) -> Array:
    """Give the step at which each trip came to each of its touchpoints first."""
    size = max(len(walked.names), 1)
    keys = walked.trip.astype(np.int64) * size + walked.touchpoint
    if len(walked.trips) * size > DENSE:
        found: Array = np.sort(np.unique(keys, return_index=True)[1])
        return found
    table = np.full(len(walked.trips) * size, -1, np.int64)
    table[keys[::-1]] = np.arange(len(keys) - 1, -1, -1)  # of several for a cell, the earliest one is written last
    return np.sort(table[table >= 0])


def _pairs(walked: Walked, size: int) -> tuple[Array, Array]:
    """Give what followed what, and how often."""
    same = np.flatnonzero(walked.trip[1:] == walked.trip[:-1])
    pairs = walked.touchpoint[same].astype(np.int64) * size + walked.touchpoint[same + 1]
    if size * size > DENSE:
        found, counts = np.unique(pairs, return_counts=True)
        return found, counts
    counts = np.bincount(pairs, minlength=size * size)
    some = np.flatnonzero(counts)
    return some, counts[some]


TRIPS = {"trips": ("count", "came"), "customers": ("distinct", "customer"), "reach": ("share", "came"),
         "position": ("median", "place"), "first_s": ("median", "since_s"), "left": ("share", "stopped")}  # fmt: skip
"""Numbers that trips stand behind: their measure, and what each trip brings."""


def steps_evidence(lake: Lake, spec: StepsSpec, which: Which) -> Evidence:
    """List the trips that came to a touchpoint, or the interactions there."""
    snapshot = lake.at(spec.as_of)
    question = ask(snapshot, spec, spec.journey, goal=spec.goal)
    if which.figure is not None:
        return found_or_refused(behind(snapshot, question, which.figure), which)
    at, column = str(which.row.get("touchpoint")), which.column or ""
    name = column.removesuffix("_n")
    if name == "visits":
        return Evidence("interactions", "count", rows_at(snapshot, question, at, None))
    if name == "next_share":
        follows = {row["touchpoint"]: row["next"] for row in _rows(fold(snapshot, question, walks, Walks.merged))}
        rows = rows_at(snapshot, question, at, follows.get(at))
        rows = rows if follows.get(at) else rows.slice(0, 0)
        return Evidence("interactions", "share" if name == column else "count", rows)
    if name not in TRIPS or (name != column and name not in ("reach", "left")):
        raise no_evidence(which)
    measure, value = TRIPS[name]
    measure = measure if name == column else "count"
    rows = fold(snapshot, question, partial(_walkers, at=at), both)
    if name in ("reach", "left"):
        rows = rows.filter(pa.compute.invert(rows["open"]))
    if name != "reach":
        rows = rows.filter(rows["came"])
    return Evidence("trips", measure, with_value(rows, value))


def _walkers(columns: Columns, *, question: Question, at: str) -> pa.Table:
    """List trips with whether they came to a touchpoint, at which step, after how long, and whether they stopped."""
    walked = Walked(columns, question)
    code = code_of(walked.names, at)
    first = arrivals(walked)
    first = first[walked.touchpoint[first] == code]
    trip = walked.trip[first]
    came = np.zeros(len(walked.trips), np.bool_)
    place, since = np.zeros(len(came), np.int64), np.zeros(len(came))
    came[trip] = True
    place[trip] = first - walked.first[:-1][trip] + 1
    since[trip] = (walked.time[first] - walked.trips.start[trip]) / 1e6
    stopped = (walked.touchpoint[walked.first[1:] - 1] == code) & (walked.goal < 0)
    table = listed(walked, np.arange(len(came)))
    for name, values in (("came", came), ("place", place), ("since_s", since), ("stopped", stopped)):
        table = table.append_column(name, pa.array(values))
    return table


@verb(StepsSpec, key=("touchpoint",), evidence=steps_evidence)
def steps(lake: Lake, spec: StepsSpec) -> Result:
    """Say what people do at each touchpoint of a journey: how many come, when, where they stop, where they go next.

    Figures
    -------
    `trips`, `customers`, `open_trips`, `goal_share` and `outside_share` as `paths` has them.

    Shape
    -----
    One row per touchpoint in the trips: `touchpoint` str; `trips` int ≥ 1 that came here; `customers` int, different
    ones that are known; `visits` int, how often anybody was here; `reach` float 0–1 of all closed trips; `position`
    float ≥ 1, median step of a trip at which it came here first; `first_s` float, median seconds from the trip's start
    until then; `left` float 0–1, of closed trips that came here those whose last step was here, without the goal;
    `next` str, what follows most often, null where nothing ever did; `next_share` float 0–1, of the visits here those
    followed by it. `reach` and `left` with `_low`, `_high` and `_n`. Ordered by position, time, then alphabet.

    Uncertainty
    -----------
    Shares of trips: Wilson interval over closed trips. Counts and medians are of all there are; medians are exact up to
    50 million visits, beyond that within 0.5 %.

    Raises
    ------
    NotFound
        `unknown_journey`; `unknown_touchpoint` for `goal`.
    """
    snapshot = lake.at(spec.as_of)
    question = ask(snapshot, spec, spec.journey, goal=spec.goal)
    found = fold(snapshot, question, walks, Walks.merged)
    rows = _rows(found)
    return Result(
        verb="steps",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(snapshot, question, found.tally, rows),
        figures={**found.tally.figures(question), "outside_share": found.tally.outside_share()},
        columns=COLUMNS,
        rows=rows,
        notes=tuple(standing_notes(found.tally)),
    )


COLUMNS = (
    Column("touchpoint", "str", "", "the touchpoint"),
    Column("trips", "int", "count", "trips that came here"),
    Column("customers", "int", "count", "different customers of these trips"),
    Column("visits", "int", "count", "how often anybody was here"),
    Column("reach", "float", "share", "of trips that are over, those that came here"),
    Column("reach_low", "float", "share", "lower end of its 95 % interval"),
    Column("reach_high", "float", "share", "upper end of its 95 % interval"),
    Column("reach_n", "int", "count", "trips that are over"),
    Column("position", "float", "step", "median step of their trip at which they came here first"),
    Column("first_s", "float", "s", "median time from the start of their trip until then"),
    Column("left", "float", "share", "of trips that are over and came here, those that stopped here without the goal"),
    Column("left_low", "float", "share", "lower end of its 95 % interval"),
    Column("left_high", "float", "share", "upper end of its 95 % interval"),
    Column("left_n", "int", "count", "trips that are over and came here"),
    Column("next", "str", "", "touchpoint that follows most often; null where none ever did"),
    Column("next_share", "float", "share", "of the visits here, those that it followed"),
    Column("next_share_n", "int", "count", "visits here that count for that"),
)


def _rows(found: Walks) -> list[dict[str, Any]]:
    here = np.flatnonzero(found.came)
    places, since = found.places.quantile(here, 0.5), seconds(found.since.quantile(here, 0.5))
    people, follows = _people(found), _follows(found)
    closed = found.tally.closed
    rows = []
    for code, place, first_s in zip(here.tolist(), places.tolist(), since, strict=True):
        visits = int(found.visits[code])
        after, often = follows.get(code, (None, 0))
        row: dict[str, Any] = {"touchpoint": found.names[code], "trips": int(found.came[code])}
        row |= {"customers": people.get(code, 0), "visits": visits}
        row |= _share("reach", int(found.came_closed[code]), closed)
        row |= {"position": place, "first_s": first_s}
        row |= _share("left", int(found.left[code]), int(found.came_closed[code]))
        next_name = None if after is None else found.names[after]
        row |= {"next": next_name, "next_share": often / visits if often else None}
        rows.append(row | {"next_share_n": visits if often else 0})
    return sorted(rows, key=lambda row: (row["position"], row["first_s"], row["touchpoint"]))


def _share(name: str, some: int, of: int) -> dict[str, Any]:
    low, high = wilson(some / of, of) if of else (None, None)
    return {name: some / of if of else None, f"{name}_low": low, f"{name}_high": high, f"{name}_n": of}


def _people(found: Walks) -> dict[int, int]:
    """Count the different customers at each touchpoint."""
    customer, at = (np.concatenate([part[side] for part in found.people]) for side in (0, 1))
    order = np.argsort(at, kind="stable")
    codes, starts = np.unique(at[order], return_index=True)
    groups = np.split(customer[order], starts[1:])
    return {code: number_of(some) for code, some in zip(codes.tolist(), groups, strict=False)}


def _follows(found: Walks) -> dict[int, tuple[int, int]]:
    """Give for each touchpoint what follows it most often, of equals the first by alphabet, and how often."""
    pairs, counts = (np.concatenate([part[side] for part in found.follows]) for side in (0, 1))
    unique, place = np.unique(pairs, return_inverse=True)
    totals = np.bincount(place, counts, len(unique)).astype(np.int64)
    size = max(len(found.names), 1)
    best: dict[int, tuple[int, int]] = {}
    for pair, often in zip(unique.tolist(), totals.tolist(), strict=True):
        code, after = divmod(pair, size)
        held = best.get(code)
        if held is None or (-often, found.names[after]) < (-held[1], found.names[held[0]]):
            best[code] = (after, often)
    return best


def _answer(snapshot: Snapshot, question: Question, tally: Tally, rows: list[dict[str, Any]]) -> Sentence:
    labels = snapshot.definitions.all("touchpoint")
    values: dict[str, Any] = {"what": question.journey.counted_as, "trips": say.count(len(tally)), "n": len(rows)}
    stops = [row for row in rows if row["left"]]
    if not rows:
        return Sentence("No {what} in this period.", values)
    if not stops:
        return Sentence("{trips} {what} came to {n} touchpoints.", values)
    most = max(stops, key=lambda row: row["left"] * row["left_n"])
    values |= {"label": labels.get(most["touchpoint"], {}).get("label") or most["touchpoint"]}
    values |= {"left": say.share(most["left"]), "came": say.count(most["left_n"])}
    return Sentence(
        "{trips} {what} came to {n} touchpoints; most of those that got no further stopped at {label}: {left} of the "
        "{came} that came there.",
        values,
    )
