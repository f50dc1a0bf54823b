"""People who were erased, as an import meets them: what happened before that stays out, what comes after lands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.store.lake import Lake
from heartline.store.tombstones import Tombstones

from .people import Hashes

I64 = npt.NDArray[np.int64]
NEVER = np.iinfo(np.int64).min
"""Stands for the moment of an erasure that never was: everything is after it."""


class Buried:
    """When the people of identifiers were erased, by the number of the identifier; grows as these do."""

    def __init__(self, lake: Lake, hashes: Hashes) -> None:
        self._list = Tombstones(lake)
        self._hashes = hashes
        self._moments = np.zeros(0, np.int64)
        self._back: set[int] = set()
        self.any = bool(self._list.known())

    def before(self, people: Sequence[I64], moments: I64) -> npt.NDArray[np.bool_]:
        """Tell which rows happened before one of their people was erased; take note of who came after."""
        gone = np.zeros(len(moments), bool)
        if not self.any:
            return gone
        for codes in people:
            gone |= moments < self._erased(codes)
        for codes in people:
            self._back.update(codes[~gone & (self._erased(codes) > NEVER)].tolist())
        return gone

    def without(self, pairs: pa.Table, ledger: pa.Table) -> pa.Table:
        """Leave out that somebody erased is somebody, unless they are in the ledger again."""
        if not self.any:
            return pairs
        here = set(ledger["left"].to_pylist())
        keep = np.ones(pairs.num_rows, bool)
        for side in ("left", "right"):
            names = pairs[side].combine_chunks()
            there = np.array([name in here for name in names.to_pylist()], bool)
            keep &= (self._list.moments(names) == NEVER) | there
        return pairs.filter(pa.array(keep))

    def seen(self) -> list[str]:
        """Give the identifiers that were seen, but for those of which only rows from before their erasure came."""
        if not self.any:
            return self._hashes.people()
        names = self._hashes.names
        gone = (self._erased(np.arange(len(names))) > NEVER) | (self._hashes.somebody(np.arange(len(names))) < 0)
        return [name for number, name in enumerate(names) if not gone[number] or number in self._back]

    def _erased(self, codes: I64) -> I64:
        known, names = len(self._moments), self._hashes.names
        if known < len(names):
            fresh = self._list.moments(pa.array(names[known:], pa.string()))
            self._moments = np.concatenate((self._moments, fresh))
        return np.where(codes >= 0, self._moments[codes] if len(self._moments) else NEVER, NEVER)
