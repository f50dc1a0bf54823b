"""Which rows were there before: in this import, and in the lake. On 128-bit names as two uint64 columns."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from heartline.store.kernel import distinct

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


def mixed(lo: U64, hi: U64, more_lo: U64, more_hi: U64) -> tuple[U64, U64]:
    """Stir a second 128-bit name into a first; for one first name, different second ones give different results.

    The finaliser is splitmix64's (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators").
    """
    return _stirred(lo ^ _stirred(more_lo)), _stirred(hi ^ _stirred(more_hi))


def _stirred(x: U64) -> U64:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def to_hex(lo: U64, hi: U64) -> npt.NDArray[np.uint8]:
    """Give names as rows of 32 lower-case hexadecimal digits."""
    raw = np.column_stack((lo, hi)).astype("<u8", copy=False).view(np.uint8)
    return np.take(_DIGITS, raw).view(np.uint8)


def from_hex(digits: npt.NDArray[np.uint8]) -> tuple[U64, U64]:
    """Read names from rows of 32 hexadecimal digits."""
    values = _VALUES[digits]
    raw = np.ascontiguousarray((values[:, 0::2] << np.uint8(4)) | values[:, 1::2]).view("<u8")
    return raw[:, 0].astype(np.uint64), raw[:, 1].astype(np.uint64)


_DIGITS = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), np.uint16)
_VALUES = np.zeros(256, np.uint8)
_VALUES[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16, dtype=np.uint8)


class Lake:
    """The names that a source has in the lake already, and how often each."""

    def __init__(self, lo: U64, hi: U64) -> None:
        order = np.lexsort((hi, lo))
        lo, hi = lo[order], hi[order]
        first = np.ones(len(lo), bool)
        first[1:] = (lo[1:] != lo[:-1]) | (hi[1:] != hi[:-1])
        starts = np.flatnonzero(first)
        self.lo, self.hi = lo[starts], hi[starts]
        self.times = np.diff(np.append(starts, len(lo)))
        _, alike = np.unique(self.lo, return_counts=True)
        self._alike = int(alike.max(initial=1))

    def count(self, lo: U64, hi: U64) -> I64:
        """Give how often each name is in the lake."""
        if not len(self.lo):
            return np.zeros(len(lo), np.int64)
        order = np.argsort(lo)
        place = np.empty(len(lo), np.int64)
        place[order] = np.searchsorted(self.lo, lo[order])
        times = np.zeros(len(lo), np.int64)
        for step in range(self._alike):  # once, unless two names share their first half
            at = np.minimum(place + step, len(self.lo) - 1)
            there = (self.lo[at] == lo) & (self.hi[at] == hi)
            times[there] = self.times[at[there]]
        return times


MAYBE = 26
"""Bits of a name that pick its place among the flags that say "perhaps met before": 64 MB of them."""

FEW = 18
"""Bits of a name that pick its place among the flags that say "perhaps one of the few"."""


class Occurrences:
    """Numbers the occurrences of each name from 1, over batches; keeps 64 bits of each name, sorted, in few runs.

    Two names that share these 64 bits are numbered as one, which gives a row a higher number than it needs, and no
    more: at a hundred million rows that happens once in thousands of imports.
    """

    def __init__(self) -> None:
        self._runs: list[U64] = []
        self._maybe = np.zeros(1 << MAYBE, bool)

    def number(self, names: U64) -> I64:
        """Give the occurrence number of each name, counting earlier batches."""
        ordered = np.sort(names)
        again = ordered[1:][ordered[1:] == ordered[:-1]]
        places = names >> np.uint64(64 - MAYBE)
        candidates = np.sort(names[self._maybe[places]])
        self._maybe[places] = True
        for run in self._runs:
            left = np.searchsorted(run, candidates)
            again = np.append(again, candidates[run[np.minimum(left, len(run) - 1)] == candidates])
        numbers = np.ones(len(names), np.int64)
        if len(again):
            self._count(names, distinct(again), numbers)
        self._keep(ordered)
        return numbers

    def met(self, names: U64) -> npt.NDArray[np.bool_]:
        """Tell which names were numbered so far."""
        found = np.zeros(len(names), bool)
        for run in self._runs:
            found |= run[np.minimum(np.searchsorted(run, names), len(run) - 1)] == names
        return found

    def _count(self, names: U64, again: U64, numbers: I64) -> None:
        """Number the rows whose names occur more than once; they are few."""
        flags = np.zeros(1 << FEW, bool)
        flags[again >> np.uint64(64 - FEW)] = True
        rows = np.flatnonzero(flags[names >> np.uint64(64 - FEW)])  # most rows are out before they are searched for
        at = np.minimum(np.searchsorted(again, names[rows]), len(again) - 1)
        rows = rows[again[at] == names[rows]]
        rows = rows[np.argsort(names[rows], kind="stable")]
        here = names[rows]
        starts = np.flatnonzero(np.append(True, here[1:] != here[:-1]))
        sizes = np.diff(np.append(starts, len(here)))
        numbers[rows] += np.arange(len(here)) - np.repeat(starts, sizes)
        for run in self._runs:
            numbers[rows] += np.searchsorted(run, here, side="right") - np.searchsorted(run, here, side="left")

    def _keep(self, run: U64) -> None:
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate((self._runs.pop(), run)))
        if len(run):
            self._runs.append(run)
