"""The files that the company's systems would export: columns gathered, then written as Parquet, block after block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from heartline.collect.zones import to_utc

from .calendar import DAY, DAYS, Calendar, Floats, Ints
from .company import COUNTRIES

MOMENT = pa.timestamp("us", tz="UTC")
TEXT, NUMBER, WHOLE, FLAG = pa.string(), pa.float64(), pa.int64(), pa.bool_()
SHEETS: dict[str, dict[str, pa.DataType]] = {
    "customers": {"customer": TEXT, "name": TEXT, "email": TEXT, "phone": TEXT, "card": TEXT},
    "web": {"number": WHOLE, "happened": MOMENT, "visit": TEXT, "device": TEXT, "customer": TEXT, "event": TEXT,
            "channel": TEXT, "unit": TEXT, "product": TEXT, "load_s": NUMBER, "ok": FLAG, "came_from": TEXT},
    "orders": {"number": WHOLE, "happened": MOMENT, "ref": TEXT, "customer": TEXT, "device": TEXT, "event": TEXT,
               "channel": TEXT, "unit": TEXT, "product": TEXT, "quantity": WHOLE, "amount": NUMBER, "currency": TEXT,
               "bought_for": TEXT, "discounted": FLAG},
    "parcels": {"number": WHOLE, "happened": MOMENT, "ref": TEXT, "customer": TEXT, "event": TEXT, "unit": TEXT,
                "product": TEXT, "wait_s": NUMBER, "ok": FLAG, "cost": NUMBER, "currency": TEXT, "carrier": TEXT},
    "collections": {"number": WHOLE, "happened": MOMENT, "ref": TEXT, "customer": TEXT, "event": TEXT, "unit": TEXT,
                    "product": TEXT, "wait_s": NUMBER},
    "till": {"number": WHOLE, "happened": MOMENT, "ref": TEXT, "card": TEXT, "unit": TEXT, "product": TEXT,
             "quantity": WHOLE, "amount": NUMBER, "currency": TEXT},
    "returns": {"number": WHOLE, "happened": MOMENT, "ref": TEXT, "customer": TEXT, "event": TEXT, "unit": TEXT,
                "product": TEXT, "wait_s": NUMBER, "amount": NUMBER, "cost": NUMBER, "currency": TEXT, "order": TEXT},
    "service": {"number": WHOLE, "happened": MOMENT, "ref": TEXT, "customer": TEXT, "phone": TEXT, "event": TEXT,
                "unit": TEXT, "wait_s": NUMBER, "ok": FLAG, "cost": NUMBER, "currency": TEXT, "reason": TEXT,
                "text": TEXT},
    "mailings": {"number": WHOLE, "happened": MOMENT, "customer": TEXT, "email": TEXT, "event": TEXT, "unit": TEXT,
                 "occasion": TEXT},
    "members": {"number": WHOLE, "happened": MOMENT, "customer": TEXT, "event": TEXT, "unit": TEXT, "text": TEXT},
    "answers": {"number": WHOLE, "happened": MOMENT, "customer": TEXT, "about": TEXT, "ref": TEXT, "score": NUMBER,
                "scale": TEXT, "text": TEXT, "unit": TEXT, "product": TEXT, "channel": TEXT},
    "surveyed": {"number": WHOLE, "happened": MOMENT, "customer": TEXT, "survey": TEXT, "question": TEXT, "row": TEXT,
                 "response": TEXT, "about": TEXT, "score": NUMBER, "scale": TEXT, "chosen": WHOLE, "text": TEXT,
                 "unit": TEXT, "product": TEXT, "channel": TEXT},
}  # fmt: skip
"""Every file and its columns."""
Planted = Counter[tuple[str, ...]]
"""What was planted in a block's answers, counted."""
BLOCK_NUMBERS = 100_000_000
"""Numbers that the rows of one block may have in a file."""


@dataclass(frozen=True)
class Words:
    """A column of few words: their places, −1 for nothing, and the words."""

    places: Ints
    words: Sequence[str]

    def __getitem__(self, rows: Any) -> Words:
        return Words(self.places[rows], self.words)

    def array(self) -> pa.Array:
        """Give them as strings."""
        places = pa.array(self.places.astype(np.int32), mask=self.places < 0)
        words = self.words if isinstance(self.words, pa.Array) else pa.array(self.words, pa.string())
        return pa.DictionaryArray.from_arrays(places, words).cast(pa.string())


def numbered(prefix: str, numbers: Ints) -> pa.Array:
    """Write numbers with a letter before them, as orders and tickets are called."""
    import pyarrow.compute as pc

    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 7, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), digits, "")


@dataclass
class Book:
    """One block's rows, file by file."""

    calendar: Calendar
    block: int
    parts: dict[str, list[pa.Table]] = field(default_factory=dict)
    planted: Planted = field(default_factory=Counter)

    def add(self, sheet: str, country: Ints, at: Floats, **columns: Any) -> None:
        """Add rows that happened at seconds of the wall clock of their country; what is still to come is left out.

        A column is an array, an Arrow array, Words, or one value for all rows; what is left out is empty.
        """
        come = at < DAYS * DAY
        moment = self.moments(country[come], at[come])
        made: dict[str, Any] = {"happened": moment}
        for name, kind in SHEETS[sheet].items():
            if name not in ("happened", "number"):
                made[name] = _column(columns.pop(name, None), kind, come)
        if columns:
            raise TypeError(f"{sheet} has no {', '.join(columns)}")
        self.parts.setdefault(sheet, []).append(pa.table(made))

    def moments(self, country: Ints, at: Floats) -> pa.Array:
        """Turn wall-clock seconds into moments."""
        wall = (np.floor(at).astype(np.int64) + self.calendar.start_s) * 1_000_000
        made = np.empty(len(at), np.int64)
        for place, one in enumerate(COUNTRIES):
            here = country == place
            made[here] = to_utc(wall[here], one.zone)
        return pa.array(made).cast(MOMENT)

    def table(self, sheet: str) -> pa.Table:
        """Give a file's rows in the order in which they happened, numbered."""
        kinds = SHEETS[sheet]
        parts = self.parts.get(sheet)
        if not parts:
            return pa.schema(list(kinds.items())).empty_table()
        whole = pa.concat_tables(parts)
        if "happened" in kinds:
            order = np.argsort(whole["happened"].cast(pa.int64()).to_numpy(), kind="stable")
            whole = whole.take(pa.array(order))
        if "number" in kinds:
            numbers = np.arange(whole.num_rows) + self.block * BLOCK_NUMBERS
            whole = whole.append_column("number", pa.array(numbers))
        return whole.select(list(kinds)).cast(pa.schema(list(kinds.items())))


def _column(value: Any, kind: pa.DataType, come: Any) -> pa.Array:
    count = int(come.sum())
    if value is None:
        return pa.nulls(count, kind)
    if isinstance(value, str | int | float | bool):
        return pa.repeat(pa.scalar(value, kind), count)
    if isinstance(value, Words):
        return value[come].array()
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value.filter(pa.array(come)).cast(kind)
    kept = np.asarray(value)[come]
    if kept.dtype.kind == "f":
        return pa.array(kept, mask=np.isnan(kept)).cast(kind)
    return pa.array(kept.tolist() if kept.dtype == object else kept).cast(kind)


class Shelf:
    """The files of one import, open for writing; in a `with` block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, int] = dict.fromkeys(SHEETS, 0)
        self._writers: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> Shelf:
        self.folder.mkdir(parents=True, exist_ok=True)
        for sheet, kinds in SHEETS.items():
            schema = pa.schema(list(kinds.items()))
            self._writers[sheet] = pq.ParquetWriter(self.folder / f"{sheet}.parquet", schema, compression="zstd")
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def add(self, book: Book) -> Mapping[str, int]:
        """Write a block; give its rows by file."""
        counts = {}
        for sheet, writer in self._writers.items():
            table = book.table(sheet)
            counts[sheet] = table.num_rows
            self.rows[sheet] += table.num_rows
            if table.num_rows:
                writer.write_table(table)
        return counts
