"""Answers in parts: by months, by part of the company, by what the link brought along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.clock import span
from heartline.store.snapshot import Snapshot

from .sheet import Address, Given, Sheet

COLUMNS = ("unit", "channel", "product", "language", "edition")
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Parts:
    """Parts of a sheet: a number for each answer, and what each number stands for."""

    codes: Codes
    keys: Sequence[dict[str, Any]]


def parts(snapshot: Snapshot, sheet: Sheet, every: str | None, by: str | None) -> Parts | None:
    """Sort answers into parts, in order, unknown ones last; None where they are not split."""
    columns: dict[str, list[Any]] = {}
    if every:
        columns["period"] = periods(snapshot, sheet.table["occurred_at"], every)
    if by:
        columns["group"] = sheet.column(by)
    if not columns:
        return None
    values = list(zip(*columns.values(), strict=True))
    order = sorted(set(values), key=lambda one: [(part is None, str(part)) for part in one])
    number = {one: place for place, one in enumerate(order)}
    keys = [dict(zip(columns, one, strict=True)) for one in order]
    return Parts(np.array([number[one] for one in values], np.int64), keys)


def split(sheet: Sheet, address: Address, parts: Parts | None) -> Iterator[tuple[dict[str, Any], Given]]:
    """Give the answers to a question part by part; of an anonymous survey whole fives of each."""
    given = sheet.given.get(address)
    if given is None:
        return
    if parts is None:
        yield {}, given
        return
    codes = parts.codes[given.places]
    for number in np.unique(codes):
        some = given.at(codes == number)
        some = some.fives() if sheet.book.anonymous else some
        if len(some.places):
            yield parts.keys[number], some


def periods(snapshot: Snapshot, moments: pa.ChunkedArray, every: str) -> list[str]:
    """Give the day, week, month, quarter or year of company time in which each moment falls."""
    settings = snapshot.definitions.settings
    local = pc.local_timestamp(moments.cast(pa.timestamp("us", settings["timezone"])))
    first = pc.floor_temporal(local, unit=every, week_starts_monday=settings["week_start"] != "sunday").cast(
        pa.date32()
    )
    written = {day: span(day, every) for day in pc.unique(first).to_pylist()}
    return [written[day] for day in first.to_pylist()]
