"""Exact medians and quantiles of many groups at once, made of partial answers that can be merged.

Values stay as they are up to 50 million of them; beyond that they are counted in bins, each within 0.5 % of all it
holds (Masson, Rim & Lee 2019, DDSketch, VLDB 12). Which of the two depends on the whole number only, so that it is the
same however the rows were cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from heartline.store.kernel import Array, distinct

EXACT = 50_000_000
ERROR = 0.005
_GAMMA = (1 + ERROR) / (1 - ERROR)
_LAST = np.iinfo(np.int64).max
_BINS = 4400
"""As many as there are at most: 1 + ⌈log(2⁶³)/log(γ)⌉ is 4,368."""
_DENSE = 1 << 26
"""Up to so many bins of all groups are counted in one table."""


@dataclass(frozen=True)
class Spread:
    """Whole values (0 or more) of numbered groups.

    Parameters
    ----------
    bits
        So many low bits of a key hold the value, those above it the group; 0 where one key cannot hold both.
    number
        One more than the highest group that there may be.
    keys
        An array per partial; where `bits` is 0 arrays of two lines, groups and values.
    left_out
        How many of the keys stand for nothing.
    bins
        Instead of keys, when there are too many: sorted keys of group and bin, and how many values each stands for.
    """

    bits: int
    number: int
    keys: tuple[Array, ...] = ()
    left_out: int = 0
    bins: tuple[Array, Array] | None = None

    @classmethod
    def of(cls, groups: Array, values: Array, *, number: int, largest: int, without: Array | None = None) -> Spread:
        """Take up values.

        Parameters
        ----------
        number, largest
            One more than the highest group, and a value that none exceeds; the same in all partials.
        without
            The places of values to leave out.
        """
        bits = max(1, int(largest).bit_length())
        keys: Array = groups.astype(np.int64)
        if bits + int(number).bit_length() > 62:
            keys = np.stack((keys, values))
            return cls(0, number, (keys if without is None else np.delete(keys, without, axis=1),))
        keys <<= bits
        keys |= values
        if without is None:
            return cls(bits, number, (keys,))
        keys[without] = _LAST  # cheaper than to take them out: the sort puts them behind all others
        return cls(bits, number, (keys,), len(without))

    def merged(self, other: Spread) -> Spread:
        """Join the values of both."""
        both = Spread(self.bits, self.number, self.keys + other.keys, self.left_out + other.left_out)
        if self.bins is None and other.bins is None and both._kept() <= EXACT:
            return both
        mine, theirs = self._binned(), other._binned()
        return Spread(self.bits, self.number, bins=_added([mine[0], theirs[0]], [mine[1], theirs[1]]))

    def _kept(self) -> int:
        return sum(int(keys.shape[-1]) for keys in self.keys) - self.left_out

    @property
    def exact(self) -> bool:
        """Whether quantiles are exact."""
        return self.bins is None

    def groups(self) -> Array:
        """Give the groups that have values."""
        if self.bins is not None:
            return distinct(self.bins[0] // _BINS)
        found = self._sorted[0]
        if not self.bits:
            return distinct(found)
        if self.number > len(found):
            return distinct(found >> self.bits)
        return np.flatnonzero(np.diff(np.searchsorted(found, np.arange(self.number + 1) << self.bits)))

    def count(self, groups: Array) -> Array:
        """Give how many values each group has."""
        first, last = self._edges(groups)
        return last - first

    def quantile(self, groups: Array, share: float) -> Array:
        """Give a quantile of each group, linear between neighbours; nan for groups without values."""
        first, last = self._edges(groups)
        number = last - first
        known = number > 0
        place = (number[known] - 1) * share
        low = np.floor(place).astype(np.int64)
        high = np.minimum(low + 1, number[known] - 1)
        below, above = self._values(first[known] + low), self._values(first[known] + high)
        found = np.full(len(groups), np.nan)
        found[known] = below + (above - below) * (place - low)
        return found

    @cached_property
    def _sorted(self) -> tuple[Array, Array]:
        """All groups and values, sorted; as keys where they fit."""
        if self.bits:
            keys = np.sort(np.concatenate(self.keys))[: self._kept()]
            return keys, keys
        groups, values = np.concatenate(self.keys, axis=1)
        order = np.lexsort((values, groups))
        return groups[order], values[order]

    @cached_property
    def _cumulated(self) -> Array:
        assert self.bins is not None
        return np.cumsum(self.bins[1])

    def _edges(self, groups: Array) -> tuple[Array, Array]:
        """Give the places of each group's first value and of the one after its last."""
        groups = groups.astype(np.int64)
        if self.bins is not None:
            before = np.append(0, self._cumulated)
            return tuple(before[np.searchsorted(self.bins[0], edge * _BINS)] for edge in (groups, groups + 1))  # type: ignore[return-value]
        if self.bits:
            return tuple(np.searchsorted(self._sorted[0], edge << self.bits) for edge in (groups, groups + 1))  # type: ignore[return-value]
        return tuple(np.searchsorted(self._sorted[0], groups, side=side) for side in ("left", "right"))  # type: ignore[return-value]

    def _values(self, places: Array) -> Array:
        if self.bins is not None:
            bins = self.bins[0][np.searchsorted(self._cumulated, places, side="right")] % _BINS
            return np.where(bins == 0, 0.0, 2 * _GAMMA ** (bins - 1.0) / (_GAMMA + 1))
        values = self._sorted[1][places]
        found: Array = (values & ((1 << self.bits) - 1) if self.bits else values).astype(np.float64)
        return found

    def _binned(self) -> tuple[Array, Array]:
        """Give the values as bins that hold any, and how many each holds."""
        if self.bins is not None:
            return self.bins
        dense = self.number * _BINS <= _DENSE
        table = np.zeros(self.number * _BINS if dense else 0, np.int64)
        found = []
        for keys in self.keys:
            cells = self._cells(keys)
            if dense:
                table += np.bincount(cells, minlength=len(table))
            else:
                found.append(np.unique(cells, return_counts=True))
        if dense:
            some = np.flatnonzero(table)
            return some, table[some]
        return _added([cells for cells, _ in found], [counts for _, counts in found])

    def _cells(self, keys: Array) -> Array:
        """Give the bin of every value, groups one after the other: 0 for zero, then 1 + ⌈log_γ value⌉."""
        kept = keys[keys != _LAST] if self.left_out else keys
        groups, values = (kept >> self.bits, kept & ((1 << self.bits) - 1)) if self.bits else kept
        bins = np.ceil(np.log(np.maximum(values, 1)) * (1 / np.log(_GAMMA)) - 1e-9).astype(np.int64)
        bins += values > 0
        cells: Array = groups * _BINS + bins
        return cells


def _added(cells: list[Array], counts: list[Array]) -> tuple[Array, Array]:
    """Add up the counts of equal cells."""
    found, place = np.unique(np.concatenate(cells), return_inverse=True)
    return found, np.bincount(place, np.concatenate(counts), len(found)).astype(np.int64)


def seconds(us: Array) -> list[float | None]:
    """Give µs as seconds; None for nan."""
    return [None if np.isnan(value) else value / 1e6 for value in np.asarray(us, float).tolist()]
