"""A patch of the path index: every row of the owners of whom something landed since the base, in one order.

Their earlier rows are taken from the base's columns and only what landed since is read from files, so that a patch
costs what it holds, however large the lake. `origin` says where a row comes from: a row of the base, or, counted from
−1 downwards, one of those read.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.disk import flush
from heartline.store.kernel import CODED, MEASURED, PER, Array

from .index_build import appear, ordered, starts, write_texts
from .index_rows import TEXT, Rows, code_kind, with_new_names

_NUMBERS = {"landed": np.int64, "succeeded": np.int8, **dict.fromkeys(MEASURED, np.float64)}


class Base(Protocol):
    """The columns that a patch grows from."""

    def column(self, name: str) -> Array:
        """Give a column of numbers or codes."""

    def texts(self, name: str) -> pa.Array:
        """Give the names of a coded column, the owners, or the ids."""


class Growth:
    """What landed since a base, and whom it concerns.

    Parameters
    ----------
    rows
        What landed since.
    base
        The index to grow from.
    """

    def __init__(self, rows: Rows, base: Base) -> None:
        self.base = base
        self.landed = _landed(rows)

    @cached_property
    def _known(self) -> Array:
        """The base's owners of whom something landed, as the base's codes."""
        mask = pc.is_in(self.base.texts("owner"), value_set=self.landed["owner"])
        return np.flatnonzero(mask.to_numpy(zero_copy_only=False))

    @cached_property
    def _before(self) -> Array:
        """The rows of these owners in the base."""
        bounds = self.base.column("bounds")
        first, last = bounds[self._known], bounds[self._known + 1]
        return _ranges(first, last - first)

    @property
    def size(self) -> int:
        """How many rows the patch holds."""
        return len(self._before) + len(self.landed)

    def write(self, folder: Path) -> None:
        """Write owner, time, touchpoint, the owners' first rows and names, and where every row comes from."""
        owners, owner = self._owners()
        before, landed = self._before, self.landed
        time = np.concatenate([self.base.column("time")[before], landed["time"].to_numpy()])
        order = ordered(owner, time, self._seq, self._ids)
        owner = owner[order]
        origin = np.concatenate([before, -1 - np.arange(len(landed))])[order]
        arrays = {"owner": owner, "time": time[order], "bounds": starts(owner), "origin": origin}
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array)
        write_texts(folder / "owner.arrow", owners)
        with pa.OSFile(str(folder / "landed.arrow"), "wb") as sink, pa.ipc.new_file(sink, landed.schema) as writer:
            writer.write_table(landed)
        flush(folder.iterdir())
        add(self.base, folder, "touchpoint")

    def _owners(self) -> tuple[pa.Array, Array]:
        """Give the owners, known ones first, and the owner of every row: of the base, then of those that landed."""
        known = self.base.texts("owner").take(pa.array(self._known))
        owners = pa.chunked_array([known, self.landed["owner"].combine_chunks()]).unique()
        bounds = self.base.column("bounds")
        of_base = np.repeat(np.arange(len(known)), bounds[self._known + 1] - bounds[self._known])
        landed = pc.index_in(self.landed["owner"], value_set=owners).to_numpy()
        return owners, np.concatenate([of_base, landed]).astype(np.int32)

    def _seq(self, rows: Array) -> Array:
        return _picked(self._origin(rows), self.base.column("seq"), self.landed["seq"].to_numpy())

    def _ids(self, rows: Array) -> pa.Array:
        return _texts(self._origin(rows), self.base.texts("id"), self.landed["id"].combine_chunks())

    def _origin(self, rows: Array) -> Array:
        """Say of rows not yet in order where they come from."""
        n = len(self._before)
        of_base = rows < n
        found = n - 1 - rows
        found[of_base] = self._before[rows[of_base]]
        return found


def add(base: Base, folder: Path, name: str) -> None:
    """Write one more column of a patch; each file appears as a whole."""
    origin = np.load(folder / "origin.npy", mmap_mode="r")
    landed = pa.ipc.open_file(pa.memory_map(str(folder / "landed.arrow"))).read_all()
    if name == "id":
        ids = _texts(origin, base.texts("id"), landed["id"].combine_chunks())
        appear(folder / "id.arrow", lambda path: write_texts(path, ids))
        return
    new = landed[name].combine_chunks()
    if pa.types.is_large_string(new.type):
        names = with_new_names(base.texts(name), new.unique())
        codes = pc.index_in(new, value_set=names).fill_null(-1).to_numpy()
        values = _picked(origin, base.column(name), codes).astype(code_kind(names))
        appear(folder / f"{name}.arrow", lambda path: write_texts(path, names))
    else:
        values = _picked(origin, base.column(name), new.to_numpy())
    appear(folder / f"{name}.npy", lambda path: np.save(path, values))


def _landed(rows: Rows) -> pa.Table:
    """Read what landed, with all columns that a question may ask for."""
    texts = dict.fromkeys((*CODED, *PER.values(), "id"))
    chosen = [
        "owner, epoch_us(occurred_at) AS time, coalesce(seq, 0) AS seq, landed",
        "coalesce(succeeded::TINYINT, -1) AS succeeded",
        *(f"coalesce({name}, 'nan') AS {name}" for name in MEASURED),
        *texts,
    ]
    needed = ("occurred_at", "seq", "landed", "succeeded", *MEASURED, *texts)
    read = rows.table(f"SELECT {', '.join(chosen)} FROM {rows.sql(*needed)}")
    kinds: dict[str, Any] = {name: pa.from_numpy_dtype(kind) for name, kind in _NUMBERS.items()}
    kinds |= {"time": pa.int64(), "seq": pa.int64()}
    fields = [pa.field(name, kinds.get(name, TEXT)) for name in read.column_names]
    return read.cast(pa.schema(fields)).combine_chunks()


def _picked(origin: Array, before: Array, landed: Array) -> Array:
    """Take each row's value from where it comes."""
    of_base = origin >= 0
    found = np.empty(len(origin), np.promote_types(before.dtype, landed.dtype))
    found[of_base] = before[origin[of_base]]
    found[~of_base] = landed[-1 - origin[~of_base]]
    return found


def _texts(origin: Array, before: pa.Array, landed: pa.Array) -> pa.Array:
    """Take each row's text from where it comes."""
    of_base = origin >= 0
    found = pa.concat_arrays([before.take(pa.array(origin[of_base])), landed.take(pa.array(-1 - origin[~of_base]))])
    places = np.empty(len(origin), np.int64)
    places[np.concatenate([np.flatnonzero(of_base), np.flatnonzero(~of_base)])] = np.arange(len(origin))
    return found.take(pa.array(places))


def _ranges(first: Array, counts: Array) -> Array:
    """Give the numbers first, first + 1, … of every range, one range after the other."""
    ends = np.cumsum(counts)
    return np.repeat(first - (ends - counts), counts) + np.arange(int(ends[-1]) if len(ends) else 0)
