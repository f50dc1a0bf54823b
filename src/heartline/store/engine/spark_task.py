"""What a task of Spark does with its rows: cut them at owners' borders, make columns of them, ask the kernel.

This runs in Python workers, so it imports neither Ibis nor the lake.
"""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark import TaskContext

from heartline.store.kernel import CODED, MEASURED, Array, Columns, Kernel, Lookup

P = TypeVar("P")
Task = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]

ROWS = 500_000
"""Rows that a task holds at once, give or take an owner."""
NUMBER = "person"
"""The column of customers as numbers."""
ANSWER = "task int, answer binary"
SCHEMA = pa.schema({"task": pa.int32(), "answer": pa.binary()})


@dataclass(frozen=True)
class Reader:
    """How sorted rows of whole owners become a kernel's columns.

    Parameters
    ----------
    columns
        What the kernel asks for.
    names
        Of each coded column, its names in the order of their codes.
    picks
        Columns that `picked` looks at, each with the keys that it accepts.
    person
        The column that spells the customer: `customer`, or `owner` where that is the same.
    """

    columns: tuple[str, ...]
    names: Mapping[str, Sequence[str]]
    picks: Sequence[tuple[str, Sequence[str]]] = ()
    person: str = "customer"

    @property
    def needs(self) -> list[str]:
        """The columns that the sorted rows must have; what only sorts them stays in Spark."""
        asked = [name for name in self.columns if name not in ("customer", "picked")]
        customer = [NUMBER, self.person] if "customer" in self.columns else []
        return list(dict.fromkeys(["owner", "time", *asked, *customer, *(name for name, _ in self.picks)]))

    def read(self, rows: pa.Table) -> Columns:
        """Make columns of rows that have what the reader needs."""
        owners = pc.dictionary_encode(rows["owner"].combine_chunks())
        arrays = {"owner": plain(owners.indices, np.int32), "time": plain(rows["time"].cast(pa.int64()), np.int64)}
        arrays |= {name: self._array(name, rows) for name in self.columns if name != "id"}
        texts: dict[str, Lookup] = {"owner": lambda codes: owners.dictionary.take(pa.array(codes)).to_pylist()}
        if "id" in self.columns:
            texts["id"] = lambda wanted: rows["id"].take(pa.array(wanted)).to_pylist()
        if "customer" in arrays:
            texts["customer"] = _spelling(arrays["customer"], rows[self.person])
        return Columns(arrays, {name: self.names[name] for name in self.columns if name in CODED}, texts)

    def _array(self, name: str, rows: pa.Table) -> Array:
        if name in CODED:
            codes = pc.index_in(rows[name], pa.array(self.names[name], pa.string()))
            kind = np.int16 if len(self.names[name]) < 1 << 15 else np.int32
            return plain(pc.fill_null(codes, -1), kind)
        if name in MEASURED:
            return plain(pc.fill_null(rows[name], math.nan), np.float64)
        if name == "succeeded":
            return plain(pc.fill_null(rows[name].cast(pa.int8()), -1), np.int8)
        if name == "customer":
            return plain(pc.fill_null(rows[NUMBER], -1), np.int64)
        if name == "picked":
            return self._picked(rows)
        return plain(rows[name], np.bool_)

    def _picked(self, rows: pa.Table) -> Array:
        picked = np.ones(len(rows), np.bool_)
        for name, keys in self.picks:
            picked &= plain(pc.is_in(rows[name], pa.array(keys, pa.string())), np.bool_)
        return picked


def plain(values: Any, kind: Any) -> Array:
    """Give an Arrow array without nulls as a NumPy array of a type."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    array: Array = values.to_numpy(zero_copy_only=False).astype(kind, copy=False)
    return array


def _spelling(numbers: Array, spelt: pa.ChunkedArray) -> Lookup:
    """Look up the text that stands beside a number."""

    def spell(codes: Array) -> list[str]:
        known, rows = np.unique(numbers, return_index=True)
        found: list[str] = spelt.take(pa.array(rows[np.searchsorted(known, codes)])).to_pylist()
        return found

    return spell


def stretches(batches: Iterator[pa.RecordBatch], at_least: int) -> Iterator[pa.Table]:
    """Join batches of sorted rows, and cut them at owners' borders, into tables of so many rows or more."""
    held: list[pa.RecordBatch] = []
    number = 0
    for batch in batches:
        held.append(batch)
        number += len(batch)
        if number < at_least:
            continue
        rows = pa.Table.from_batches(held)
        border = pc.index(rows["owner"], rows["owner"][-1]).as_py()  # where the last owner begins, who may go on
        if border:
            yield rows.slice(0, border)
            held, number = rows.slice(border).to_batches(), len(rows) - border
    if number:
        yield pa.Table.from_batches(held)


def folding(kernel: Kernel[P], reader: Reader) -> Task:
    """Make the task that answers a kernel for the owners it is given."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from _written(kernel, (kernel.partial(reader.read(rows)) for rows in stretches(batches, ROWS)))

    return run


def merging(kernel: Kernel[P]) -> Task:
    """Make the task that merges answers."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from _written(kernel, iter(in_order(pa.Table.from_batches(batches, SCHEMA))))

    return run


def in_order(answers: pa.Table) -> list[Any]:
    """Read answers in the order of their tasks, so that the same question is merged the same way every time."""
    written = answers.sort_by("task")["answer"].to_pylist()
    return [pickle.loads(answer) for answer in written]  # noqa: S301  (written by the tasks of this very question)


def _written(kernel: Kernel[P], parts: Iterator[P]) -> Iterator[pa.RecordBatch]:
    context = TaskContext.get()
    for first in parts:
        answer = pickle.dumps(reduce(kernel.merge, parts, first), protocol=pickle.HIGHEST_PROTOCOL)
        yield pa.record_batch([[context.partitionId() if context else 0], [answer]], schema=SCHEMA)
