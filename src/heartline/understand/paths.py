"""The verb `paths`: every path that trips took, how many lead through a touchpoint, how many of those to the goal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from heartline.core import say
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.kernel import Array
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .behind import behind, found_or_refused, nothing
from .path_set import number_of
from .question import Question, ask, known_touchpoint
from .tally import many, middle, number, share, standing_notes, whole
from .trip_rows import ARROW, Wanted, on_path, trip_rows, with_value
from .ways import Ways, ways


@spec
class PathsSpec(Selection):
    """Which trips, and which of their paths to list.

    Parameters
    ----------
    journey
        Key of the journey.
    through
        A touchpoint: the figures `through_…` tell of the paths that contain it.
    goal
        Another goal than the journey's own.
    collapse
        Count a step that repeats the one before it once.
    search
        List only paths with such steps: parts of touchpoint keys, `>` between steps that follow each other, `|`
        between parts of which any will do, `=` before a whole key; `^` in front: at the path's start, `$` behind: at
        its end.
    limit, offset
        How many paths to list, from where; figures always tell of all.
    """

    journey: str
    through: str | None = None
    goal: str | None = None
    collapse: bool = False
    search: str | None = None
    limit: Annotated[int, Field(ge=0)] = 100
    offset: Annotated[int, Field(ge=0)] = 0


OPENED: dict[str, tuple[str, str | int, Wanted]] = {
    "paths": ("distinct", "path", Wanted()),
    "through_trips": ("count", 1, Wanted()),
    "through_customers": ("distinct", "customer", Wanted()),
    "through_paths": ("distinct", "path", Wanted()),
    "through_goal_trips": ("count", 1, Wanted(reached=True)),
    "through_goal_paths": ("distinct", "path", Wanted(reached=True)),
    "through_goal_share": ("share", "reached_goal", Wanted(open=False)),
    "found_paths": ("distinct", "path", Wanted()),
    "found_trips": ("count", 1, Wanted()),
    "tail_paths": ("distinct", "path", Wanted()),
    "tail_trips": ("count", 1, Wanted()),
}
"""For each figure the measure, what each trip brings to it, and which trips."""
ROWS: dict[str, tuple[str, str | int, bool | None]] = {
    "trips": ("count", 1, None),
    "open_trips": ("count", 1, True),
    "customers": ("distinct", "customer", None),
    "median_s": ("median", "duration_s", None),
}


def paths_evidence(lake: Lake, spec: PathsSpec, which: Which) -> Evidence:
    """List the trips behind a number about paths; for the share outside, the interactions."""
    snapshot = lake.at(spec.as_of)
    question = _question(snapshot, spec)
    if which.figure is None:
        return _behind_row(snapshot, question, which)
    if which.figure not in OPENED:
        return found_or_refused(behind(snapshot, question, which.figure), which)
    measure, value, wanted = OPENED[which.figure]
    if which.figure.startswith("through_"):
        if spec.through is None:
            return nothing(snapshot, question)
        wanted = replace(wanted, through=spec.through)
    rows = trip_rows(snapshot, question, wanted)
    if which.figure.startswith(("tail_", "found_")):
        if spec.search is None and which.figure.startswith("found_"):
            return nothing(snapshot, question)
        rows = _among(rows, ways(snapshot, question), spec, which.figure)
    return Evidence("trips", measure, with_value(rows, value))


def _among(rows: pa.Table, found: Ways, spec: PathsSpec, figure: str) -> pa.Table:
    """Keep trips on paths that the search finds, or on those that are not listed."""
    tail = figure.startswith("tail_")
    places = found.listed(spec.search, spec.limit, spec.offset) if tail else found.matching(spec.search)
    paths = pa.array([ARROW.join(path) for path in found.paths.taken(places).spelt(found.names)], pa.string())
    there = pc.is_in(rows["path"], value_set=paths)
    return rows.filter(pc.invert(there) if tail else there)


def _behind_row(snapshot: Snapshot, question: Question, which: Which) -> Evidence:
    path = tuple(which.row.get("path") or ())
    if which.column == "share":
        return Evidence("trips", "share", with_value(trip_rows(snapshot, question, Wanted(open=False)), on_path(*path)))
    if which.column not in ROWS:
        raise no_evidence(which)
    measure, value, opened = ROWS[which.column]
    rows = trip_rows(snapshot, question, Wanted(path=path, open=opened))
    return Evidence("trips", measure, with_value(rows, value))


@verb(PathsSpec, key=("path",), evidence=paths_evidence)
def paths(lake: Lake, spec: PathsSpec) -> Result:
    """Say how many paths customers take, how many lead through a touchpoint, and how many of those to the goal.

    Every path of every chosen trip is counted, however rare; rows list the most travelled ones.

    Figures
    -------
    `trips`, `customers`, `paths` (distinct); `through_trips`, `through_customers`, `through_paths`: those that contain
    the touchpoint `through`; `through_goal_trips`, `through_goal_paths`: of those, which reached the goal;
    `through_goal_share`, `goal_share`: of closed trips; `open_trips`; `median_goal_steps`, `median_goal_s`: of trips
    that reached the goal, both ends counted; `tail_paths`, `tail_trips`: not among the rows; `outside_share`:
    interactions in no trip; `found_paths`, `found_trips`: those with the steps that `search` names. What is about
    `through` or `search` is null where it was not asked.

    Shape
    -----
    One row per path: `path` list of touchpoint keys; `trips` int ≥ 1; `customers` int, different ones that are known;
    `open_trips` int; `share` float 0–1 of all closed trips, null without any, adding up to 1 over all paths;
    `reached_goal` bool; `median_s` float seconds from first to last step. Ordered by falling trips, then fewer steps,
    then by alphabet.

    Uncertainty
    -----------
    Counts, medians and shares of paths are of all there are, and exact. `goal_share` and `through_goal_share`: Wilson
    interval over closed trips.

    Raises
    ------
    NotFound
        `unknown_journey`; `unknown_touchpoint` for `through` or `goal`.

    Source
    ------
    Distinct paths are process mining's variants (van der Aalst 2016, Process Mining, section 2.2).
    """
    snapshot = lake.at(spec.as_of)
    question = _question(snapshot, spec)
    found = ways(snapshot, question)
    listed = found.listed(spec.search, spec.limit, spec.offset)
    figures = _figures(found, question, spec, listed)
    return Result(
        verb="paths",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(question, spec, figures),
        figures=figures,
        columns=COLUMNS,
        rows=_rows(found, listed),
        notes=tuple(_notes(found, spec, figures)),
    )


COLUMNS = (
    Column("path", "list", "", "touchpoints in their order"),
    Column("trips", "int", "count", "trips that took it"),
    Column("customers", "int", "count", "different customers of these trips"),
    Column("open_trips", "int", "count", "of these trips, those that are not over"),
    Column("share", "float", "share", "of all trips that are over"),
    Column("reached_goal", "bool", "", "whether it leads to the goal"),
    Column("median_s", "float", "s", "median time from its first to its last step"),
)


def _question(snapshot: Snapshot, spec: PathsSpec) -> Question:
    if spec.through is not None:
        known_touchpoint(snapshot, spec.through, field="through")
    return ask(snapshot, spec, spec.journey, goal=spec.goal, collapse=spec.collapse)


def _rows(found: Ways, listed: Array) -> list[dict[str, Any]]:
    closed = found.tally.closed
    share_of = ((found.trips - found.open)[listed] / closed).tolist() if closed else [None] * len(listed)
    cells = zip(
        found.paths.taken(listed).spelt(found.names), found.trips[listed].tolist(),
        found.customers[listed].tolist(), found.open[listed].tolist(), share_of,
        found.reaching[listed].tolist(), found.medians(listed), strict=True,
    )  # fmt: skip
    return [dict(zip((column.name for column in COLUMNS), row, strict=True)) for row in cells]


def _figures(found: Ways, question: Question, spec: PathsSpec, listed: Array) -> dict[str, Figure]:
    tally = found.tally
    reached = np.flatnonzero(tally.reached)
    tail = len(tally) - int(found.trips[listed].sum())
    how = "repeats of a step counted once; " if spec.collapse else ""
    return {
        **tally.figures(question),
        "paths": Figure(
            len(found.paths), n=len(tally), method=f"{how}different sequences of touchpoints", counts="trips"
        ),
        **_through(found, spec.through),
        **_found(found, spec.search),
        "median_goal_steps": middle(tally.steps[reached], "count", f"{how}steps from the first to the goal"),
        "median_goal_s": middle(tally.goal_us[reached], "s", "time from the start to the goal", scale=1e6),
        "tail_paths": Figure(len(found.paths) - len(listed), n=tail, method="paths not among the rows", counts="trips"),
        "tail_trips": Figure(tail, n=tail, method="trips on paths not among the rows", counts="trips"),
        "outside_share": tally.outside_share(),
    }


def _through(found: Ways, through: str | None) -> dict[str, Figure]:
    """Give the figures about the paths through a touchpoint."""
    names = ("through_trips", "through_customers", "through_paths", "through_goal_trips", "through_goal_paths")
    if through is None:
        unasked = Figure(None, method="not asked: name a touchpoint in `through`", counts="trips")
        return {**dict.fromkeys(names, unasked), "through_goal_share": replace(unasked, measured_in="share")}
    tally = found.tally
    on_paths = found.through(through)
    on_trips = on_paths[found.number]
    trips, to_goal = int(on_trips.sum()), int((on_trips & tally.reached).sum())
    contain = f"path contains {through}"
    values = (
        (trips, trips, f"trips whose {contain}"),
        (number_of(tally.customer[on_trips]), trips, f"different customers of trips whose {contain}"),
        (int(on_paths.sum()), trips, f"different paths: the {contain}"),
        (to_goal, to_goal, f"trips whose {contain}, and that reached the goal"),
        (int((on_paths & found.reaching).sum()), to_goal, f"different paths that reach the goal: the {contain}"),
    )
    figures = {
        name: Figure(value, n=n, method=method, counts="trips")
        for name, (value, n, method) in zip(names, values, strict=True)
    }
    closed = on_trips & ~tally.open
    what = f"closed trips whose {contain} that reached the goal"
    return {**figures, "through_goal_share": share(int((closed & tally.reached).sum()), int(closed.sum()), what)}


def _found(found: Ways, search: str | None) -> dict[str, Figure]:
    """Give the figures about the paths that a search finds."""
    if search is None:
        unasked = Figure(None, method="not asked: name steps in `search`", counts="trips")
        return {"found_paths": unasked, "found_trips": unasked}
    places = found.matching(search)
    trips = int(found.trips[places].sum())
    return {
        "found_paths": Figure(len(places), n=trips, method="different paths with the steps searched", counts="trips"),
        "found_trips": Figure(trips, n=trips, method="trips on paths with the steps searched", counts="trips"),
    }


def _answer(question: Question, spec: PathsSpec, figures: dict[str, Figure]) -> Sentence:
    journey = question.journey
    values = {
        "what": journey.counted_as,
        "trips": say.count(whole(figures["trips"])),
        "paths": many(whole(figures["paths"]), "path", "different paths"),
        "share": say.share(number(figures["goal_share"])),
        "goal": journey.goal,
    }
    if not whole(figures["trips"]):
        return Sentence("No {what} in this period.", values)
    if spec.through is None:
        if journey.goal is None:
            return Sentence("{trips} {what} took {paths}.", values)
        return Sentence("{trips} {what} took {paths}; {share} of those that are over reached {goal}.", values)
    values |= {
        "through": spec.through,
        "through_trips": say.count(whole(figures["through_trips"])),
        "through_paths": many(whole(figures["through_paths"]), "path leads", "paths lead"),
        "goal_paths": many(whole(figures["through_goal_paths"]), "path leads", "paths lead"),
        "goal_trips": say.count(whole(figures["through_goal_trips"])),
    }
    if journey.goal is None:
        return Sentence("{through_paths} through {through}: {through_trips} of {trips} {what} came by.", values)
    return Sentence(
        "{goal_paths} through {through} to {goal}, taken by {goal_trips} of the {through_trips} {what} that came by; "
        "in all, {trips} {what} took {paths}.",
        values,
    )


def _notes(found: Ways, spec: PathsSpec, figures: dict[str, Figure]) -> Iterator[Sentence]:
    tail = whole(figures["tail_paths"])
    if tail:
        yield Sentence(
            "{listed} of {paths} paths are listed; the other {tail} carry {trips} trips, {share} of all.",
            {
                "listed": say.count(len(found.paths) - tail),
                "paths": say.count(len(found.paths)),
                "tail": say.count(tail),
                "trips": say.count(whole(figures["tail_trips"])),
                "share": say.share(whole(figures["tail_trips"]) / len(found.tally)),
            },
        )
    if spec.collapse:
        yield Sentence("A step that repeats the one before it is counted once.")
    yield from standing_notes(found.tally)
