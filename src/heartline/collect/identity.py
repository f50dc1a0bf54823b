"""Who is the same person: connected sets of identifiers, and what may never connect them. Pure, on arrays.

An identifier is a number here. Two identifiers of one person are an edge. Edges are accepted unless

* the set they make would hold two values of one *unique* kind (two user ids are two people), or
* one of their ends is of a *weak* kind and both sets hold a better identifier (a shared device is no proof that two
  people are one): a weak identifier belongs to the first it is seen with.

Which of several edges in conflict is kept does not depend on the order in which they come: stronger kinds go first,
then names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from heartline.store.kernel import distinct

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

WEAK = 2


@dataclass(frozen=True)
class Identifiers:
    """Identifiers by number.

    Parameters
    ----------
    power
        0 unique, 1 strong, 2 weak.
    kind
        Number of its kind.
    first
        Lake version in which it was first seen.
    place
        Its place when all are sorted by name.
    """

    power: Ints
    kind: Ints
    first: Ints
    place: Ints

    def __len__(self) -> int:
        return len(self.power)


def components(count: int, left: Ints, right: Ints) -> Ints:
    """Label `count` nodes so that two have the same label if edges connect them: the lowest node of each set."""
    label: Ints = np.arange(count, dtype=np.int32 if left.dtype == np.int32 else np.int64)
    while True:
        a, b = label[left], label[right]
        open_ = a != b
        if not open_.any():
            return label
        left, right, a, b = left[open_], right[open_], a[open_], b[open_]
        np.minimum.at(label, np.maximum(a, b), np.minimum(a, b))
        while True:
            nearer = label[label]
            if np.array_equal(nearer, label):
                break
            label = nearer


def accepted(people: Identifiers, old: tuple[Ints, Ints], new: tuple[Ints, Ints]) -> Flags:
    """Tell which new edges hold, given the old ones, which hold already."""
    left, right = np.concatenate((old[0], new[0])), np.concatenate((old[1], new[1]))
    label = components(len(people), left, right)
    dirty = _in_conflict(people, label, left, right)
    keep = ~dirty[label[new[0]]]
    for at in _one_by_one(people, label, dirty, old, new):
        keep[at] = True
    return keep


def customers(people: Identifiers, label: Ints) -> Ints:
    """Give everybody's customer: the oldest identifier of the set; in one landing the strongest, then the first."""
    order = np.lexsort((people.place, people.power, people.first))
    oldest = np.full(len(people), -1, dtype=np.int64)
    oldest[label[order[::-1]]] = order[::-1]
    return oldest[label]


def _in_conflict(people: Identifiers, label: Ints, left: Ints, right: Ints) -> Flags:
    """Mark the labels of the sets that hold two of a unique kind, or that hang together by a weak identifier only."""
    marked = np.zeros(len(people), bool)
    unique = np.flatnonzero(people.power == 0)
    marked[_repeated(label[unique], people.kind[unique])] = True
    firm = people.power != WEAK
    held = firm[left] & firm[right]
    inner = components(len(people), left[held], right[held])
    better = np.flatnonzero(firm & (inner == np.arange(len(people))))
    marked[_repeated(label[better], np.zeros(len(better), np.int64))] = True
    return marked


def _repeated(label: Ints, kind: Ints) -> Ints:
    """Give the labels that occur more than once with one kind."""
    order = np.lexsort((kind, label))
    label, kind = label[order], kind[order]
    again = (label[1:] == label[:-1]) & (kind[1:] == kind[:-1])
    return distinct(label[1:][again])


def _one_by_one(
    people: Identifiers, label: Ints, dirty: Flags, old: tuple[Ints, Ints], new: tuple[Ints, Ints]
) -> Sequence[int]:
    """Try the new edges of sets in conflict in their fixed order; give the places of those that hold."""
    at_old = np.flatnonzero(dirty[label[old[0]]])
    at_new = np.flatnonzero(dirty[label[new[0]]])
    if not len(at_new):
        return []
    sets = _Sets(people)
    for a, b in zip(old[0][at_old].tolist(), old[1][at_old].tolist(), strict=True):
        sets.join(a, b)
    a, b = new[0][at_new], new[1][at_new]
    low, high = np.minimum(people.place[a], people.place[b]), np.maximum(people.place[a], people.place[b])
    worse, better = np.maximum(people.power[a], people.power[b]), np.minimum(people.power[a], people.power[b])
    held = []
    for at in at_new[np.lexsort((high, low, better, worse))].tolist():
        a_, b_ = int(new[0][at]), int(new[1][at])
        if sets.may_join(a_, b_):
            sets.join(a_, b_)
            held.append(at)
    return held


class _Sets:
    """Disjoint sets (Tarjan 1975) that know their unique identifiers and whether they hold a better one than weak."""

    def __init__(self, people: Identifiers) -> None:
        self._people = people
        self._above: dict[int, int] = {}
        self._unique: dict[int, dict[int, int]] = {}

    def may_join(self, a: int, b: int) -> bool:
        """Tell whether an edge between two identifiers would keep the rules."""
        left, right = self._root(a), self._root(b)
        if left == right:
            return True
        weak = self._people.power[a] == WEAK or self._people.power[b] == WEAK
        if weak and self._firm(left) and self._firm(right):
            return False
        mine, other = self._values(left), self._values(right)
        return all(other.get(kind, value) == value for kind, value in mine.items())

    def join(self, a: int, b: int) -> None:
        """Make one set of two; its root is a better identifier than weak if there is one."""
        left, right = self._root(a), self._root(b)
        if left == right:
            return
        if not self._firm(left):
            left, right = right, left
        self._unique[left] = {**self._values(left), **self._values(right)}
        self._above[right] = left

    def _root(self, node: int) -> int:
        path = []
        while node in self._above:
            path.append(node)
            node = self._above[node]
        for one in path:
            self._above[one] = node
        return node

    def _firm(self, root: int) -> bool:
        return bool(self._people.power[root] != WEAK)

    def _values(self, root: int) -> dict[int, int]:
        if root not in self._unique:
            own = {int(self._people.kind[root]): root} if self._people.power[root] == 0 else {}
            self._unique[root] = own
        return self._unique[root]
