"""A batch settled: which of its rows are new, who each of them is, and what the ledger learns of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.collect import refusing
from heartline.collect.people import strongest
from heartline.collect.recipe import POWERS
from heartline.core.ids import pseudonyms
from heartline.store.schema import INTERACTIONS

from .guards import guarded
from .ledger import Ledger
from .names import I64, U64, split
from .persons import Persons
from .recent import Recent, digests
from .taking import Taken

Bits = tuple[U64, U64]


@dataclass
class Settled:
    """What of a batch goes to the lake.

    Parameters
    ----------
    rows
        Interactions that are new, as the lake has them but for `landed`.
    ids
        Their ids, as `recent` knows them.
    identities, refusals, customers
        New rows of the ledger, of what was refused for the first time, and of people who have another customer now.
    again
        Events whose id was there already, by source.
    known
        Rows whose customer is known.
    refused
        Assertions that two identifiers are one person which were left out, by reason; `nobody`: values that name
        nobody.
    """

    rows: pa.Table
    ids: Bits
    identities: pa.Table
    refusals: pa.Table
    customers: pa.Table
    again: Counter[str] = field(default_factory=Counter)
    landed: Counter[str] = field(default_factory=Counter)
    known: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def settle(
    taken: Taken, ledger: Ledger, recent: Recent, key: bytes, declared: Mapping[str, Collection[str]]
) -> Settled:
    """Settle a batch against what is known. The people of the ledger are changed by it, until `keep` or `undo`."""
    ids = digests(taken.rows["id"].combine_chunks())
    fresh = recent.fresh(*ids)
    source = taken.rows["source"]
    again = _counted(source.filter(pa.array(~fresh)))
    rows = taken.rows.filter(pa.array(fresh))
    before = ledger.persons.begin()
    refused: Counter[str] = Counter()
    kinds = _by_power(taken.kinds, ledger.persons)
    sides = [Side(some, kinds, key, declared, ledger.persons, refused) for some in (taken.people, rows)]
    orders = (taken.order_people, np.asarray(taken.order_rows)[fresh] if len(taken.order_rows) else ())
    identities, refusals = _told(ledger.persons, sides, orders, before, refused)
    made = _rows(rows, sides[1].best, ledger.persons)
    return Settled(
        rows=made,
        ids=(ids[0][fresh], ids[1][fresh]),
        identities=identities,
        refusals=refusals,
        customers=_changed(ledger.persons, before),
        again=again,
        landed=_counted(made["source"]),
        known=int((sides[1].best >= 0).sum()),
        refused=refused,
    )


class Side:
    """The identifiers of a table of events, by number: one array a kind, the strongest kind first."""

    def __init__(
        self,
        table: pa.Table,
        kinds: tuple[str, ...],
        key: bytes,
        declared: Mapping[str, Collection[str]],
        persons: Persons,
        refused: Counter[str],
    ) -> None:
        self.source = table["source"]
        self.codes: list[I64] = []
        self.never: list[tuple[int, str]] = []
        """Rows with a value that names nobody, and the pseudonym of that."""
        for kind in kinds:
            if kind in table.column_names:
                given = table[kind].combine_chunks()
                values, never = guarded(kind, given, declared)
                refused[refusing.NOBODY] += never
                self.codes.append(_met(kind, values, key, persons))
                if never:
                    self.never += refusing.never(kind, given, values, key)
        self.best: I64 = strongest(self.codes) if self.codes else np.full(table.num_rows, -1, np.int64)

    def nobodies(self, persons: Persons) -> pa.Table:
        """Give what ties somebody to a value that names nobody, where that is not known yet."""
        some = [(at, name) for at, name in self.never if self.best[at] >= 0]
        rows = np.array([at for at, _ in some], np.int64)
        right = pa.array([name for _, name in some], pa.string())
        best = self.best[rows]
        new = persons.refusals.fresh((persons.names.lo[best], persons.names.hi[best]), split(right)[1:])
        source = _texts(self.source).take(pa.array(rows[new]))
        return refusing.table(
            persons.written(best[new]), right.take(pa.array(new)), [refusing.NOBODY] * len(new), source
        )

    def pairs(self) -> tuple[I64, I64, I64]:
        """Give who is said to be one person: the row, its strongest identifier, another of it."""
        found = []
        for codes in self.codes:
            at = np.flatnonzero((codes >= 0) & (codes != self.best))
            found.append((at, self.best[at], codes[at]))
        if not found:
            return (np.zeros(0, np.int64),) * 3
        row, left, right = (np.concatenate([part[place] for part in found]) for place in range(3))
        order = np.argsort(row, kind="stable")
        return row[order], left[order], right[order]


def _by_power(kinds: tuple[str, ...], persons: Persons) -> tuple[str, ...]:
    """Order kinds as an import does: by power, then by name."""
    return tuple(sorted(kinds, key=lambda kind: (POWERS.index(persons.powers.get(kind, POWERS[1])), kind)))


def _met(kind: str, values: pa.DictionaryArray, key: bytes, persons: Persons) -> I64:
    """Give the numbers of identifiers in clear; −1 where there is none. Each value is hashed once."""
    used = pc.unique(values.indices.drop_null()).to_numpy()
    texts = values.dictionary.take(pa.array(used)).to_pylist()
    both = np.frombuffer(pseudonyms(kind, texts, key), "<u8").reshape(-1, 2)
    numbers = persons.meet(persons.kind_number(kind), both[:, 0].astype(np.uint64), both[:, 1].astype(np.uint64), _NOW)
    found = np.full(len(values.dictionary) + 1, -1, np.int64)
    found[used] = numbers
    numbered: I64 = found[values.indices.fill_null(len(values.dictionary)).to_numpy(zero_copy_only=False)]
    return numbered


_NOW = np.iinfo(np.int32).max
"""Stands for the version that is being made: later than all others."""


def _told(
    persons: Persons, sides: list[Side], orders: tuple[Any, ...], before: int, refused: Counter[str]
) -> tuple[pa.Table, pa.Table]:
    """Settle what events assert, in the order in which they came; give the ledger's new rows, and what was refused."""
    pairs = [side.pairs() for side in sides]
    placed = [_order(order, pair[0]) for order, pair in zip(orders, pairs, strict=True)]
    order = np.argsort(np.concatenate(placed), kind="stable")
    left, right = (np.concatenate([pair[at] for pair in pairs])[order] for at in (1, 2))
    held, no = persons.join(left, right)
    refused.update(no.values())
    sources = _sources(sides, pairs).take(pa.array(order))
    source = sources.take(pa.array(held))
    fresh = persons.written(np.arange(before, len(persons)))
    first = _first_sources(sides, before, len(persons))
    said = pa.table(
        {
            "left": pa.concat_arrays([fresh, persons.written(left[held])]),
            "right": pa.concat_arrays([fresh, persons.written(right[held])]),
            "same": pa.array(np.ones(len(fresh) + len(held), bool)),
            "source": pa.concat_arrays([first, source]),
        }
    )
    at = np.array(list(no), np.int64)
    return said, pa.concat_tables(
        [
            _refused(persons, left[at], right[at], list(no.values()), sources.take(pa.array(at))),
            *(side.nobodies(persons) for side in sides),
        ]
    )


def _refused(persons: Persons, left: I64, right: I64, why: list[str], source: pa.Array) -> pa.Table:
    """Write what was refused and is not known yet."""
    names = persons.names
    new = persons.refusals.fresh((names.lo[left], names.hi[left]), (names.lo[right], names.hi[right]))
    written = persons.written(left[new]), persons.written(right[new])
    return refusing.table(*written, [why[at] for at in new.tolist()], source.take(pa.array(new)))


def _order(order: object, rows: I64) -> I64:
    known = np.asarray(order, np.int64)
    return known[rows] if len(known) else np.full(len(rows), -1, np.int64)


def _sources(sides: list[Side], pairs: list[tuple[I64, I64, I64]]) -> pa.Array:
    found = [_texts(side.source).take(pa.array(pair[0])) for side, pair in zip(sides, pairs, strict=True)]
    return pa.concat_arrays(found)


def _first_sources(sides: list[Side], before: int, count: int) -> pa.Array:
    """Give the source that named each new identifier."""
    texts = pa.concat_arrays([_texts(side.source) for side in sides])
    row, start = np.zeros(count - before, np.int64), len(sides[0].source)
    for offset, side in ((start, sides[1]), (0, sides[0])):
        for codes in side.codes:
            at = np.flatnonzero(codes >= before)
            row[codes[at] - before] = at + offset
    return texts.take(pa.array(row))


def _texts(column: pa.ChunkedArray) -> pa.Array:
    made = column.cast(pa.string()).combine_chunks()
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _changed(persons: Persons, before: int) -> pa.Table:
    who, now, was = (persons.written(part) for part in persons.changed(before))
    return pa.table({"identifier": who, "customer": now, "was": was})


def _rows(rows: pa.Table, best: I64, persons: Persons) -> pa.Table:
    """Give rows their people, and the lake's columns."""
    distinct, at = np.unique(best, return_inverse=True)
    known = distinct[distinct >= 0]
    none = len(distinct) - len(known)
    index = pa.array((at - none).astype(np.int32), mask=at < none)
    people = {"identifier": known, "customer": persons.customers(known)}
    columns = []
    for name, kind in zip(INTERACTIONS.names, INTERACTIONS.types, strict=True):
        if name in people:
            columns.append(pa.DictionaryArray.from_arrays(index, persons.written(people[name])).cast(kind))
        elif name in rows.column_names:
            columns.append(rows[name].cast(kind))
        else:
            columns.append(pa.nulls(rows.num_rows, kind))
    return pa.table(columns, schema=INTERACTIONS)


def _counted(source: pa.ChunkedArray) -> Counter[str]:
    found = pc.value_counts(source.cast(pa.string())).to_pylist()
    return Counter({str(item["values"]): item["counts"] for item in found})
