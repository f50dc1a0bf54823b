"""Why some identifiers are one person: who said it of which two, when, and what was taken back."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime

from heartline.store.snapshot import Snapshot

from . import joining, person
from .joining import People, Word
from .recipe import POWERS


@dataclass(frozen=True)
class Branch:
    """An identifier in the tree that begins with the customer's oldest one.

    Parameters
    ----------
    depth
        Steps from the beginning.
    word
        What ties it to the one that it hangs on, `above`; None at the beginning.
    also
        Further words that tie it to others: were the first taken back, these still held.
    first
        Where it was first seen; None when only rows know it.
    """

    name: str
    power: str
    depth: int
    above: str
    word: Word | None
    also: tuple[Word, ...]
    first: Word | None


@dataclass(frozen=True)
class Why:
    """Why a customer's identifiers are one person.

    Parameters
    ----------
    tree
        All identifiers, each after the one that it hangs on.
    parted
        What is no longer held, the latest first.
    at
        When each version that is named was written.
    """

    customer: str
    tree: tuple[Branch, ...]
    parted: tuple[Word, ...]
    at: dict[int, datetime]


def why(snapshot: Snapshot, who: str) -> Why:
    """Explain a person.

    Raises
    ------
    NotFound
        `unknown_customer`.
    """
    found = person.find(snapshot.lake, who)
    theirs = joining.people(snapshot, found.names)
    customer = theirs.resolved(word.pair for word in theirs.held())[found.customer]
    tree = _tree(theirs, customer)
    mine = {branch.name for branch in tree}
    parted = [word for word in theirs.said().values() if not word.same and mine & set(word.pair)]
    parted.sort(key=lambda word: (-word.version, word.pair))
    named = {word.version for word in theirs.words}
    at = {entry.version: entry.time for entry in snapshot.lake.versions() if entry.version in named}
    return Why(customer, tree, tuple(parted), at)


def _tree(theirs: People, customer: str) -> tuple[Branch, ...]:
    """Hang every identifier on the one that it was first tied to, from the customer's oldest on."""
    first, ties = theirs.first(), _ties(theirs)
    parent: dict[str, tuple[str, Word] | None] = {customer: None}
    waiting = deque([customer])
    while waiting:
        name = waiting.popleft()
        for other, word in ties.get(name, []):
            if other not in parent:
                parent[other] = (name, word)
                waiting.append(other)
    used = {hung[1] for hung in parent.values() if hung}
    children: dict[str, list[str]] = {}
    for name, hung in parent.items():
        if hung:
            children.setdefault(hung[0], []).append(name)
    order, todo = [], [(customer, 0)]
    while todo:
        name, depth = todo.pop()
        hung = parent[name]
        also = tuple(word for other, word in ties.get(name, []) if word not in used and name == word.right)
        power = theirs.powers.get(name.partition(":")[0], POWERS[1])
        above, tie = (hung[0], hung[1]) if hung else ("", None)
        order.append(Branch(name, power, depth, above, tie, also, first.get(name)))
        todo += [(child, depth + 1) for child in reversed(children.get(name, []))]
    return tuple(order)


def _ties(theirs: People) -> dict[str, list[tuple[str, Word]]]:
    ties: dict[str, list[tuple[str, Word]]] = {}
    for word in theirs.held():
        ties.setdefault(word.left, []).append((word.right, word))
        ties.setdefault(word.right, []).append((word.left, word))
    return ties
