"""Two people joined by a person's word, and any assertion taken back: exactly, and with what follows said before.

Only the ledger is written, and whose each identifier is now; facts are never touched. The sets of identifiers that are
concerned are small and closed, so whatever follows is worked out from their part of the ledger alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa

from heartline.core.errors import Conflict, NotFound
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from . import person
from .identity import Identifiers, accepted, components, customers
from .recipe import IDENTIFIERS, POWERS

BY = "person:"
"""Begins the source of what a person said; the role follows. Keys of sources have no colon."""
Pair = tuple[str, str]


@dataclass(frozen=True)
class Word:
    """One row of the ledger: that two identifiers are one person, or no longer; of one with itself, its first time."""

    left: str
    right: str
    same: bool
    source: str
    version: int

    @property
    def pair(self) -> Pair:
        """The two, in one direction."""
        return min(self.left, self.right), max(self.left, self.right)


@dataclass(frozen=True)
class People:
    """Some people with all that the ledger says of them, oldest first; none of them is missing an identifier."""

    names: tuple[str, ...]
    words: tuple[Word, ...]
    powers: Mapping[str, str]
    next: int
    """The version in which whoever is not in the ledger yet would be first seen."""

    def said(self) -> dict[Pair, Word]:
        """Give the last word on every two."""
        return {word.pair: word for word in self.words if word.left != word.right}

    def held(self) -> list[Word]:
        """Give what holds now, oldest first."""
        return sorted((word for word in self.said().values() if word.same), key=lambda word: (word.version, word.pair))

    def first(self) -> dict[str, Word]:
        """Give where each identifier was first seen."""
        return {word.left: word for word in reversed(self.words) if word.left == word.right}

    def resolved(self, held: Iterable[Pair]) -> dict[str, str]:
        """Give the customer of each identifier, if these hold."""
        left, right = self._numbered(held)
        people = self._described()
        found = customers(people, components(len(people), left, right))
        return {name: self.names[at] for name, at in zip(self.names, found.tolist(), strict=True)}

    def stands(self, held: list[Word], rest: list[Word]) -> list[Word]:
        """Give those of later words that would have been taken as they came, given what holds before them."""
        people, kept = self._described(), [word.pair for word in held]
        fallen = []
        for version in sorted({word.version for word in rest}):
            new = [word for word in rest if word.version == version]
            holds = accepted(people, self._numbered(kept), self._numbered(word.pair for word in new))
            kept += [word.pair for word, good in zip(new, holds, strict=True) if good]
            fallen += [word for word, good in zip(new, holds, strict=True) if not good]
        return [word for word in rest if word not in fallen]

    def _numbered(self, pairs: Iterable[Pair]) -> tuple[np.ndarray, np.ndarray]:
        number = {name: at for at, name in enumerate(self.names)}
        both = [(number[left], number[right]) for left, right in pairs]
        array = np.array(both, np.int64).reshape(-1, 2)
        return array[:, 0], array[:, 1]

    def _described(self) -> Identifiers:
        kinds = [name.partition(":")[0] for name in self.names]
        known = sorted(set(kinds))
        first = self.first()
        order = sorted(range(len(self.names)), key=lambda at: self.names[at].partition(":")[::-2])
        place = np.empty(len(self.names), np.int64)
        place[order] = np.arange(len(self.names))
        return Identifiers(
            power=np.array([POWERS.index(self.powers.get(kind, POWERS[1])) for kind in kinds], np.int64),
            kind=np.array([known.index(kind) for kind in kinds], np.int64),
            first=np.array([first[name].version if name in first else self.next for name in self.names], np.int64),
            place=place,
        )


@dataclass(frozen=True)
class Move:
    """What a word about people comes to.

    Parameters
    ----------
    pair
        The two identifiers that it is about.
    words
        Rows that the ledger gets.
    moved
        Identifier -> its customer then and now, of those that get another one.
    after
        The customers there are then, each with its identifiers.
    interactions
        How many interactions change hands.
    fallen
        Later assertions that stand only on the one that is taken back, and fall with it.
    """

    pair: Pair
    words: tuple[Word, ...]
    moved: Mapping[str, tuple[str, str]]
    after: Mapping[str, frozenset[str]]
    interactions: int
    fallen: tuple[Word, ...] = ()


def people(snapshot: Snapshot, names: Iterable[str]) -> People:
    """Give the people of these identifiers, with their part of the ledger."""
    known = sorted(person.everybody(snapshot.lake, names))
    ledger = snapshot.ledger()
    some = ledger.filter(ledger.left.isin(known) | ledger.right.isin(known)).order_by("landed")
    rows = snapshot.execute(some.select("left", "right", "same", "source", "landed")).to_pylist()
    words = tuple(Word(row["left"], row["right"], row["same"], row["source"], row["landed"]) for row in rows)
    return People(tuple(known), words, powers(snapshot), snapshot.newest.version + 1)


def powers(snapshot: Snapshot) -> dict[str, str]:
    """Give what each kind of identifier is worth: unique, strong or weak."""
    declared = snapshot.definitions.all("identifier_kind").items()
    return {**IDENTIFIERS, **{key: str(body["power"]) for key, body in declared}}


def merging(snapshot: Snapshot, left: str, right: str, source: str) -> Move:
    """Say what it comes to if two people are one.

    Parameters
    ----------
    left, right
        Identifiers of theirs, as the lake writes them: `kind:hex`.
    source
        Who says so.

    Raises
    ------
    NotFound
        `unknown_customer`.
    Conflict
        `one_person` when they are one already.
    """
    for name in (left, right):
        person.find(snapshot.lake, name)
    both = people(snapshot, (left, right))
    held = [word.pair for word in both.held()]
    before = both.resolved(held)
    pair = (min(before[left], before[right]), max(before[left], before[right]))
    if pair[0] == pair[1]:
        raise Conflict(
            "one_person", "These two are one person already.", field="right", remedy="Name two different people."
        )
    met = both.first()
    fresh = [Word(name, name, True, source, both.next) for name in both.names if name not in met]
    words = (*fresh, Word(*pair, True, source, both.next))
    return _move(snapshot, both, pair, words, before, both.resolved([*held, pair]))


def splitting(snapshot: Snapshot, left: str, right: str, source: str) -> Move:
    """Say what it comes to if two identifiers are no longer held to be one person.

    Everybody gets back the customer that they would have without that assertion. What came later and was taken only
    because of it falls with it; what a person said stays.

    Raises
    ------
    NotFound
        `not_joined` when nothing says that these two are one person.
    """
    theirs = people(snapshot, (left, right))
    held, pair = theirs.held(), (min(left, right), max(left, right))
    gone = next((word for word in held if word.pair == pair), None)
    if gone is None:
        raise NotFound(
            "not_joined", f"Nothing says that {left} and {right} are one person.", field="left",
            remedy="Name two identifiers that one row of the ledger joins.",
        )  # fmt: skip
    rest = [word for word in held if word != gone]
    later = [word for word in rest if word.version > gone.version and not word.source.startswith(BY)]
    firm = [word for word in rest if word not in later]
    stays = [*firm, *theirs.stands(firm, later)]
    fallen = tuple(word for word in later if word not in stays)
    words = tuple(Word(*one.pair, False, source, theirs.next) for one in (gone, *fallen))
    before = theirs.resolved(word.pair for word in held)
    return _move(snapshot, theirs, pair, words, before, theirs.resolved(word.pair for word in stays), fallen)


def _move(
    snapshot: Snapshot,
    some: People,
    pair: Pair,
    words: tuple[Word, ...],
    before: Mapping[str, str],
    now: Mapping[str, str],
    fallen: tuple[Word, ...] = (),
) -> Move:
    moved = {name: (before[name], now[name]) for name in some.names if before[name] != now[name]}
    after = {who: frozenset(name for name in some.names if now[name] == who) for who in sorted(set(now.values()))}
    return Move(pair, words, moved, after, _interactions(snapshot, moved), fallen)


def _interactions(snapshot: Snapshot, names: Iterable[str]) -> int:
    rows = snapshot.rows("identifier")
    found = snapshot.execute(rows.filter(rows.identifier.isin(sorted(names))).count().as_table())
    return int(found[0][0].as_py())


def merge(lake: Lake, left: str, right: str, *, source: str) -> tuple[int, Move]:
    """Hold two people for one, also two with a unique identifier each; give the version from which that is so.

    Raises
    ------
    NotFound, Conflict
        As `merging`.
    """
    return _written(lake, partial(merging, left=left, right=right, source=source), f"merge {source}")


def split(lake: Lake, left: str, right: str, *, source: str) -> tuple[int, Move]:
    """Take back that two identifiers are one person; give the version from which that is so.

    It is not said again by the next import; rows keep what they had inline for earlier versions.

    Raises
    ------
    NotFound
        As `splitting`.
    """
    return _written(lake, partial(splitting, left=left, right=right, source=source), f"part {source}")


def _written(lake: Lake, plan: Callable[[Snapshot], Move], why: str) -> tuple[int, Move]:
    with lake.write(why) as writer:
        move = plan(lake.at())
        words = move.words
        writer.add(
            "identities",
            pa.table(
                {
                    "left": [word.left for word in words],
                    "right": [word.right for word in words],
                    "same": [word.same for word in words],
                    "source": [word.source for word in words],
                }
            ),
        )
        changes = [{"identifier": name, "customer": now, "was": was} for name, (was, now) in move.moved.items()]
        if changes:
            writer.add("customers", pa.Table.from_pylist(changes))
        return int(writer.version), move
