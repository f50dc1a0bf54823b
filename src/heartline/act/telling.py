"""What has landed in the lake since somebody was told last, a bounded part at a time.

The lake itself is the queue: a place in it is a version, and the last id that was told of the one after it. So nothing
is lost or told twice however often a teller is stopped, and whoever is told slowly costs no memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import ibis
from ibis import _

from heartline.store.snapshot import Snapshot

TOLD = (
    "id", "occurred_at", "received_at", "customer", "ref", "channel", "touchpoint", "stage", "about", "kind", "event",
    "source", "unit", "product", "score", "scale", "feeling", "wait_s", "succeeded", "amount", "currency", "language",
    "themes", "action",
)  # fmt: skip
"""Columns that are told; what people wrote only to whom it was promised."""
NEWS = timedelta(days=3)
"""What came later than so long after it happened is history."""
IMPORT = "import "
"""What made a version to which a recipe brought rows."""
PART = "part "
ASKED = ("surveys", "employees")
"""Sources of answers to surveys."""


@dataclass(frozen=True)
class Place:
    """Up to where somebody was told: all of a version, and of later ones the rows up to an id.

    Parameters
    ----------
    version
        Everything that landed in it or before was told.
    landed, after
        Of what landed later: up to this version and this id; nothing where `after` is empty.
    """

    version: int
    landed: int = 0
    after: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which interactions somebody wants to be told of.

    Parameters
    ----------
    touchpoints, units
        Keys, with those below; empty: all.
    scored
        Only those with a score.
    scale, low, high
        Of the score.
    history
        Also what happened more than three days before it came.
    """

    touchpoints: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    scored: bool = False
    scale: str = ""
    low: float | None = None
    high: float | None = None
    history: bool = False


def rows(
    snapshot: Snapshot, since: Place, wanted: Wanted, most: int, *, texts: bool = False
) -> tuple[list[dict[str, Any]], Place]:
    """Give interactions that were not told yet, in the order of versions and ids, and the place after them.

    Parameters
    ----------
    most
        So many at a time.
    texts
        With what people wrote.
    """
    columns = (*TOLD, *(("text",) if texts else ()))
    found = _wanted(snapshot, wanted, columns).filter(_since(since)).order_by("landed", "id").limit(most)
    told = snapshot.execute(found.select(*columns, "landed")).to_pylist()
    if len(told) < most:
        return told, Place(snapshot.version)
    return told, Place(since.version, told[-1]["landed"], told[-1]["id"])


def _since(since: Place) -> Any:
    later = _.landed > max(since.version, since.landed)
    if not since.after:
        return _.landed > since.version
    return later | ((_.landed == since.landed) & (_.id > since.after))


def _anonymous(table: ibis.Table) -> Any:
    """Tell which rows are answers of nobody known: nothing is left in them to tell but the second they came in."""
    empty = table.customer.isnull() & table.score.isnull() & table.text.isnull()
    return table.source.fill_null("").isin(ASKED) & empty


def _wanted(snapshot: Snapshot, wanted: Wanted, columns: Iterable[str]) -> ibis.Table:
    needed = (
        *columns, "id", "source", "customer", "text", "kind", "touchpoint", "unit", "score", "scale", "occurred_at",
        "received_at", "landed",
    )  # fmt: skip
    table = snapshot.rows(*dict.fromkeys(needed))
    filters = [table.kind.fill_null("") != "assignment", ~_anonymous(table)]
    if not wanted.history:
        filters.append(table.occurred_at >= table.received_at - ibis.interval(days=NEWS.days))
    for column, keys in (("touchpoint", wanted.touchpoints), ("unit", wanted.units)):
        if keys:
            filters.append(table[column].isin(keys))
    if wanted.scored:
        filters.append(table.score.notnull())
        if wanted.scale:
            filters.append(table.scale == wanted.scale)
        if wanted.low is not None:
            filters.append(table.score >= wanted.low)
        if wanted.high is not None:
            filters.append(table.score <= wanted.high)
    return table.filter(filters)


def summed(snapshot: Snapshot, since: Place, wanted: Wanted, most: int) -> list[dict[str, Any]]:
    """Count the interactions that were not told yet, by touchpoint and scale, the most first.

    Returns
    -------
    list
        `touchpoint`, `scale`, `interactions`, `scores`, `mean_score` (null without scores), `failed`; at most `most`.
    """
    table = _wanted(snapshot, wanted, ("succeeded",)).filter(_since(since))
    found = table.group_by("touchpoint", "scale").aggregate(
        interactions=table.count(), scores=table.score.count(), mean_score=table.score.mean(),
        failed=(~table.succeeded).sum().fill_null(0),
    )  # fmt: skip
    return list(snapshot.execute(found.order_by(ibis.desc("interactions"), "touchpoint").limit(most)).to_pylist())


def moved(snapshot: Snapshot, since: Place, most: int) -> tuple[list[dict[str, Any]], Place]:
    """Give who became another customer since, as `rows` does: joined with somebody, or parted from them.

    Returns
    -------
    list
        `landed`, `was`, `customer`, `parted`, `key`.
    """
    table = snapshot.ledger("customers").filter(_.was != _.customer)
    pairs = table.select("landed", "was", "customer", id=table.was + ">" + table.customer).distinct()
    found = pairs.filter(_since(since)).order_by("landed", "id").limit(most)
    told = snapshot.execute(found.select("landed", "was", "customer", "id")).to_pylist()
    why = {one.version: one.why for one in snapshot.lake.versions()} if told else {}
    for row in told:
        row["parted"] = why.get(row["landed"], "").startswith(PART)
    if len(told) < most:
        return told, Place(snapshot.version)
    return told, Place(since.version, told[-1]["landed"], told[-1]["id"])


def imported(snapshot: Snapshot, since: Place) -> list[dict[str, Any]]:
    """Give the imports since: `version`, `source`, `at`, and how many `interactions` they brought."""
    done = [
        one for one in {one.version: one for one in reversed(snapshot.lake.versions())}.values()
        if since.version < one.version <= snapshot.version and one.why.startswith(IMPORT)
    ]  # fmt: skip
    if not done:
        return []
    table = snapshot.rows("landed")
    some = table.filter(table.landed.isin([one.version for one in done]))
    counts = {row["landed"]: row["n"] for row in snapshot.execute(some.group_by("landed").aggregate(n=some.count()))
              .to_pylist()}  # fmt: skip
    return [
        {"version": one.version, "source": one.why.removeprefix(IMPORT), "at": one.time,
         "interactions": counts.get(one.version, 0)}
        for one in sorted(done, key=lambda one: one.version)
    ]  # fmt: skip


def moment(snapshot: Snapshot, version: int) -> datetime:
    """Give when a version was written."""
    return snapshot.lake.at(version).time
