"""The answers of one survey, read from the lake: what was said to which question, by which response, when and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ibis
import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.selection import Selection
from heartline.store.snapshot import Snapshot

from .codebook import Codebook, Question
from .withholding import Places, whole_fives

COLUMNS = (
    "id", "occurred_at", "landed", "customer", "unit", "channel", "product", "language", "score", "text", "properties",
)  # fmt: skip
Address = tuple[str, str | None]
"""A question, and its row where it has rows."""
Codes = npt.NDArray[np.int64]


NOTHING = msgspec.Raw(b"null")


class Said(msgspec.Struct, gc=False):
    """What the properties of an answer say; `points` and `words` are the score and the text of an anonymous one."""

    survey: Any = None
    question: Any = None
    row: Any = None
    response: Any = None
    edition: Any = None
    chosen: Any = None
    points: Any = None
    words: Any = None
    with_: Any = msgspec.field(default=None, name="with")
    without: Any = None
    importance: Any = None
    satisfaction: Any = None
    hidden: msgspec.Raw = NOTHING


@dataclass(frozen=True)
class Given:
    """The answers to one question or row: where they stand in the sheet, and what they are."""

    places: Places
    values: npt.NDArray[Any]

    def at(self, kept: npt.NDArray[np.bool_]) -> Given:
        """Give some of them."""
        return Given(self.places[kept], self.values[kept])

    def fives(self) -> Given:
        """Give whole fives of them."""
        places = whole_fives(self.places)
        return Given(places, self.values[: len(places)])


@dataclass(frozen=True)
class Sheet:
    """All answers of a survey that a selection picks, in the order in which they landed."""

    book: Codebook
    table: pa.Table
    said: Sequence[Said]
    names: Sequence[str]
    given: Mapping[Address, Given]

    def column(self, name: str) -> list[Any]:
        """Give a column, or a value of the link (`hidden.NAME`), of all answers."""
        if name == "edition":
            return [None if one.edition is None else str(one.edition) for one in self.said]
        if name.startswith("hidden."):
            own = name.removeprefix("hidden.")
            brought = (msgspec.json.decode(one.hidden) for one in self.said)
            return [one.get(own) if isinstance(one, dict) else None for one in brought]
        found: list[Any] = self.table[name].to_pylist()
        return found

    def within(self, units: Collection[str]) -> Sheet:
        """Give whole fives of the answers of some units."""
        kept = np.array([unit in units for unit in self.table["unit"].to_pylist()], np.bool_)
        moved = np.cumsum(kept) - 1
        some = {address: one.at(kept[one.places]).fives() for address, one in self.given.items()}
        given = {address: Given(moved[one.places], one.values) for address, one in some.items() if len(one.places)}
        said = [one for one, mine in zip(self.said, kept, strict=True) if mine]
        names = [one for one, mine in zip(self.names, kept, strict=True) if mine]
        return Sheet(self.book, self.table.filter(pa.array(kept)), said, names, given)

    @cached_property
    def responses(self) -> Codes:
        """The response of every answer, as a number in the order of their first answers."""
        order: dict[str, int] = {}
        return np.array([order.setdefault(name, len(order)) for name in self.names], np.int64)

    @cached_property
    def people(self) -> Codes:
        """The person of every answer, as a number; an answer of nobody known is of a person of its own."""
        column = self.table["customer"].combine_chunks().dictionary_encode()
        codes = np.asarray(pc.fill_null(column.indices, -1).to_numpy(zero_copy_only=False), np.int64)
        return np.where(codes < 0, -1 - np.arange(len(codes)), codes)


def sheet(snapshot: Snapshot, book: Codebook, selection: Selection, only: Sequence[str] = ()) -> Sheet:
    """Read a survey's answers; of an anonymous one whole fives.

    Parameters
    ----------
    only
        Names of responses: others are left out as far as that spares reading them, and may still be there.
    """
    rows = snapshot.selected(selection, *COLUMNS)
    rows = rows.filter(rows.properties.contains(f'"{book.key}"'))
    if only and all(re.fullmatch(r"[\w.:-]+", name, re.ASCII) for name in only):
        rows = rows.filter(ibis.or_(*(rows.id.contains(one) | rows.properties.contains(one) for one in only)))
    table = snapshot.execute(rows).sort_by([("landed", "ascending"), ("id", "ascending")])
    said = msgspec.json.decode(f"[{','.join(table['properties'].to_pylist())}]", type=list[Said])
    own = [one.survey == book.key and one.question in book.questions for one in said]
    if not all(own):
        table = table.filter(pa.array(own, pa.bool_()))
        said = [one for one, mine in zip(said, own, strict=True) if mine]
    table = _anonymous_too(table, said) if book.anonymous else table
    names = [_response(one, name) for one, name in zip(said, table["id"].to_pylist(), strict=True)]
    return Sheet(book, table.drop(["properties"]), said, names, _given(book, table, said))


def _anonymous_too(table: pa.Table, said: Sequence[Said]) -> pa.Table:
    """Fill in scores and texts that stand apart, so that no other question finds them."""
    scores = [_number(one.points) if score is None else score
              for one, score in zip(said, table["score"].to_pylist(), strict=True)]  # fmt: skip
    texts = [one.words if text is None and isinstance(one.words, str) else text
             for one, text in zip(said, table["text"].to_pylist(), strict=True)]  # fmt: skip
    table = table.set_column(table.column_names.index("score"), "score", pa.array(scores, pa.float64()))
    return table.set_column(table.column_names.index("text"), "text", pa.array(texts, pa.string()))


def _response(said: Said, name: str) -> str:
    """Name the response of an answer: as it says, else by what its message is called before the question."""
    return str(said.response or name.partition(":")[2].partition(".")[0] or name)


def _given(book: Codebook, table: pa.Table, said: Sequence[Said]) -> dict[Address, Given]:
    found: dict[Address, tuple[list[int], list[Any]]] = {}
    readers = {key: (_reader(question), bool(question.rows)) for key, question in book.questions.items()}
    scores, texts = table["score"].to_pylist(), table["text"].to_pylist()
    for place, (one, score, text) in enumerate(zip(said, scores, texts, strict=True)):
        read, rowed = readers[one.question]
        value = read(one, score, text)
        if value is None:
            continue
        address = one.question, (one.row if rowed else None)
        here = found.get(address)
        if here is None:
            here = found[address] = ([], [])
        here[0].append(place)
        here[1].append(value)
    given = {address: Given(np.array(places, np.intp), _objects(values))
             for address, (places, values) in found.items()}  # fmt: skip
    if not book.anonymous:
        return given
    return {address: one.fives() for address, one in given.items() if len(whole_fives(one.places))}


def _objects(values: Sequence[Any]) -> npt.NDArray[Any]:
    if all(type(value) is float for value in values):
        return np.array(values, float)
    return np.fromiter(values, object, len(values))


Read = Callable[[Said, float | None, str | None], Any]
"""Gives an answer as its kind has it, from its properties, score and text; None where it is none of that kind."""


def _reader(question: Question) -> Read:
    if question.scale is not None:
        return lambda _said, score, _text: score
    return _READ[question.ask]


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _pair(first: Any, second: Any) -> tuple[float | None, float | None] | None:
    pair = _number(first), _number(second)
    return None if pair == (None, None) else pair


def _several(said: Said, _score: float | None, _text: str | None) -> Any:
    return tuple(map(str, said.chosen)) if isinstance(said.chosen, list) else None


def _one(said: Said, _score: float | None, _text: str | None) -> Any:
    return str(said.chosen) if isinstance(said.chosen, str | int) else None


_READ: dict[str, Read] = {
    "matrix": lambda said, score, _text: _number(said.chosen if said.chosen is not None else score),
    "importance": lambda said, _score, _text: _pair(said.importance, said.satisfaction),
    "kano": lambda said, _score, _text: _pair(said.with_, said.without),
    "number": lambda said, _score, _text: _number(said.chosen),
    "text": lambda _said, _score, text: text, "comment": lambda _said, _score, text: text,
    "multiple": _several, "ranking": _several, "single": _one, "date": _one,
}  # fmt: skip


def members(snapshot: Snapshot, segment: ibis.Table) -> set[str]:
    """Give the customers of a segment."""
    return set(snapshot.execute(segment)["customer"].to_pylist())
