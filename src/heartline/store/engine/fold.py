"""Running a kernel on this machine: the path index in pieces cut between owners, on all cores, merged pairwise."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from deltalake.exceptions import DeltaError

from heartline.core.errors import InvalidInput
from heartline.core.selection import Selection
from heartline.store.kernel import CODED, PER, Array, Columns, Kernel, Lookup
from heartline.store.selecting import accepted, segment

from .index import Indexes, Part
from .index_rows import TEXT

if TYPE_CHECKING:
    from heartline.store.snapshot import Snapshot

P = TypeVar("P")

_LARGEST, _SMALLEST, _PIECES = 1 << 20, 1 << 17, 8
"""Rows of a piece: small enough for the processor's cache and for memory, large enough to be worth a call."""
THREADS = min(os.cpu_count() or 1, 8)


def fold(indexes: Indexes, snapshot: Snapshot, kernel: Kernel[P], per: str, selection: Selection | None) -> P:
    """Answer a kernel's question over all owners of a snapshot.

    Parameters
    ----------
    per
        Who owns a row: `customer` or `ref`.
    selection
        What `picked` and `member` mean, where the kernel asks for them.
    """
    if per not in PER:
        raise InvalidInput("bad_value", f"A path has no owner “{per}”.", field="per", remedy=f"Write {', '.join(PER)}.")
    try:
        return _folded(indexes, snapshot, kernel, per, selection or Selection())
    except (OSError, duckdb.IOException, DeltaError):  # the files that an index was read from are gone
        indexes.forget(snapshot.lake.folder)
        return _folded(indexes, snapshot, kernel, per, selection or Selection())


def _folded(indexes: Indexes, snapshot: Snapshot, kernel: Kernel[P], per: str, selection: Selection) -> P:
    rows = _Rows(indexes, snapshot, kernel.columns, per, selection)
    with ThreadPoolExecutor(THREADS) as pool:
        return _merged(kernel, _ahead(pool, kernel, rows.pieces()))


class _Rows:
    """What a kernel sees of an index, piece by piece."""

    def __init__(
        self, indexes: Indexes, snapshot: Snapshot, columns: tuple[str, ...], per: str, selection: Selection
    ) -> None:
        self.index = indexes.of(snapshot, per)
        self.snapshot = snapshot
        self.columns = columns
        self.per = per
        self.selection = selection
        self._member_tables: dict[Path, Array] = {}
        self.names = {name: self.index.names(name).to_pylist() for name in columns if name in CODED}

    def pieces(self) -> Iterator[Callable[[], Columns]]:
        """Cut every part between owners; at least one piece, be it empty. Each is read where it is called."""
        for part, wanted in self.index.parts:
            self._piece(part, wanted, 0, 0)  # what is missing is made here, once
            for first, last in self._cuts(part):
                yield partial(self._piece, part, wanted, first, last)

    def _cuts(self, part: Part) -> Iterator[tuple[int, int]]:
        bounds = part.column("bounds")
        size = min(_LARGEST, max(_SMALLEST, part.size // _PIECES))
        first = 0
        while first < part.size or first == part.size == 0:
            last = int(bounds[min(int(np.searchsorted(bounds, first + size)), len(bounds) - 1)])
            yield first, last
            if last == first:
                return
            first = last

    def _piece(self, part: Part, wanted: Array | None, first: int, last: int) -> Columns:
        def values(name: str) -> Array:
            return np.asarray(part.column(name)[first:last])

        arrays = {name: values(name) for name in ("owner", "time")}
        for name in self.columns:
            if name == "customer":
                arrays[name] = self._customers(part, values)
            elif name == "picked":
                arrays[name] = self._picked(values, last - first)
            elif name == "member":
                arrays[name] = self._members(part)[values("owner" if self.per == "customer" else "customer")]
            elif name != "id":
                arrays[name] = values(name)
        columns = Columns(arrays, self.names, self._texts(part, first))
        keep = None if wanted is None else wanted[arrays["owner"]]
        if self.snapshot.version < part.version:
            landed = values("landed") <= self.snapshot.version
            keep = landed if keep is None else keep & landed
        return columns if keep is None else columns.kept(keep)

    def _customers(self, part: Part, values: Callable[[str], Array]) -> Array:
        """Give customers as numbers: refs share a list of them; owners of a patch are numbered after the base's."""
        if self.per == "ref":
            return values("customer").astype(np.int64)
        return values("owner").astype(np.int64) + _before(part)

    def _picked(self, values: Callable[[str], Array], size: int) -> Array:
        picked = np.ones(size, np.bool_)
        for name, table in self._filters:
            picked &= table[values(name)]
        return picked

    @cached_property
    def _filters(self) -> list[tuple[str, Array]]:
        """Give each filter's column, and which of its codes it accepts; the last place is for null, code −1."""
        found = []
        for name, keys in self.selection.row_filters.items():
            column, wanted = accepted(self.snapshot, name, keys)
            found.append((column, _among(self.index.names(column), pa.array(wanted, TEXT))))
        return found

    def _members(self, part: Part) -> Array:
        """Tell which owners of a part, or which customers of refs, are in the segment."""
        if part.folder not in self._member_tables:
            known = part.texts("owner") if self.per == "customer" else self.index.names("customer")
            wanted = known if self.selection.segment is None else self._segment
            table = _among(known, wanted)
            table[-1] = self.selection.segment is None
            self._member_tables[part.folder] = table
        return self._member_tables[part.folder]

    @cached_property
    def _segment(self) -> pa.Array:
        people = self.snapshot.execute(segment(self.snapshot, str(self.selection.segment)))
        return people["customer"].combine_chunks().cast(TEXT)

    def _texts(self, part: Part, first: int) -> dict[str, Lookup]:
        def owners(codes: Array) -> list[str]:
            return _spelt(part.texts("owner"), codes)

        def customers(codes: Array) -> list[str]:
            if self.per == "ref":
                return _spelt(self.index.names("customer"), codes)
            return _spelt(part.texts("owner"), codes - _before(part))

        def ids(rows: Array) -> list[str]:
            return _spelt(part.texts("id"), rows + first)

        return {"owner": owners, "customer": customers, "id": ids}


def _before(part: Part) -> int:
    return 0 if part.under is None else len(part.under.texts("owner"))


def _among(names: pa.Array, wanted: pa.Array) -> Array:
    """Tell of every code whether its name is wanted; the last place is for −1."""
    return np.append(pc.is_in(names, value_set=wanted).to_numpy(zero_copy_only=False), False)


def _spelt(texts: pa.Array, places: Array) -> list[str]:
    found: list[str] = texts.take(pa.array(places)).to_pylist()
    return found


def _ahead(pool: ThreadPoolExecutor, kernel: Kernel[P], pieces: Iterable[Callable[[], Columns]]) -> Iterator[P]:
    """Ask the kernel about pieces, in order, with as many under way as there are threads, and no more in memory."""
    todo = iter(pieces)

    def answer(piece: Callable[[], Columns]) -> P:
        return kernel.partial(piece())

    under_way = deque(pool.submit(answer, piece) for piece in islice(todo, THREADS + 1))
    while under_way:
        yield under_way.popleft().result()
        under_way.extend(pool.submit(answer, piece) for piece in islice(todo, 1))


def _merged(kernel: Kernel[P], partials: Iterator[P]) -> P:
    """Merge neighbours of like size, as a binary counter carries: cheap where merging costs as much as its input."""
    stack: list[tuple[int, P]] = []
    for one in partials:
        size, merged = 1, one
        while stack and stack[-1][0] == size:
            merged = kernel.merge(stack.pop()[1], merged)
            size *= 2
        stack.append((size, merged))
    merged = stack.pop()[1]
    while stack:
        merged = kernel.merge(stack.pop()[1], merged)
    return merged
