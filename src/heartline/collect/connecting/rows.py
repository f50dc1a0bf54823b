"""Rows as other systems give them become tables of text: flat, with the same columns every time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 20_000
LONGEST = 1 << 20
"""Characters of one value that are kept."""


def flat(row: Mapping[str, Any]) -> dict[str, str]:
    """Give the leaves of a row as texts: `{"customer": {"id": 1}}` is `customer_id`; lists stay JSON.

    Examples
    --------
    >>> flat({"id": 7, "customer": {"email": "a@b.c"}, "paid": True, "items": [1, 2], "note": None})
    {'id': '7', 'customer_email': 'a@b.c', 'paid': 'true', 'items': '[1,2]'}
    """
    return dict(_leaves(row, ""))


def _leaves(row: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for key, value in row.items():
        name = named(f"{above}_{key}" if above else str(key))
        if isinstance(value, Mapping):
            yield from _leaves(value, name)
        elif value is not None:
            yield name, _text(value)[:LONGEST]


def named(path: str) -> str:
    """Give the column of a field: `im:rating` is `im_rating`, `customer.email` is `customer_email`."""
    return "".join(letter if letter.isalnum() else "_" for letter in path).strip("_").lower() or "_"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)


class Texts:
    """Writes rows as one Parquet file of texts. Its columns are those known before and all that come; use in a `with`.

    Parameters
    ----------
    known
        Columns that it has in any case, so that queries find them also where no row has a value.
    """

    def __init__(self, target: Path, known: Iterable[str] = ()) -> None:
        self.target = target
        self.columns: dict[str, None] = dict.fromkeys(map(named, known))
        self.rows = 0
        self._spool = target.with_suffix(".rows")

    def __enter__(self) -> Texts:
        self._file = self._spool.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if kind is None:
            self._write()
        self._spool.unlink()

    def add(self, row: Mapping[str, str]) -> None:
        """Add a flat row."""
        self.columns.update(dict.fromkeys(row))
        self._file.write(msgspec.json.encode(row) + b"\n")
        self.rows += 1

    def _write(self) -> None:
        schema = pa.schema([pa.field(name, pa.string()) for name in self.columns or {"_": None}])
        with pq.ParquetWriter(self.target, schema, compression="zstd") as writer, self._spool.open("rb") as lines:
            batch: list[Any] = []
            for line in lines:
                batch.append(msgspec.json.decode(line))
                if len(batch) == BATCH:
                    writer.write_table(pa.Table.from_pylist(batch, schema))
                    batch = []
            writer.write_table(pa.Table.from_pylist(batch, schema))
