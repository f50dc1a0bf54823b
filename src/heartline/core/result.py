"""What every verb answers with, the same at every door."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from .sentence import Sentence

Value = float | int | str | None


@dataclass(frozen=True)
class Figure:
    """One number that the question is about.

    Parameters
    ----------
    value
        The number; None where nothing is known.
    low, high
        Its 95 % interval; None where the value is a count of all there is.
    n
        How many interactions, trips or customers it rests on: as many as `evidence` lists.
    measured_in
        `count`, `share` (0–1), `s`, `points`, `feeling` (−1…+1), a currency, or a scale's key.
    method
        How it was made, in one line of plain words, with its source where it has one.
    counts
        What n counts: `interactions`, `trips` or `customers`.
    """

    value: Value
    low: float | None = None
    high: float | None = None
    n: int | None = None
    measured_in: str = "count"
    method: str = ""
    counts: str = "interactions"


@dataclass(frozen=True)
class Column:
    """A column of the rows: `type` is str, int, float, bool, timestamp or list."""

    name: str
    type: str
    measured_in: str
    meaning: str


@dataclass(frozen=True)
class AsOf:
    """The lake version that answered, and when it was written."""

    version: int
    time: datetime


@dataclass(frozen=True)
class Result:
    """An answer: one sentence, its figures, its rows, and what to know about them."""

    verb: str
    spec: dict[str, Any]
    as_of: AsOf
    answer: Sentence
    figures: dict[str, Figure] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    rows: list[dict[str, Any]] = field(default_factory=list)
    notes: tuple[Sentence, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as the JSON document that every door sends."""
        return {
            "verb": self.verb,
            "spec": self.spec,
            "as_of": {"version": self.as_of.version, "time": self.as_of.time},
            "answer": str(self.answer),
            "figures": {name: asdict(figure) for name, figure in self.figures.items()},
            "columns": [asdict(column) for column in self.columns],
            "rows": self.rows,
            "notes": [str(note) for note in self.notes],
        }

    def to_json(self) -> bytes:
        """Give the answer as JSON bytes; floats that are no number become null."""
        return msgspec.json.encode(self.to_dict())

    def to_pandas(self) -> Any:
        """Give the rows as a pandas frame."""
        import pandas  # slow to import, wanted in notebooks only

        return pandas.DataFrame(self.rows, columns=[column.name for column in self.columns])

    def with_notes(self, *notes: Sentence) -> Result:
        """Give the same answer with more to know about it."""
        return replace(self, notes=(*self.notes, *notes))
