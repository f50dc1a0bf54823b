"""The shape of every answer, as the API describes it: the JSON of `core.result.Result`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field


class Moment(BaseModel):
    """The version of the data that answered."""

    version: int = Field(description="Ask again with this `as_of` and the numbers will be the same.")
    time: datetime = Field(description="When that version was written.")


class Number(BaseModel):
    """A figure."""

    value: float | int | str | None = Field(description="Null where nothing is known; shares 0–1, times in seconds.")
    low: float | None = Field(description="Lower end of the 95 % interval.")
    high: float | None = Field(description="Upper end of the 95 % interval.")
    n: int | None = Field(description="How many interactions, trips or customers it rests on.")
    measured_in: str
    method: str = Field(description="How it was made.")
    counts: str = Field(description="What n counts: interactions, trips or customers.")


class Heading(BaseModel):
    """A column of the rows."""

    name: str
    type: str
    measured_in: str
    meaning: str


class Answer(BaseModel):
    """An answer: one sentence, its figures, its rows, and what to know about them."""

    verb: str
    spec: dict[str, Any] = Field(description="What was asked, with the period that was used.")
    as_of: Moment
    answer: str
    figures: dict[str, Number]
    columns: list[Heading]
    rows: list[dict[str, Any]]
    notes: list[str]
