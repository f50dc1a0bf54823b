"""Read rows become interactions: time in UTC, touchpoint and stage, person, name. In batches, distinct values once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.ids import slug
from heartline.store.schema import INTERACTIONS, MOMENT
from heartline.store.supposing import Move

from .buried import Buried
from .columns import WORD, any_valid, coded, constant, filled, fixed, nothing
from .moving import moved
from .people import Hashes, strongest
from .reasons import CODES, ERASED
from .seen import Lake, Occurrences, from_hex, mixed, to_hex
from .zones import to_utc

ENTRY_ROWS = 1 << 40
"""Rows that an entry may have before its `seq` runs into the next entry's."""

KEYS = ("channel", "touchpoint", "stage", "about", "kind")
CODED = ("occurred_precision", "identifier", "customer", "channel", "touchpoint", "stage", "about", "kind", "source",
         "scale", "currency", "arm")  # fmt: skip
PLACED = pa.schema([pa.field(one.name, WORD if one.name in CODED else one.type) for one in INTERACTIONS])
"""The lake's schema, with columns of few values as dictionaries."""


@dataclass
class Landing:
    """What an import knows and counts while its rows go by.

    Parameters
    ----------
    names_in_lake
        Finds which of the source's rows are in the lake. Asked when the first rows are there, so that their files are
        read on meanwhile.
    touchpoints
        Bodies of the touchpoints known: a row's stage and channel, unless it says otherwise.
    found
        Touchpoints seen in rows: key -> label as the source writes it.
    merged
        Touchpoints that were merged into others: key -> key of the other.
    moves
        Rows that other touchpoints take: made after a row was placed.
    places
        Of each touchpoint, or what a score without one judges: rows landed, and those of them whose customer is known.
    left
        Rows dropped, by entry and reason.
    """

    source: str
    zone: str
    currency: str | None
    now: datetime
    hashes: Hashes
    buried: Buried
    names_in_lake: Callable[[], Lake]
    touchpoints: Mapping[str, Mapping[str, Any]]
    customer_of: Mapping[str, str] = field(default_factory=dict)
    occurrences: Occurrences = field(default_factory=Occurrences)
    found: dict[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    moves: tuple[Move, ...] = ()
    read: int = 0
    landed: int = 0
    there: int = 0
    known: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    places: dict[str, list[int]] = field(default_factory=dict)
    left: dict[int, Counter[str]] = field(default_factory=dict)

    @cached_property
    def lake(self) -> Lake:
        """The names of the source's rows that are in the lake."""
        return self.names_in_lake()


@dataclass
class Placer:
    """Places the rows of one entry; `dropped` keeps them with their reason until they are taken.

    `zoned` (times are in UTC, not on the wall) and `precision` hold for all rows that do not say so themselves.
    """

    landing: Landing
    number: int
    kinds: tuple[str, ...]
    constants: Mapping[str, str]
    zoned: bool = False
    precision: str = "second"
    rows: int = 0
    dropped: list[tuple[str, str]] = field(default_factory=list)

    def place(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Give the rows of a batch that land."""
        landing = self.landing
        seq = np.arange(self.rows, self.rows + batch.num_rows, dtype=np.int64) + self.number * ENTRY_ROWS
        self.rows += batch.num_rows
        landing.read += batch.num_rows
        batch, seq = self._without_bad(batch, seq)
        people = [landing.hashes.codes(kind, batch[f"id_{kind}"]) for kind in self.kinds]
        batch, seq, people = self._without_erased(batch, seq, people)
        lo, hi = self._names(batch, people)
        times = landing.occurrences.number(lo)
        there = times <= landing.lake.count(lo, hi)
        again = (times > 1) & ~there & self._given(batch)
        landing.there += int(there.sum())
        if again.any():
            self._drop(batch.filter(pa.array(again)), "duplicate_id")
        keep = ~(there | again)
        if not keep.all():
            batch, seq, lo, hi, times = batch.filter(pa.array(keep)), seq[keep], lo[keep], hi[keep], times[keep]
            people = [codes[keep] for codes in people]
        people = [landing.hashes.somebody(codes) for codes in people]  # a row is named by all that it came with
        landing.landed += batch.num_rows
        return self._made(batch, seq, people, self._ids(batch, lo, hi, times))

    def _without_bad(self, batch: pa.RecordBatch, seq: npt.NDArray[np.int64]) -> tuple[pa.RecordBatch, Any]:
        why = batch["why"].to_numpy()
        if not why.any():
            return batch, seq
        for number, count in zip(*np.unique(why[why > 0], return_counts=True), strict=True):
            self._count_dropped(CODES[number - 1], int(count))
        bad = batch.filter(pa.array(why > 0))
        self.dropped += [
            (CODES[number - 1], raw) for number, raw in zip(bad["why"].to_pylist(), bad["raw"].to_pylist(), strict=True)
        ]
        return batch.filter(pa.array(why == 0)), seq[why == 0]

    def _without_erased(self, batch: pa.RecordBatch, seq: Any, people: list[Any]) -> tuple[pa.RecordBatch, Any, Any]:
        """Leave out what people did before they were erased; it is counted, and kept nowhere."""
        if not self.landing.buried.any or not people:
            return batch, seq, people
        named = [self.landing.hashes.somebody(codes) for codes in people]
        gone = self.landing.buried.before(named, self._moments(batch).cast(pa.int64()).to_numpy())
        if not gone.any():
            return batch, seq, people
        self._count_dropped(ERASED, int(gone.sum()))
        return batch.filter(pa.array(~gone)), seq[~gone], [codes[~gone] for codes in people]

    def _drop(self, rows: pa.RecordBatch, why: str) -> None:
        """Drop rows that were read well; what they are written back from is what was read."""
        self._count_dropped(why, rows.num_rows)
        for row in rows.to_pylist():
            self.dropped.append((why, _written_back({"zoned": self.zoned, "precision": self.precision, **row})))

    def _count_dropped(self, why: str, count: int) -> None:
        self.landing.dropped[why] += count
        self.landing.left.setdefault(self.number, Counter())[why] += count

    def _count_places(self, touchpoint: pa.DictionaryArray, about: pa.DictionaryArray, customer: pa.Array) -> None:
        """Count rows, and those with a known customer, at each touchpoint."""
        place = filled(touchpoint, about)
        names = ["", *place.dictionary.to_pylist()]
        codes = place.indices.fill_null(-1).to_numpy(zero_copy_only=False) + 1
        known = customer.is_valid().to_numpy(zero_copy_only=False)
        rows, with_customer = (np.bincount(part, minlength=len(names)) for part in (codes, codes[known]))
        for name, landed, of_known in zip(names, rows.tolist(), with_customer.tolist(), strict=True):
            if landed:
                count = self.landing.places.setdefault(name or "", [0, 0])
                count[0] += landed
                count[1] += of_known

    def _given(self, batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
        if "id" not in batch.schema.names:
            return np.zeros(batch.num_rows, bool)
        given: npt.NDArray[np.bool_] = batch["id"].is_valid().to_numpy(zero_copy_only=False)
        return given

    def _names(self, batch: pa.RecordBatch, people: list[Any]) -> tuple[Any, Any]:
        """Give the 128 bits that name each row: of its id, else of its content and its people."""
        lo, hi = batch["lo"].to_numpy(), batch["hi"].to_numpy()
        content_lo, content_hi = lo, hi
        for codes in people:
            content_lo, content_hi = mixed(content_lo, content_hi, *self.landing.hashes.bits(codes))
        given = self._given(batch)
        if not given.any():
            return content_lo, content_hi
        alike = pc.match_substring_regex(batch["id"], HASHED).fill_null(False).to_numpy(zero_copy_only=False)
        lo, hi = np.where(given, lo, content_lo), np.where(given, hi, content_hi)
        if alike.any():  # an id written like a content's name is that name, as it will be when read from the lake
            lo[alike], hi[alike] = parsed(batch["id"].filter(pa.array(alike)))
        return lo, hi

    def _ids(self, batch: pa.RecordBatch, lo: Any, hi: Any, times: Any) -> pa.Array:
        """Write `source:id`, or `source:` with the content's name and the number of its occurrence."""
        prefix = f"{self.landing.source}:"
        given = self._given(batch)
        if given.all() and len(given):
            return pc.binary_join_element_wise(pa.scalar(prefix), batch["id"], "")
        made = fixed(prefix, to_hex(lo, hi), "-1")
        many = np.flatnonzero(times > 1)
        if len(many):
            digits = to_hex(lo[many], hi[many])
            texts = [
                f"{prefix}{row.tobytes().decode()}-{number}"
                for row, number in zip(digits, times[many].tolist(), strict=True)
            ]
            made = pc.replace_with_mask(made, pa.array(times > 1), pa.array(texts, pa.string()))
        if given.any():
            made = pc.if_else(pa.array(given), pc.binary_join_element_wise(pa.scalar(prefix), batch["id"], ""), made)
        return made

    def _made(self, batch: pa.RecordBatch, seq: Any, people: list[Any], ids: pa.Array) -> pa.RecordBatch:
        landing, count = self.landing, batch.num_rows
        identifier, customer = self._people(people, count)
        placed = self._placed(batch)
        self._count_places(placed["touchpoint"], placed["about"], customer)
        made: dict[str, Any] = {
            "id": ids,
            "occurred_at": self._moments(batch),
            "occurred_precision": self._precision(batch),
            "received_at": pa.repeat(pa.scalar(landing.now, MOMENT), count),
            "seq": pa.array(seq),
            "identifier": identifier,
            "customer": customer,
            "source": constant(landing.source, count),
            **placed,
        }
        if ("amount" in batch.schema.names or "cost" in batch.schema.names) and landing.currency:
            made["currency"] = self._currency(batch)
        for name in PLACED.names:
            if name not in made and name in batch.schema.names:
                made[name] = batch[name]
        columns = []
        for one in PLACED:
            column = made.get(one.name)
            if column is None:
                text = self.constants.get(one.name)
                column = pa.nulls(count, one.type) if text is None else pa.repeat(pa.scalar(text), count)
            columns.append(column if column.type == one.type else column.cast(one.type))
        return pa.RecordBatch.from_arrays(columns, schema=PLACED)

    def _precision(self, batch: pa.RecordBatch) -> pa.Array:
        if "precision" in batch.schema.names:
            return batch["precision"].dictionary_encode()
        return constant(self.precision, batch.num_rows)

    def _moments(self, batch: pa.RecordBatch) -> pa.Array:
        wall = batch["at"].cast(pa.int64()).to_numpy()
        if "zoned" in batch.schema.names:
            zoned = batch["zoned"].to_numpy(zero_copy_only=False)
            wall = np.where(zoned, wall, to_utc(wall, self.landing.zone))
        elif not self.zoned:
            wall = to_utc(wall, self.landing.zone)
        return pa.array(wall).cast(MOMENT)

    def _people(self, people: list[Any], count: int) -> tuple[pa.Array, pa.Array]:
        if not people:
            return pa.nulls(count, WORD), pa.nulls(count, WORD)
        codes = strongest(people)
        self.landing.known += int((codes >= 0).sum())
        index = pa.array(codes, mask=codes < 0).dictionary_encode()
        names = [self.landing.hashes.names[code] for code in index.dictionary.to_pylist()]
        whose = [self.landing.customer_of.get(name, name) for name in names]
        return (
            pa.DictionaryArray.from_arrays(index.indices, pa.array(names, pa.string())),
            pa.DictionaryArray.from_arrays(index.indices, pa.array(whose, pa.string())),
        )

    def _placed(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        """Place rows: touchpoint, and what follows from it unless said otherwise."""
        made = {name: self._keyed(batch, name) for name in KEYS}
        touchpoint = made["touchpoint"]
        bodies = [self.landing.touchpoints.get(key or "", {}) for key in touchpoint.dictionary.to_pylist()]
        for name in ("stage", "channel"):
            made[name] = filled(made[name], coded(touchpoint.indices, [body.get(name) for body in bodies]))
        judged = any_valid(batch, "score", "text")
        if judged is not None:
            about = pc.if_else(judged, touchpoint.cast(pa.string()), pa.scalar(None, pa.string()))
            made["about"] = filled(made["about"], about.dictionary_encode())
            kind = pc.if_else(judged, "feedback", "event").dictionary_encode()
        else:
            kind = constant("event", batch.num_rows)
        made["kind"] = filled(made["kind"], kind)
        if "event" not in batch.schema.names and "touchpoint" in batch.schema.names:
            made["event"] = batch["touchpoint"]
        if self.landing.moves:
            looked = {name: self.constants.get(name) for name in ("unit", "product")}
            looked |= {name: batch[name] for name in looked if name in batch.schema.names}
            made |= moved({**looked, **made, "source": self.landing.source}, self.landing.moves)
        return made

    def _keyed(self, batch: pa.RecordBatch, name: str) -> pa.DictionaryArray:
        """Give a column of keys: slugs of what the column holds, else of the constant."""
        usual = self.constants.get(name)
        if name not in batch.schema.names:
            if usual is None:
                return nothing(batch.num_rows)
            return constant(self._key(name, usual), batch.num_rows)
        encoded = batch[name].dictionary_encode()
        keys = [self._key(name, text) for text in encoded.dictionary.to_pylist()]
        made = coded(encoded.indices, keys)
        if usual is not None:
            made = filled(made, constant(self._key(name, usual), batch.num_rows))
        return made

    def _key(self, name: str, text: str) -> str | None:
        key = slug(text)
        if key and name in ("touchpoint", "about"):
            key = self.landing.merged.get(key, key)
            self.landing.found.setdefault(key, text)
        return key or None

    def _currency(self, batch: pa.RecordBatch) -> pa.Array:
        money = any_valid(batch, "amount", "cost")
        usual = pc.if_else(money, pa.scalar(self.landing.currency), pa.scalar(None, pa.string()))
        if "currency" in batch.schema.names:
            usual = pc.coalesce(batch["currency"], usual)
        return usual.dictionary_encode()


HASHED = "^[0-9a-f]{32}-[0-9]+$"
"""How the name of a row without an id is written, after its source."""


def parsed(names: pa.Array) -> tuple[Any, Any]:
    """Read the 128 bits from names written as `HASHED`."""
    if not len(names):
        return from_hex(np.empty((0, 32), np.uint8))
    digits = pc.binary_slice(names.cast(pa.binary()), 0, 32)  # made anew, so its bytes stand side by side
    return from_hex(np.frombuffer(digits.buffers()[2], np.uint8, 32 * len(names)).reshape(len(names), 32))


def _written_back(row: dict[str, Any]) -> str:
    """Write a row that was read well as the columns from which it would be read again."""
    at, zoned = row.pop("at"), row.pop("zoned")
    made = {
        (name.removeprefix("id_") if name.startswith("id_") else name): str(value) if name in MONIES else value
        for name, value in row.items()
        if value is not None and name not in ("lo", "hi", "why", "raw", "feeling", "precision")
    }
    if row["precision"] != "second":
        made["occurred_precision"] = row["precision"]
    made["occurred_at"] = f"{at:%Y-%m-%d %H:%M:%S.%f}{'+00:00' if zoned else ''}"
    return msgspec.json.encode(made).decode()


MONIES = ("amount", "cost")
