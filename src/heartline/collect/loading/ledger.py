"""The ledger of the lake, followed in memory: read once, then extended by what this loader and others write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heartline.collect.identity import components
from heartline.collect.recipe import IDENTIFIERS, POWERS
from heartline.store.definitions import Definitions
from heartline.store.kernel import distinct
from heartline.store.lake import Lake

from .names import I64, U64, split
from .persons import MOST, Persons

ROWS = 1 << 18
"""Rows of the ledger that are read at once."""
SLICE = 1 << 20
"""Pairs that are entered at once."""
ANEW = 100_000
"""Beyond so many rows of others, reading the ledger anew takes less time than extending what is known."""

SAID = ("left", "right", "same", "landed")

Some = npt.NDArray[Any]
_HALF, _LOWER = np.uint64(32), np.uint64((1 << 32) - 1)


def powers(definitions: Definitions) -> dict[str, str]:
    """Give what each kind of identifier is worth: unique, strong or weak."""
    defined = {key: str(body["power"]) for key, body in definitions.all("identifier_kind").items()}
    return {**IDENTIFIERS, **defined}


def never(lake: Lake) -> dict[str, frozenset[str]]:
    """Give the values that the company declared to be nobody's, by kind of identifier, in small letters."""
    kinds = lake.at().definitions.all("identifier_kind").items()
    return {key: frozenset(str(value).strip().lower() for value in body.get("never") or ()) for key, body in kinds}


class Ledger:
    """Everybody in a lake, as of its newest version."""

    def __init__(self, lake: Lake, most: int = MOST) -> None:
        self.lake = lake
        self.most = most
        self.version = -1
        self.persons = Persons({}, most)

    def catch_up(self) -> None:
        """Learn what was written since; in the common case that is one look at the list of versions."""
        newest = self.lake.manifest.newest()
        if newest.version == self.version:
            return
        snapshot = self.lake.at()
        now = powers(snapshot.definitions)
        if any(entry.version > self.version for entry in self.lake.manifest.erasures()):
            self.version = -1  # whoever was erased is nobody again, here too
        files, refused = (self._files(name, self.version) for name in ("identities", "refusals"))
        if self.version < 0 or now != self.persons.powers or not self._extended(files):
            self._read(self._files("identities", -1), now)
            refused = self._files("refusals", -1)
        for batch in _rows(refused, self.version if refused else -1, ("left", "right", "landed")):
            self.persons.refusals.know(batch)
        self.persons.refusals.begin()
        self.version = snapshot.version

    def wrote(self, version: int) -> None:
        """Take note that what was settled last stands in the lake, in this version."""
        self.persons.keep(version)
        self.version = version

    def _files(self, name: str, after: int) -> list[str]:
        """Give the files of a table that hold what landed after a version."""
        table = self.lake.tables[name]
        return [str(table.folder / file.path) for file in self.lake.at().files(name) if file.landed[1] > after]

    def _extended(self, files: list[str]) -> bool:
        """Add what others said; False where that is much, or takes something back."""
        batches = []
        count = 0
        for batch in _rows(files, self.version):
            count += batch.num_rows
            if count > ANEW or not pc.all(batch["same"]).as_py():
                return False
            batches.append(batch)
        self.persons.begin()
        for batch in batches:
            left, right = self._met(self.persons, batch)
            for a, b in zip(left.tolist(), right.tolist(), strict=True):
                if a != b:
                    self.persons.hold(a, b)
        self.persons.keep(None)
        return True

    def _read(self, files: list[str], powers: dict[str, str]) -> None:
        """Read the whole ledger: everybody anew."""
        persons = Persons(powers, self.most)
        found: list[list[npt.NDArray[Any]]] = [[], [], [], []]
        for batch in _rows(files, -1):
            left, right = self._met(persons, batch)
            two = left != right
            same = batch["same"].to_numpy(zero_copy_only=False)
            for column, values in zip(found, (left, right, same, batch["landed"].to_numpy()), strict=True):
                column.append(values[two].astype(bool if values is same else np.int32))
        columns = [np.concatenate(column) if column else np.zeros(0, np.int32) for column in found]
        found.clear()
        build(persons, columns[0], columns[1], columns[2].astype(bool), columns[3])
        self.persons = persons

    @staticmethod
    def _met(persons: Persons, batch: pa.RecordBatch) -> tuple[I64, I64]:
        landed = batch["landed"].to_numpy()
        return _numbers(persons, batch["left"], landed), _numbers(persons, batch["right"], landed)


def build(persons: Persons, left: Some, right: Some, same: npt.NDArray[np.bool_], landed: Some) -> None:
    """Make of everybody, each a person of their own yet, what the ledger's pairs come to: the last word on each holds.

    Parameters
    ----------
    same
        Whether two were said to be one person, or that was taken back.
    """
    pairs, held = _decided(left, right, same, landed)
    now = pairs if held.all() else pairs[held]
    label = components(len(persons), (now >> _HALF).astype(np.int64), (now & _LOWER).astype(np.int64))
    del now
    for start in range(0, len(pairs), SLICE):
        some = pairs[start : start + SLICE]
        persons.pairs.add(some >> _HALF, some & _LOWER)
    del pairs
    order = np.flatnonzero(np.bincount(label, minlength=len(label))[label] > 1)
    order = order[np.argsort(label[order], kind="stable")]
    persons.settle(label, order, _customers(persons, label, order))


def _decided(left: Some, right: Some, same: npt.NDArray[np.bool_], landed: Some) -> tuple[U64, npt.NDArray[np.bool_]]:
    """Give each pair once, as one number, and what was said of it last."""
    both = (np.minimum(left, right).astype(np.uint64) << _HALF) | np.maximum(left, right).astype(np.uint64)
    if same.all():
        both = distinct(both)
        return both, np.ones(len(both), bool)
    order = np.lexsort((landed, both))
    both, same = both[order], same[order]
    last = np.append(both[1:] != both[:-1], True)
    return both[last], same[last]


def _customers(persons: Persons, label: I64, order: I64) -> I64:
    """Give the customer of each, who are in the order of their sets, as `identity.customers` does."""
    if not len(order):
        return order
    starts = np.flatnonzero(np.append(True, label[order][1:] != label[order][:-1]))
    sizes = np.diff(np.append(starts, len(order)))
    age = persons.of["first"][order].astype(np.int64) * len(POWERS) + persons.powers_of(order)
    eldest = np.flatnonzero(age == np.repeat(np.minimum.reduceat(age, starts), sizes))
    best = np.full(len(persons), -1, np.int32)
    who = order[eldest]
    kinds = np.argsort(np.argsort(np.array(persons.kinds, dtype=object)))[persons.of["kind"][who]]
    names = persons.names.hi[who].byteswap(), persons.names.lo[who].byteswap()  # as the digits read
    first = np.lexsort((kinds, *names, label[who]))[::-1]
    best[label[who[first]]] = who[first]
    found: I64 = best[label[order]].astype(np.int64)
    return found


def _numbers(persons: Persons, names: pa.Array, landed: I64) -> I64:
    kinds, lo, hi = split(names)
    here = np.array([persons.kind_number(kind) for kind in kinds.dictionary.to_pylist()], np.int16)
    return persons.meet_all(here[kinds.indices.to_numpy()], lo, hi, landed)


def _rows(files: list[str], after: int, columns: Sequence[str] = SAID) -> Iterator[pa.RecordBatch]:
    """Give rows of the ledger, or of what was refused, that landed after a version."""
    for path in files:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS, columns=list(columns)):
                yield batch if after < 0 else batch.filter(pc.greater(batch["landed"], after))
