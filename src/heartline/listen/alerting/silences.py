"""The verb `silences`: which sources come regularly, and which have been silent for longer than is usual for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import ibis
import numpy as np
from pydantic import Field

from heartline.core import say
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Keys, Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.snapshot import Snapshot

from .rhythm import STEP_S, WEEKS, learnt

COLUMNS = (
    Column("source", "str", "key", "where rows come from"),
    Column("received", "int", "count", "rows that came in the last twelve weeks"),
    Column("last_at", "timestamp", "UTC", "when it came last"),
    Column("pauses", "int", "count", "pauses that its rhythm was learnt from; null where it cannot be watched yet"),
    Column("usual_s", "float", "s", "its median pause"),
    Column("due_at", "timestamp", "UTC", "from when on it is silent; null where it cannot be watched yet"),
    Column("silent", "bool", "", "whether it was so when anything came last"),
)


@spec
class SilencesSpec(Selection):
    """Which sources.

    Parameters
    ----------
    source
        Only these.
    weeks
        One false alarm in so many weeks, over all sources together.
    """

    source: Keys = ()
    weeks: Annotated[int, Field(ge=1, le=520)] = 52


def _rows(snapshot: Snapshot, spec: SilencesSpec, *columns: str) -> Any:
    """Give the rows of the twelve weeks up to the last that came from anywhere; when an employee answered is theirs."""
    rows = snapshot.selected(spec, *dict.fromkeys(("source", "received_at", "kind", *columns)))
    rows = rows.filter(rows.source.notnull(), rows.kind.fill_null("").notin(("assignment", "employee")))
    last = snapshot.execute(rows.aggregate(last=rows.received_at.max())).to_pylist()[0]["last"]
    if last is not None:
        rows = rows.filter(rows.received_at > ibis.literal(last - timedelta(weeks=WEEKS)))
    return rows.filter(rows.source.isin(list(spec.source))) if spec.source else rows


def silences_evidence(lake: Lake, spec: SilencesSpec, which: Which) -> Evidence:
    """List the rows that came from a source."""
    snapshot = lake.at(spec.as_of)
    rows = _rows(snapshot, spec, "id", "customer", "occurred_at", "touchpoint").mutate(value=ibis.literal(1.0))
    if which.figure is not None:
        if which.figure != "received":
            raise no_evidence(which)
    elif which.column == "received":
        rows = rows.filter(rows.source == str(which.row.get("source")))
    else:
        raise no_evidence(which)
    return Evidence("interactions", "count", Listed(snapshot, rows))


@verb(SilencesSpec, key=("source",), evidence=silences_evidence)
def silences(lake: Lake, spec: SilencesSpec) -> Result:
    """Say which sources have been silent for longer than usual, by the hours and weekdays at which they come.

    Shape
    -----
    One row per source that came in the last twelve weeks: `source` str; `received` int; `last_at` timestamp; `pauses`
    int; `usual_s` float; `due_at` timestamp: from then on it is silent; `silent` bool: whether it was when anything
    came last. `pauses`, `usual_s` and `due_at` are null with less than four weeks or 41 arrivals. Silent ones first.

    Uncertainty
    -----------
    One false alarm in `weeks` weeks over all sources that can be watched; see `heartline.listen.alerting.rhythm`.

    Raises
    ------
    NotFound
        `unknown_unit`, …

    Source
    ------
    Brown et al. (2002), The time-rescaling theorem; Pickands (1975).
    """
    snapshot = lake.at(spec.as_of)
    rows, zone = _rows(snapshot, spec), str(snapshot.definitions.settings["timezone"])
    steps = rows.mutate(at=(rows.received_at.epoch_seconds() // STEP_S) * STEP_S)
    found = steps.group_by("source", "at").aggregate(n=steps.count(), last=steps.received_at.max())
    came: dict[str, list[tuple[float, int, datetime]]] = {}
    for row in snapshot.execute(found.order_by("source", "at")).to_pylist():
        came.setdefault(row["source"], []).append((float(row["at"]), int(row["n"]), row["last"]))
    arrivals = {source: np.array([at for at, _n, _last in some]) for source, some in came.items()}
    watched = sum(learnt(some, zone, spec.weeks) is not None for some in arrivals.values())
    newest = max((one[2] for some in came.values() for one in some), default=None)
    made = []
    for source, some in came.items():
        rhythm, last = learnt(arrivals[source], zone, spec.weeks, watched), max(one[2] for one in some)
        due = rhythm.due(last, zone) if rhythm else None
        made.append({"source": source, "received": sum(one[1] for one in some), "last_at": last,
                     "pauses": rhythm.pauses if rhythm else None, "usual_s": rhythm.usual_s if rhythm else None,
                     "due_at": due, "silent": due is not None and newest is not None and newest > due})  # fmt: skip
    made.sort(key=lambda row: (not row["silent"], row["source"]))
    silent = sum(bool(row["silent"]) for row in made)
    received = sum(one[1] for some in came.values() for one in some)
    return Result(
        verb="silences",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(len(made), watched, silent),
        figures={
            "received": Figure(received, n=received, method="rows that came in twelve weeks"),
            "watched": Figure(watched, n=watched, method="sources whose rhythm is known"),
            "silent": Figure(silent, n=silent, method="sources that are silent for longer than usual"),
        },
        columns=COLUMNS,
        rows=made,
    )


def _answer(sources: int, watched: int, silent: int) -> Sentence:
    values = {"sources": say.count(sources), "watched": say.count(watched), "silent": say.count(silent)}
    if not watched:
        return Sentence("No source can be watched yet: there is too little to know its rhythm.", values)
    if not silent:
        return Sentence("All of the {watched} sources whose rhythm is known come as usual.", values)
    return Sentence("{silent} of {watched} sources whose rhythm is known are silent for longer than usual.", values)
