"""Who is whom, kept in memory: what the ledger comes to, extended by each new assertion as it comes.

An assertion is settled when it comes, in the order in which events were received, so it does not matter how they are
cut into batches; what it came to stands in the ledger, and reading the ledger anew gives the same people. Sets of
identifiers are disjoint sets (Tarjan 1975), joined by size and never shortened, so that the last steps can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.collect.identity import WEAK
from heartline.collect.recipe import POWERS
from heartline.collect.refusing import TOO_MANY, TWO_UNIQUE, WEAK_BETWEEN, Refusals
from heartline.collect.seen import to_hex

from .names import HEX, I64, U64, Names, grown

MOST = 500
"""Identifiers that one customer may have: beyond that, live events add none. A set as large is a shop's own address
or a test machine, and each event would add to it."""
NOBODY = -1


class Persons:
    """Identifiers by number, and the customer of each.

    Parameters
    ----------
    powers
        Identifier kind -> unique, strong or weak; kinds that are not in it are strong.
    most
        Identifiers that a customer may gather.
    """

    def __init__(self, powers: Mapping[str, str], most: int = MOST) -> None:
        self.powers = dict(powers)
        self.most = most
        self.names = Names()
        self.pairs = Names()
        self.refusals = Refusals()
        self.kinds: list[str] = []
        self.unique: dict[int, npt.NDArray[Any]] = {}
        """Of each unique kind: the one identifier of it in the set of a root."""
        self.of: dict[str, npt.NDArray[Any]] = {
            "kind": np.zeros(0, np.int16), "first": np.zeros(0, np.int32), "parent": np.zeros(0, np.int32),
            "size": np.zeros(0, np.int32), "best": np.zeros(0, np.int32), "next": np.zeros(0, np.int32),
            "firm": np.zeros(0, np.bool_),
        }  # fmt: skip
        """Kind and first version of each; next of its set in a ring; at roots: size, customer, better than weak."""
        self._mark = (0, 0)
        self._undo: list[tuple[str | int, int, Any]] = []
        self._was: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.names)

    def kind_number(self, kind: str) -> int:
        """Give the number of a kind."""
        if kind not in self.kinds:
            self.kinds.append(kind)
            if self.powers.get(kind) == POWERS[0]:
                self.unique[len(self.kinds) - 1] = np.full(len(self.of["kind"]), NOBODY, np.int32)
        return self.kinds.index(kind)

    def power(self, kind: int) -> int:
        """Give the power of a kind, by its number: 0 unique, 1 strong, 2 weak."""
        return POWERS.index(self.powers.get(self.kinds[kind], POWERS[1]))

    def meet(self, kind: int, lo: U64, hi: U64, version: int) -> I64:
        """Give the numbers of identifiers of a kind; those not met before are first seen in this version."""
        before = len(self.names)
        found = self.names.add(lo, hi)
        self._admit(before, np.full(len(self.names) - before, kind, np.int16), version)
        return found

    def meet_all(self, kinds: npt.NDArray[np.int16], lo: U64, hi: U64, first: I64) -> I64:
        """Give the numbers of identifiers, each with its kind and the version in which it was first seen."""
        before = len(self.names)
        found = self.names.add(lo, hi)
        fresh = len(self.names) - before
        at = np.zeros(fresh, np.int64)
        new = np.flatnonzero(found >= before)[::-1]
        at[found[new] - before] = new  # the first place of each
        self._admit(before, kinds[at] if fresh else np.zeros(0, np.int16), first[at] if fresh else 0)
        return found

    def _admit(self, before: int, kinds: npt.NDArray[np.int16], version: Any) -> None:
        """Make persons of their own of the identifiers from a number on."""
        count = len(self.names)
        if count > len(self.of["kind"]):
            room = max(count, len(self.of["kind"]) * 3 // 2, 1024)
            self.of = {name: grown(column, room) for name, column in self.of.items()}
            self.unique = {kind: grown(column, room, NOBODY) for kind, column in self.unique.items()}
        own, here = np.arange(before, count), slice(before, count)
        self.of["kind"][here], self.of["first"][here], self.of["size"][here] = kinds, version, 1
        for name in ("parent", "best", "next"):
            self.of[name][here] = own
        powers = np.array([self.power(number) for number in range(len(self.kinds))], np.int8)
        self.of["firm"][here] = powers[kinds] != WEAK
        for kind, column in self.unique.items():
            column[here] = np.where(kinds == kind, own, NOBODY)

    def roots(self, numbers: I64) -> I64:
        """Give the root of each one's set."""
        parent = self.of["parent"]
        while len(numbers):
            above = parent[numbers]
            if np.array_equal(above, numbers):
                break
            numbers = above
        return numbers.astype(np.int64)

    def customers(self, numbers: I64) -> I64:
        """Give the customer of each, by number."""
        return self.of["best"][self.roots(numbers)].astype(np.int64)

    def join(self, left: I64, right: I64) -> tuple[I64, dict[int, str]]:
        """Settle assertions in their order; repeats and what was ever decided on are passed over.

        Returns
        -------
        Places of those that are new and hold, and of those that were refused, with the reason: `two_unique`,
        `weak_between`, `too_many`.
        """
        low, high = np.minimum(left, right).astype(np.uint64), np.maximum(left, right).astype(np.uint64)
        unknown = np.flatnonzero((self.pairs.find(low, high) < 0) & (left != right))
        held: list[int] = []
        refused: dict[int, str] = {}
        met: set[tuple[int, int]] = set()
        for at in unknown.tolist():
            one = int(low[at]), int(high[at])
            if one in met:
                continue
            met.add(one)
            why = self._join(*one)
            if why:
                refused[at] = why
            else:
                held.append(at)
        places = np.array(held, np.int64)
        self.pairs.add(low[places], high[places])
        return places, refused

    def _join(self, a: int, b: int) -> str:
        """Make one set of two; give why not, or nothing."""
        left, right = self._root(a), self._root(b)
        if left == right:
            return ""
        firm, size = self.of["firm"], self.of["size"]
        weak = WEAK in (self.power(self.of["kind"][a]), self.power(self.of["kind"][b]))
        if weak and firm[left] and firm[right]:
            return WEAK_BETWEEN
        for column in self.unique.values():
            if NOBODY not in (column[left], column[right]):
                return TWO_UNIQUE
        if size[left] + size[right] > self.most:
            return TOO_MANY
        self.unite(left, right)
        return ""

    def unite(self, left: int, right: int) -> None:
        """Make one set of those of two roots."""
        of = self.of
        if of["size"][left] < of["size"][right]:
            left, right = right, left
        mine, other = int(of["best"][left]), int(of["best"][right])
        if mine != other:
            wins = self._elder(mine, other)
            self._leave(right if wins == mine else left, other if wins == mine else mine)
            self._set("best", left, wins)
        self._set("parent", right, left)
        self._set("size", left, of["size"][left] + of["size"][right])
        self._set("firm", left, of["firm"][left] or of["firm"][right])
        for kind, column in self.unique.items():
            if column[left] == NOBODY:
                self._set(kind, left, column[right])
        after, before = int(of["next"][left]), int(of["next"][right])
        self._set("next", left, before)
        self._set("next", right, after)

    def _elder(self, a: int, b: int) -> int:
        """Give the one whose name a customer of both bears, as `identity.customers` does."""
        return min(a, b, key=self._age)

    def _age(self, number: int) -> tuple[int, int, bytes, str]:
        kind = int(self.of["kind"][number])
        digest = self.names.lo[number].tobytes() + self.names.hi[number].tobytes()
        return int(self.of["first"][number]), self.power(kind), digest, self.kinds[kind]

    def _leave(self, root: int, customer: int) -> None:
        """Note whom the members of a set belonged to until now."""
        one = root
        while True:
            self._was.setdefault(one, customer)
            one = int(self.of["next"][one])
            if one == root:
                return

    def _root(self, number: int) -> int:
        parent = self.of["parent"]
        while parent[number] != number:
            number = int(parent[number])
        return number

    def _column(self, name: str | int) -> npt.NDArray[Any]:
        """Give a column by name, or the one of a unique kind by its number."""
        return self.of[name] if isinstance(name, str) else self.unique[name]

    def _set(self, name: str | int, at: int, value: Any) -> None:
        column = self._column(name)
        self._undo.append((name, at, column[at]))
        column[at] = value

    def changed(self, before: int) -> tuple[I64, I64, I64]:
        """Give the identifiers known before a number whose customer is another one since `begin`: who, now, before."""
        who = np.array([one for one in self._was if one < before], np.int64)
        now, was = self.customers(who), np.array([self._was[one] for one in who.tolist()], np.int64)
        moved = now != was
        return who[moved], now[moved], was[moved]

    def begin(self) -> int:
        """Let all that follows be undone together; give the number of the next new identifier."""
        self._mark = len(self.names), len(self.pairs)
        self._undo, self._was = [], {}
        self.refusals.begin()
        return self._mark[0]

    def keep(self, version: int | None) -> None:
        """Let what followed `begin` stand; in this version were those first seen who came with it."""
        if version is not None:
            self.of["first"][self._mark[0] : len(self.names)] = version
        self._mark = len(self.names), len(self.pairs)
        self._undo, self._was = [], {}
        self.refusals.begin()

    def hold(self, a: int, b: int) -> None:
        """Take two for one person because the ledger says so, without asking whether that may be."""
        self.pairs.add(np.array([min(a, b)], np.uint64), np.array([max(a, b)], np.uint64))
        left, right = self._root(a), self._root(b)
        if left != right:
            self.unite(left, right)

    def settle(self, label: I64, order: I64, best: I64) -> None:
        """Set everybody's set at once.

        Parameters
        ----------
        label
            The lowest number of each one's set.
        order, best
            Those whose set holds more than themselves, set by set, the lowest first; and their customers.
        """
        of, count = self.of, len(label)
        of["parent"][:count] = label
        of["size"][:count] = np.bincount(label, minlength=count)
        of["best"][order] = best
        last = np.append(label[order][1:] != label[order][:-1], True)[: len(order)]
        of["next"][order] = np.roll(order, -1)
        of["next"][order[last]] = label[order[last]]
        firm = np.array([self.power(kind) != WEAK for kind in range(len(self.kinds))], bool)
        for kind in range(len(self.kinds)):
            its = np.flatnonzero(of["kind"][:count] == kind)
            if firm[kind]:
                of["firm"][label[its]] = True
            if kind in self.unique:
                self.unique[kind][label[its]] = its

    def powers_of(self, numbers: I64) -> I64:
        """Give the power of each."""
        powers = np.array([self.power(kind) for kind in range(len(self.kinds))], np.int64)
        found: I64 = powers[self.of["kind"][numbers]]
        return found

    def undo(self) -> None:
        """Take back all since `begin`."""
        for name, at, value in reversed(self._undo):
            self._column(name)[at] = value
        self.names.shrink(self._mark[0])
        self.pairs.shrink(self._mark[1])
        self.refusals.undo()
        self._undo, self._was = [], {}

    def written(self, numbers: I64) -> pa.Array:
        """Write identifiers as `kind:hex`."""
        digits = to_hex(self.names.lo[numbers], self.names.hi[numbers])
        raw = pa.Array.from_buffers(pa.binary(HEX), len(numbers), [None, pa.py_buffer(digits)])
        kinds = pa.array(self.kinds, pa.string()).take(pa.array(self.of["kind"][numbers]))
        return pc.binary_join_element_wise(kinds, raw.cast(pa.binary()).cast(pa.string()), ":")


def strongest(codes: Sequence[I64]) -> I64:
    """Give of each row the first number that is not −1."""
    best = codes[0].copy()
    for column in codes[1:]:
        best = np.where(best < 0, column, best)
    return best
