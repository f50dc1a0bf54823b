"""The events of the past in a lake: those of a day, and all of them placed again, piece by piece beside the loader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.collect.following import overridden
from heartline.collect.placement import RULE as BY_HAND
from heartline.collect.placement import corrections
from heartline.collect.ruling import PLACEMENT
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .again import OURS, READ, again
from .groups import Name

RULE = "rules"
"""What the overrides of placing again are called, before the number of their version."""
PIECE = 200_000
"""Rows that are placed at once."""
Tell = Callable[[int, int, int], None]


@dataclass
class Outcome:
    """What placing again came to.

    Parameters
    ----------
    unplaced
        Events without a touchpoint, by name and by the day on which they came.
    places
        Events of a name by touchpoint; the empty one: at none.
    """

    checked: int = 0
    changed: int = 0
    versions: list[int] = field(default_factory=list)
    unplaced: Counter[tuple[Name, date]] = field(default_factory=Counter)
    places: dict[Name, Counter[str]] = field(default_factory=dict)


def events(
    snapshot: Snapshot, since: datetime, until: datetime, most: int | None = None, names: Sequence[str] = ()
) -> pa.Table:
    """Give events of ours that happened between two moments, the newest first where there may be too many.

    Parameters
    ----------
    most
        How many at most.
    names
        Only those called so, whatever their case.
    """
    table = snapshot.rows("id", "occurred_at", "received_at", *READ)
    mine = (table.occurred_at >= since) & (table.occurred_at < until) & table.properties.contains(OURS)
    table = table.filter(mine)
    if names:
        table = table.filter(table.event.lower().isin([name.lower() for name in names]))
    if most is not None:
        table = table.order_by(table.occurred_at.desc()).limit(most)
    return snapshot.execute(table)


def count(snapshot: Snapshot, since: datetime, until: datetime) -> int:
    """Count events of ours that happened between two moments."""
    table = snapshot.rows("occurred_at", "properties")
    mine = (table.occurred_at >= since) & (table.occurred_at < until) & table.properties.contains(OURS)
    return int(snapshot.execute(table.filter(mine).aggregate(number=ibis._.count()))["number"][0].as_py())


def days(snapshot: Snapshot) -> list[tuple[date, int]]:
    """Give the days (in UTC) on which events of ours happened, with how many."""
    table = snapshot.rows("occurred_at", "properties")
    table = table.filter(table.properties.contains(OURS))
    table = table.group_by(day=table.occurred_at.truncate("D")).aggregate(number=ibis._.count())
    found = snapshot.execute(table).to_pylist()
    return sorted((row["day"].date(), row["number"]) for row in found)


def windows(found: list[tuple[date, int]], piece: int = PIECE) -> list[tuple[datetime, datetime, int]]:
    """Cut days into pieces that can be placed at once, and put small days together."""
    made: list[tuple[datetime, datetime, int]] = []
    for day, number in found:
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        end = begin + timedelta(days=1)
        if made and made[-1][2] + number <= piece:
            made[-1] = (made[-1][0], end, made[-1][2] + number)
            continue
        parts = -(-number // piece)
        edges = [begin + (end - begin) * part / parts for part in range(parts)] + [end]
        made += [(edges[part], edges[part + 1], number // parts) for part in range(parts)]
    return made


def place_again(lake: Lake, tell: Tell = lambda _done, _of, _changed: None) -> Outcome:
    """Place all events of ours as rules and touchpoints say now; rows that somebody corrected by hand stay.

    The lake is locked only while the changes of a piece are written; a piece during which somebody else changed
    definitions or placements is done anew.

    Parameters
    ----------
    tell
        Hears how many of how many events are done, and how many changed.
    """
    outcome = Outcome()
    pieces = windows(days(lake.at()))
    total = sum(number for _, _, number in pieces)
    done = 0
    tell(0, total, 0)
    for since, until, number in pieces:
        while not _piece(lake, since, until, outcome):
            pass
        done += number
        tell(done, total, outcome.changed)
    return outcome


def _piece(lake: Lake, since: datetime, until: datetime, outcome: Outcome) -> bool:
    """Place the events of a piece; False when what they are placed by was changed meanwhile."""
    snapshot = lake.at()
    rows = events(snapshot, since, until)
    rows = rows.filter(pc.invert(pc.is_in(rows["id"], value_set=_by_hand(snapshot)))).combine_chunks()
    made = again(rows, snapshot.definitions)
    was = {f"was_{name}": rows[name] for name in PLACEMENT}
    found = pa.table({"id": rows["id"], **made.columns, **was})
    differs = np.zeros(rows.num_rows, np.bool_)
    for name in PLACEMENT:
        same = pc.fill_null(pc.equal(found[name], found[f"was_{name}"]), False).to_numpy()
        neither = pc.and_(found[name].is_null(), found[f"was_{name}"].is_null()).to_numpy()
        differs |= ~(same.astype(np.bool_) | neither.astype(np.bool_))
    if differs.any() and not _written(lake, snapshot, found.filter(pa.array(differs)), made.found, outcome):
        return False
    outcome.checked += rows.num_rows
    outcome.changed += int(differs.sum())
    came = pc.cast(rows["received_at"], pa.date32()).to_pylist()
    for event, day, touchpoint in zip(made.names, came, made.columns["touchpoint"].to_pylist(), strict=True):
        if event is not None:
            outcome.places.setdefault(event, Counter())[touchpoint or ""] += 1
            outcome.unplaced[event, day] += touchpoint is None
    return True


def _written(lake: Lake, snapshot: Snapshot, found: pa.Table, touchpoints: object, outcome: Outcome) -> bool:
    """Write changes, unless others have written meanwhile what they were made by."""
    with lake.write("place events again") as writer:
        for name in ("overrides", "definitions"):
            if writer.known.tables.get(name) != snapshot.newest.tables.get(name):
                return False
        assert isinstance(touchpoints, dict)
        for key in sorted(set(found["touchpoint"].to_pylist()) & set(touchpoints)):
            writer.define("touchpoint", key, dict(touchpoints[key]), source="live")
        overridden(writer, found, PLACEMENT, f"{RULE} {writer.version}")
        outcome.versions.append(writer.version)
    return True


def _by_hand(snapshot: Snapshot) -> pa.Array:
    """Give the ids of rows that somebody corrected and did not take back."""
    if not snapshot.files("overrides"):
        return pa.array([], pa.string())
    wanted = [f"{BY_HAND} {version}" for version in corrections(snapshot)]
    table = snapshot.table("overrides")
    table = table.filter(pc.is_in(table["rule"], value_set=pa.array(wanted, pa.string())))
    return table["id"].combine_chunks()
