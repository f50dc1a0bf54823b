"""The distinct paths of trips, found by hash and checked step by step: no collision can join two paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from heartline.store.kernel import Array

_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Paths:
    """Sequences of touchpoint codes, one after the other.

    Parameters
    ----------
    steps
        Their codes.
    first
        The place of each one's first step, and after the last one the number of steps.
    keys
        A hash of each, if it is known already.
    """

    steps: Array
    first: Array
    keys: Array | None = None

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def lengths(self) -> Array:
        """How many steps each has."""
        return np.diff(self.first)

    def taken(self, places: Array) -> Paths:
        """Give some of them."""
        lengths = self.lengths[places]
        return Paths(
            self.steps[stretches(self.first[:-1][places], lengths)],
            np.concatenate(([0], np.cumsum(lengths))),
            None if self.keys is None else self.keys[places],
        )

    def spelt(self, names: tuple[str, ...]) -> list[list[str]]:
        """Give each as the names of its steps."""
        flat = [names[code] for code in self.steps.tolist()]
        edges = self.first.tolist()
        return [flat[begin:end] for begin, end in pairwise(edges)]

    def any(self, step: Array) -> Array:
        """Tell of each whether one of its steps is marked."""
        before = np.concatenate(([0], np.cumsum(step)))
        return before[self.first[1:]] > before[self.first[:-1]]


def keyed(steps: Array, first: Array) -> Paths:
    """Hash paths, once for all that is to be done with them."""
    paths = Paths(steps, first)
    return Paths(steps, first, _hashes(paths, 0))


def joined(paths: Sequence[Paths]) -> Paths:
    """Put several keyed sets one after the other."""
    offsets = np.cumsum([0, *(len(one.steps) for one in paths)])
    first = [one.first[:-1] + offset for one, offset in zip(paths, offsets, strict=False)]
    keys = [one.keys for one in paths if one.keys is not None]
    return Paths(
        np.concatenate([one.steps for one in paths]), np.concatenate([*first, offsets[-1:]]), np.concatenate(keys)
    )


def distinct(paths: Paths) -> tuple[Array, Array]:
    """Find which paths are alike.

    Returns
    -------
    The place of one path of each sort, and for every path the number of its sort.
    """
    salt = 0
    while True:
        keys = _hashes(paths, salt) if salt or paths.keys is None else paths.keys
        order = np.argsort(keys)
        found = keys[order]
        fresh = np.append(True, found[1:] != found[:-1])[: len(found)]
        representatives = order[fresh]
        sort = np.empty(len(paths), np.int64)
        sort[order] = np.cumsum(fresh) - 1
        if _alike(paths, representatives[sort]):
            return representatives, sort
        salt += 1


def _hashes(paths: Paths, salt: int) -> Array:
    """Hash each path to 64 bits: the sum of a number for each step times a power for its place, modulo 2⁶⁴."""
    if not len(paths):
        return np.zeros(0, np.uint64)
    lengths = paths.lengths
    with np.errstate(over="ignore"):
        base = _MIX * np.uint64(2 * salt + 1)
        powers = np.cumprod(np.full(int(lengths.max()), base, np.uint64))
        codes = (np.arange(int(paths.steps.max()) + 1, dtype=np.uint64) + np.uint64(1)) * np.uint64(0xBF58476D1CE4E5B9)
        codes ^= codes >> np.uint64(31)
        place = np.arange(len(paths.steps)) - np.repeat(paths.first[:-1], lengths)
        found: Array = np.add.reduceat(codes[paths.steps] * powers[place], paths.first[:-1])
    return found


def _alike(paths: Paths, others: Array) -> bool:
    """Check that every path is, step by step, the one that stands for it."""
    check = np.flatnonzero(others != np.arange(len(paths)))
    lengths = paths.lengths
    if (lengths[check] != lengths[others[check]]).any():
        return False
    mine = stretches(paths.first[check], lengths[check])
    theirs = stretches(paths.first[others[check]], lengths[check])
    return bool((paths.steps[mine] == paths.steps[theirs]).all())


def stretches(first: Array, lengths: Array) -> Array:
    """Give the places of stretches, one after the other."""
    if not len(first):
        return np.zeros(0, np.int64)
    before = np.concatenate(([0], np.cumsum(lengths)))
    return np.repeat(first - before[:-1], lengths) + np.arange(before[-1])


def distinct_pairs(one: Array, other: Array, number: int) -> Array:
    """Count, for each number in `one`, the different values of `other` (0 or more) that go with it."""
    known = other >= 0
    one, other = one[known], other[known]
    if len(other) and int(other.max()) >> 31:
        other = np.unique(other, return_inverse=True)[1]
    keys = (one.astype(np.int64) << 32) | other
    keys.sort()
    fresh = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    return np.bincount(keys[fresh] >> 32, minlength=number)


def number_of(values: Array) -> int:
    """Count the different values that are 0 or more."""
    values = np.sort(values[values >= 0])
    return int((values[1:] != values[:-1]).sum()) + 1 if len(values) else 0


def ranked(paths: Paths, counts: Array, names: tuple[str, ...], first: int, last: int) -> Array:
    """Give the places `first` to `last` of paths by falling count, then fewer steps, then names by alphabet.

    Only ties that reach into the wanted places are put in order.
    """
    lengths = paths.lengths
    order = np.lexsort((lengths, -counts))
    sorted_counts, sorted_lengths = counts[order], lengths[order]
    edge = (sorted_counts[1:] != sorted_counts[:-1]) | (sorted_lengths[1:] != sorted_lengths[:-1])
    edges = np.concatenate(([0], np.flatnonzero(edge) + 1, [len(order)]))
    alphabet = np.argsort(np.argsort(np.array(names, dtype=object))) if names else np.zeros(0, np.int64)
    place = first
    while place < min(last, len(order)):
        group = int(np.searchsorted(edges, place, side="right"))
        begin, end = int(edges[group - 1]), int(edges[group])
        same = order[begin:end]
        table = alphabet[paths.taken(same).steps].reshape(len(same), -1)
        order[begin:end] = same[np.lexsort(table.T[::-1])]
        place = end
    found: Array = order[first:last]
    return found
