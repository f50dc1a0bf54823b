"""What was said of two identifiers and not taken: kept once, so that a colleague sees why two people are not one.

It decides nothing: who is one person follows from the ledger alone. How much is kept is bounded, since a device in a
shop meets everybody: so many a value, and so many altogether.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.ids import identifier
from heartline.store.schema import REFUSALS

from .loading.names import I64, U64, Names, grown, split
from .seen import mixed

Flags = npt.NDArray[np.bool_]
Bits = tuple[U64, U64]

TWO_UNIQUE, WEAK_BETWEEN, TOO_MANY, NOBODY = "two_unique", "weak_between", "too_many", "nobody"
"""Why: two would have two of what one has one of only; only something that may be shared ties two who are known by
better; the person would have more identifiers than people have; the value names nobody."""
EACH = 20
"""Refusals that are kept of one identifier: so many say that it is shared, more say the same."""
MOST = 1_000_000
"""Refusals that are kept in a lake; some 60 bytes each in memory."""


class Refusals:
    """What was refused so far, each two once; what followed `begin` can be taken back.

    Parameters
    ----------
    each, most
        How many are kept of one identifier, and altogether.
    """

    def __init__(self, each: int = EACH, most: int = MOST) -> None:
        self.each = each
        self.most = most
        self._pairs = Names()
        self._ends = Names()
        self._times = np.zeros(1024, np.int32)
        self._mark = (0, 0)
        self._told: list[int] = []

    def __len__(self) -> int:
        return len(self._pairs)

    def begin(self) -> None:
        """Let all that follows be undone together."""
        self._mark = len(self._pairs), len(self._ends)
        self._told = []

    def undo(self) -> None:
        """Take back all since `begin`."""
        np.subtract.at(self._times, np.array(self._told, np.int64), 1)
        self._pairs.shrink(self._mark[0])
        self._ends.shrink(self._mark[1])
        self._told = []

    def know(self, table: pa.Table | pa.RecordBatch) -> None:
        """Learn what stands in the lake."""
        columns = [_whole(table[name]) for name in ("left", "right")]
        left, right = (split(column)[1:] for column in columns)
        self._enter(left, right, np.arange(len(columns[0])))

    def fresh(self, left: Bits, right: Bits) -> I64:
        """Give the places of those that are new and are to be kept, which are known from here on."""
        unknown = self._pairs.find(*_key(left, right)) < 0
        ends = [self._ends.find(*side) for side in (left, right)]
        for numbers in ends:
            unknown &= (numbers < 0) | (self._times[numbers] < self.each)
        kept: list[int] = []
        met: set[tuple[int, int]] = set()
        lo, hi = _key(left, right)
        counted: dict[tuple[int, int], int] = {}
        names = [list(zip(*(half.tolist() for half in side), strict=True)) for side in (left, right)]
        for at in np.flatnonzero(unknown).tolist():
            pair = int(lo[at]), int(hi[at])
            room = len(self._pairs) + len(kept) < self.most
            if pair in met or not room:
                continue
            both = [
                (side[at], int(self._times[end[at]]) if end[at] >= 0 else 0)
                for side, end in zip(names, ends, strict=True)
            ]
            if any(before + counted.get(name, 0) >= self.each for name, before in both):
                continue
            met.add(pair)
            kept.append(at)
            for name, _ in both:
                counted[name] = counted.get(name, 0) + 1
        places = np.array(kept, np.int64)
        self._enter(left, right, places)
        return places

    def _enter(self, left: Bits, right: Bits, places: I64) -> None:
        lo, hi = _key(left, right)
        self._pairs.add(lo[places], hi[places])
        for side in (left, right):
            numbers = self._ends.add(side[0][places], side[1][places])
            if len(self._ends) > len(self._times):
                self._times = grown(self._times, max(len(self._ends), len(self._times) * 3 // 2))
            np.add.at(self._times, numbers, 1)
            self._told += numbers.tolist()


def _key(left: Bits, right: Bits) -> Bits:
    """Give one name of 128 bits for two, whichever comes first."""
    swap = (left[1] > right[1]) | ((left[1] == right[1]) & (left[0] > right[0]))
    first = [np.where(swap, b, a) for a, b in zip(left, right, strict=True)]
    second = [np.where(swap, a, b) for a, b in zip(left, right, strict=True)]
    return mixed(first[0], first[1], second[0], second[1])


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def table(left: pa.Array, right: pa.Array, why: Sequence[str], source: pa.Array) -> pa.Table:
    """Write refusals as the lake has them, but for the version."""
    return pa.table({"left": left, "right": right, "why": pa.array(why, pa.string()), "source": source})


def kept(known: pa.Table, found: pa.Table, source: str) -> pa.Table:
    """Give, of what an import was not to tie, what is new and is to be kept.

    Parameters
    ----------
    known
        Rows of `refusals` so far.
    found
        `left`, `right` and `why`.
    """
    if not found.num_rows:
        return REFUSALS.empty_table().drop_columns(["landed"])
    refusals = Refusals()
    refusals.know(known)
    left, right = (split(_whole(found[name]))[1:] for name in ("left", "right"))
    some = found.take(pa.array(refusals.fresh(left, right)))
    return some.append_column("source", pa.repeat(pa.scalar(source), some.num_rows))


def never(kind: str, given: pa.Array, left: pa.DictionaryArray, key: bytes) -> list[tuple[int, str]]:
    """Give the rows whose value of a kind of identifier names nobody, with its pseudonym; each value is hashed once.

    Parameters
    ----------
    given, left
        Values in clear as they came, and those that are left.
    """
    coded = given if pa.types.is_dictionary(given.type) else given.dictionary_encode()
    gone = pc.and_(pc.is_valid(coded.indices), pc.is_null(left.indices)).to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(gone)
    codes = coded.indices.take(pa.array(rows)).to_pylist()
    names = {code: identifier(kind, str(coded.dictionary[code].as_py()), key) for code in set(codes)}
    return [(row, names[code]) for row, code in zip(rows.tolist(), codes, strict=True)]
