"""Questions about order as two pure functions over sorted columns; who runs them, and where, is no concern of theirs.

A kernel never sees an owner cut in two: all rows of an owner lie in one `Columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

P = TypeVar("P")
Array = npt.NDArray[Any]
Lookup = Callable[[Array], list[str]]

CODED = ("touchpoint", "channel", "stage", "about", "unit", "product", "kind", "source", "scale")
"""Columns of names, given as codes: −1 where there is none."""
MEASURED = ("score", "feeling", "wait_s")
"""Columns of numbers: nan where there is none."""
PER = {"customer": "customer", "ref": "ref"}
"""The column that names a row's owner, by `per`."""


@dataclass(frozen=True)
class Kernel(Generic[P]):
    """A question about order.

    Parameters
    ----------
    columns
        What `partial` reads beside owner and time: names of CODED or MEASURED, `succeeded` (1, 0, −1 unknown),
        `customer` (a number comparable across partials, −1 unknown), `picked` (the row matches the selection's row
        filters), `member` (its customer is in the selection's segment), `id` (for `Columns.ids`).
    partial
        Answers for some owners. A module-level function, or a `functools.partial` of one: it travels to other machines.
    merge
        Joins the answers of two disjoint sets of owners; associative.
    """

    columns: tuple[str, ...]
    partial: Callable[[Columns], P]
    merge: Callable[[P, P], P]


def distinct(numbers: Array) -> Array:
    """Give the different numbers, ascending. By sorting: `np.unique` hashes, which takes a hundred times as long."""
    found = np.sort(numbers)
    return found if len(found) < 2 else found[np.append(True, found[1:] != found[:-1])]


class Columns:
    """Rows of whole owners, sorted by (owner, occurred_at, seq, id), column by column.

    Parameters
    ----------
    arrays
        `owner` (int32, codes that hold for these columns only, never falling), `time` (int64, µs since 1970 in UTC),
        and the columns the kernel asked for.
    names
        For each coded column its names, in the order of the codes; the same in every partial of one question.
    texts
        How to spell codes of `owner` and `customer`, and rows' `id`.
    """

    def __init__(
        self,
        arrays: Mapping[str, Array],
        names: Mapping[str, Sequence[str]] | None = None,
        texts: Mapping[str, Lookup] | None = None,
    ) -> None:
        self.arrays = dict(arrays)
        self._names = dict(names or {})
        self._texts = dict(texts or {})

    def __len__(self) -> int:
        return len(self.arrays["time"])

    def __contains__(self, name: str) -> bool:
        return name in self.arrays

    def __getattr__(self, name: str) -> Array:
        arrays = self.__dict__.get("arrays", {})
        if name not in arrays:
            raise AttributeError(f"The kernel did not ask for the column “{name}”; there are {', '.join(arrays)}.")
        found: Array = arrays[name]
        return found

    def names(self, column: str) -> list[str]:
        """Give what the codes of a column mean."""
        return list(self._names[column])

    def owners(self, codes: Array) -> list[str]:
        """Spell owners: customers, or refs."""
        return self._texts["owner"](codes)

    def customers(self, codes: Array) -> list[str | None]:
        """Spell customers; None where nobody is known."""
        known = codes >= 0
        found = np.full(len(codes), None, dtype=object)
        found[known] = self._texts["customer"](codes[known])
        spelt: list[str | None] = found.tolist()
        return spelt

    def ids(self, rows: Array) -> list[str]:
        """Spell the ids of rows, given by their position in these columns."""
        return self._texts["id"](rows)

    @cached_property
    def bounds(self) -> Array:
        """The first row of every owner, and after the last one the number of rows."""
        owner = self.arrays["owner"]
        if not len(owner):
            return np.zeros(1, np.int64)
        borders = np.flatnonzero(owner[1:] != owner[:-1]) + 1
        return np.concatenate(([0], borders, [len(owner)])).astype(np.int64, copy=False)

    def like(self, arrays: Mapping[str, Array], names: Mapping[str, Sequence[str]]) -> Columns:
        """Give the same rows with other columns."""
        return Columns(arrays, names, self._texts)

    def kept(self, keep: Array) -> Columns:
        """Give the rows where `keep` holds."""
        rows = np.flatnonzero(keep)
        texts = dict(self._texts)
        if "id" in texts:
            spell = texts["id"]
            texts["id"] = lambda wanted: spell(rows[wanted])
        return Columns({name: array[rows] for name, array in self.arrays.items()}, self._names, texts)
