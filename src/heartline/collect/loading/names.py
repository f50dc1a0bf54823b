"""Names of 128 bits, numbered as they come: a hash table in NumPy, whose cost is counted in bytes, not in objects."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.collect.seen import from_hex, to_hex

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

FILLED = 0.6
"""Share of the places that may be taken before the table is made anew, twice as large."""
_ODD = np.uint64(0x9E3779B97F4A7C15)


class Names:
    """Gives each name a number, from 0 in the order in which they come. Some 30 bytes a name, all in arrays.

    Open addressing with linear probing (Knuth 1973, volume 3, 6.4), many names at once: whoever finds its place taken
    by another name looks at the next one in the next round.
    """

    def __init__(self, room: int = 1024) -> None:
        self.lo = np.zeros(room, np.uint64)
        self.hi = np.zeros(room, np.uint64)
        self.count = 0
        self._places = np.full(_places_for(room), -1, np.int32)

    def __len__(self) -> int:
        return self.count

    def find(self, lo: U64, hi: U64) -> I64:
        """Give the numbers of names; −1 for those that are not known."""
        found = np.full(len(lo), -1, np.int64)
        open_, at = np.arange(len(lo)), self._first(lo, hi)
        while len(open_):
            number = self._places[at]
            met = (number >= 0) & (self.lo[number] == lo[open_]) & (self.hi[number] == hi[open_])
            found[open_[met]] = number[met]
            on = (number >= 0) & ~met
            open_, at = open_[on], self._next(at[on])
        return found

    def add(self, lo: U64, hi: U64) -> I64:
        """Give the numbers of names, new ones to those that are not known yet."""
        found = self.find(lo, hi)
        fresh = np.flatnonzero(found < 0)
        if not len(fresh):
            return found
        order = fresh[np.lexsort((fresh, hi[fresh], lo[fresh]))]
        first = np.append(True, (lo[order][1:] != lo[order][:-1]) | (hi[order][1:] != hi[order][:-1]))
        leaders = order[first]
        rank = np.empty(len(leaders), np.int64)
        rank[np.argsort(leaders)] = np.arange(len(leaders))
        found[order] = self.count + rank[np.cumsum(first) - 1]
        leaders = np.sort(leaders)
        self._append(lo[leaders], hi[leaders])
        return found

    def extend(self, lo: U64, hi: U64) -> None:
        """Add names of which none is known, and no two are alike."""
        self._append(lo, hi)

    def shrink(self, count: int) -> None:
        """Forget the newest names; `count` is how many there were when the first of them was added."""
        if count < self.count:
            self._places[self._places >= count] = -1
            self.count = count

    def _append(self, lo: U64, hi: U64) -> None:
        start, self.count = self.count, self.count + len(lo)
        if self.count > len(self.lo):
            room = max(self.count, len(self.lo) * 3 // 2)
            self.lo, self.hi = grown(self.lo, room), grown(self.hi, room)
        self.lo[start : self.count], self.hi[start : self.count] = lo, hi
        if self.count > FILLED * len(self._places):
            self._places = np.full(_places_for(2 * self.count), -1, np.int32)
            start = 0
        for begin in range(start, self.count, 1 << 20):  # what a round needs beside the table stays small
            self._enter(begin, min(begin + (1 << 20), self.count))

    def _enter(self, start: int, end: int) -> None:
        numbers = np.arange(start, end, dtype=np.int32)
        at = self._first(self.lo[start:end], self.hi[start:end])
        while len(numbers):
            free = self._places[at] < 0
            self._places[at[free]] = numbers[free]
            on = self._places[at] != numbers
            numbers, at = numbers[on], self._next(at[on])

    def _first(self, lo: U64, hi: U64) -> I64:
        mixed = (lo ^ (hi * _ODD)) * _ODD
        shift = np.uint64(65 - len(self._places).bit_length())
        return (mixed >> shift).astype(np.int64)

    def _next(self, at: I64) -> I64:
        return (at + 1) & (len(self._places) - 1)


def _places_for(count: int) -> int:
    return 1 << int(np.ceil(np.log2(max(count, 64) / FILLED)))


def grown(column: npt.NDArray[Any], room: int, empty: int = 0) -> npt.NDArray[Any]:
    """Give an array with more room at its end."""
    larger = np.full(room, empty, column.dtype)
    larger[: len(column)] = column
    return larger


HEX = 32


def split(names: pa.Array) -> tuple[pa.Array, U64, U64]:
    """Read identifiers written `kind:hex`: their kinds, dictionary-encoded, and their bits.

    Raises
    ------
    ValueError
        When one is not written so.
    """
    if not len(names):
        return names.dictionary_encode(), np.zeros(0, np.uint64), np.zeros(0, np.uint64)
    if not pc.all(pc.match_substring_regex(names, "^[^:]+:[0-9a-f]{32}$")).as_py():
        raise ValueError("an identifier is not written as kind and 32 digits")
    raw = names.cast(pa.binary())
    digits = pc.binary_slice(raw, -HEX)
    text = np.frombuffer(digits.buffers()[2], np.uint8, HEX * len(digits)).reshape(len(digits), HEX)
    return pc.binary_slice(raw, 0, -HEX - 1).cast(pa.string()).dictionary_encode(), *from_hex(text)


def written(kind: str, lo: int, hi: int) -> str:
    """Write an identifier as `kind:hex`."""
    digits = to_hex(np.array([lo], np.uint64), np.array([hi], np.uint64))
    return f"{kind}:{digits.tobytes().decode()}"
