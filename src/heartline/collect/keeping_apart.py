"""Why somebody was not joined with others, though something was said of both: a device that several used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from heartline.store.snapshot import Snapshot

from . import joining
from .joining import People
from .recipe import POWERS
from .refusing import NOBODY, TOO_MANY

NAMED = 10
"""Others who are named of one identifier; the rest is counted."""


@dataclass(frozen=True)
class Apart:
    """One identifier that ties nobody, and with whom.

    Parameters
    ----------
    name
        The identifier, `kind:hex`.
    why
        A reason of `refusing`.
    others
        Customers whom it would have tied to this one, at most `NAMED` of them; of a value that names nobody none.
    count
        How many these are in all.
    source, version
        Who said so first, and in which version of the lake.
    """

    name: str
    why: str
    others: tuple[str, ...]
    count: int
    source: str
    version: int


def apart(snapshot: Snapshot, customer: str, names: Collection[str]) -> tuple[Apart, ...]:
    """Give what was not taken of somebody, the latest first.

    Parameters
    ----------
    names
        All identifiers of theirs.
    """
    mine = frozenset(names)
    theirs = said(snapshot, mine)
    if not theirs:
        return ()
    powers = joining.powers(snapshot)
    shared = {_shared(row, powers): row for row in reversed(theirs) if not mine >= {row["left"], row["right"]}}
    users = said(snapshot, {name for name, row in shared.items() if row["why"] not in (NOBODY, TOO_MANY)})
    ends = {name: _ends(name, users) for name in shared}
    everybody = joining.people(snapshot, {one for some in ends.values() for one in some} - mine)
    whose = _customers(everybody)
    found = []
    for name, row in shared.items():
        others = sorted({whose[one] for one in ends[name] if one in whose} - {customer} - mine)
        if others or row["why"] in (NOBODY, TOO_MANY):
            listed = tuple(others[:NAMED])
            found.append(Apart(name, row["why"], listed, len(others), row["source"], row["landed"]))
    return tuple(sorted(found, key=lambda one: (-one.version, one.name)))


def said(snapshot: Snapshot, names: Collection[str]) -> list[dict[str, str]]:
    """Give what was refused of some identifiers, oldest first."""
    if not names or not snapshot.files("refusals"):
        return []
    rows, some = snapshot.ledger("refusals"), sorted(names)
    mine = rows.filter(rows.left.isin(some) | rows.right.isin(some)).order_by("landed", "left", "right")
    found: list[dict[str, str]] = snapshot.execute(mine).to_pylist()
    return found


def pairs(snapshot: Snapshot) -> pa.Table:
    """Give all that was refused because it would join two people."""
    rows = snapshot.table("refusals")
    keep = [why not in (NOBODY, TOO_MANY) for why in rows["why"].to_pylist()]
    return rows.filter(pa.array(keep, pa.bool_()))


def weaker(left: str, right: str, powers: dict[str, str]) -> str:
    """Give the one of two identifiers that proves less: it is what two people share."""
    return max(left, right, key=lambda name: (POWERS.index(powers.get(name.partition(":")[0], POWERS[1])), name))


def _shared(row: dict[str, str], powers: dict[str, str]) -> str:
    return row["right"] if row["why"] == NOBODY else weaker(row["left"], row["right"], powers)


def _ends(name: str, rows: list[dict[str, str]]) -> set[str]:
    """Give an identifier and all with which it was seen in vain."""
    return {one for row in rows if name in (row["left"], row["right"]) for one in (row["left"], row["right"])}


def _customers(everybody: People) -> dict[str, str]:
    return everybody.resolved(word.pair for word in everybody.held())
