"""The ledger of the lake, followed in memory: read once, then extended by what this loader and others write."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heartline.collect.identity import Identifiers, components, customers
from heartline.collect.recipe import IDENTIFIERS
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake

from .names import I64, split
from .persons import MOST, Persons

ROWS = 1 << 18
"""Rows of the ledger that are read at once."""
ANEW = 100_000
"""Beyond so many rows of others, reading the ledger anew takes less time than extending what is known."""


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
        files = [
            str(self.lake.tables["identities"].folder / file.path)
            for file in snapshot.files("identities")
            if file.landed[1] > self.version
        ]
        if self.version < 0 or now != self.persons.powers or not self._extended(files):
            self._read(files if self.version < 0 else self._all(), now)
        self.version = snapshot.version

    def wrote(self, version: int) -> None:
        """Take note that what was settled last stands in the lake, in this version."""
        self.persons.keep(version)
        self.version = version

    def _all(self) -> list[str]:
        return [str(self.lake.tables["identities"].folder / file.path) for file in self.lake.at().files("identities")]

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
        found: list[tuple[I64, I64, I64, I64]] = []
        for batch in _rows(files, -1):
            left, right = self._met(persons, batch)
            two = left != right
            same = batch["same"].to_numpy(zero_copy_only=False).astype(np.int64)
            landed = batch["landed"].to_numpy()
            found.append((left[two], right[two], same[two], landed[two]))
        columns = [np.concatenate([part[at] for part in found] or [np.zeros(0, np.int64)]) for at in range(4)]
        build(persons, *columns)
        self.persons = persons

    @staticmethod
    def _met(persons: Persons, batch: pa.RecordBatch) -> tuple[I64, I64]:
        landed = batch["landed"].to_numpy()
        return _numbers(persons, batch["left"], landed), _numbers(persons, batch["right"], landed)


def build(persons: Persons, left: I64, right: I64, same: I64, landed: I64) -> None:
    """Make of everybody, each a person of their own yet, what the ledger's pairs come to: the last word on each holds.

    Parameters
    ----------
    same
        1 where two were said to be one person, 0 where that was taken back.
    """
    low, high = np.minimum(left, right), np.maximum(left, right)
    order = np.lexsort((landed, high, low))
    low, high, same = low[order], high[order], same[order]
    last = np.append((low[1:] != low[:-1]) | (high[1:] != high[:-1]), True)[: len(low)]
    low, high, same = low[last], high[last], same[last]
    persons.pairs.add(low.astype(np.uint64), high.astype(np.uint64))
    held = same == 1
    label = components(len(persons), low[held], high[held])
    kinds = persons.of["kind"][: len(persons)].astype(np.int64)
    power = np.array([persons.power(number) for number in range(len(persons.kinds))], np.int64)[kinds]
    several = np.flatnonzero(np.bincount(label, minlength=len(label))[label] > 1)
    who = Identifiers(power[several], kinds[several], persons.of["first"][several], _place(persons, several))
    position = np.zeros(len(label), np.int64)
    position[several] = np.arange(len(several))
    best = several[customers(who, position[label[several]])]
    persons.settle(label, several, best, power)


def _place(persons: Persons, who: I64) -> I64:
    """Give everybody's place in the order of names: by hash, then by kind."""
    kinds = np.argsort(np.argsort(np.array(persons.kinds, dtype=object)))
    low, high = persons.names.lo[who].byteswap(), persons.names.hi[who].byteswap()
    place = np.empty(len(who), np.int64)
    place[np.lexsort((kinds[persons.of["kind"][who]] if len(kinds) else low, high, low))] = np.arange(len(who))
    return place


def _numbers(persons: Persons, names: pa.Array, landed: I64) -> I64:
    kinds, lo, hi = split(names)
    here = np.array([persons.kind_number(kind) for kind in kinds.dictionary.to_pylist()], np.int16)
    return persons.meet_all(here[kinds.indices.to_numpy()], lo, hi, landed)


def _rows(files: list[str], after: int) -> Iterator[pa.RecordBatch]:
    """Give the ledger's rows that landed after a version."""
    for path in files:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS, columns=["left", "right", "same", "landed"]):
                yield batch if after < 0 else batch.filter(pc.greater(batch["landed"], after))
