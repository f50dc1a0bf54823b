"""The verb `responses`: what each response to a survey answered, one a row."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import pyarrow as pa
from pydantic import Field, field_validator

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake

from .surveys import codebook, keeping
from .surveys.sheet import Sheet, sheet
from .surveys.spreading import Spread, columns
from .surveys.withholding import refused

ABOUT = (
    Column("response", "str", "key", "the response"),
    Column("customer", "str", "key", "who gave it; null when nobody is known"),
    Column("occurred_at", "timestamp", "UTC", "when its newest answer was given"),
    Column("unit", "str", "key", "part of the company"),
    Column("channel", "str", "key", "where it was given"),
    Column("language", "str", "key", "language in which it was answered"),
    Column("edition", "str", "key", "edition of the survey"),
)


@spec
class ResponsesSpec(Selection):
    """Which survey, and how many of its responses.

    Parameters
    ----------
    survey
        Key of the survey.
    response
        Only these responses.
    answered
        Only responses that answered this question.
    limit, offset
        How many rows, from where; no limit lists all.
    """

    survey: str
    response: tuple[str, ...] = ()
    answered: str | None = None
    limit: Annotated[int, Field(ge=0)] | None = 50
    offset: Annotated[int, Field(ge=0)] = 0

    @field_validator("response", mode="before")
    @classmethod
    def _names(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


def _sheet(lake: Lake, spec: ResponsesSpec) -> tuple[Any, Sheet]:
    snapshot = lake.at(spec.as_of)
    book = codebook.find(snapshot.definitions, spec.survey)
    if book.anonymous:
        raise refused("survey")
    if spec.answered is not None and spec.answered not in book.questions:
        raise unknown("question", spec.answered, list(book.questions), field="answered")
    if spec.response:
        return snapshot, sheet(snapshot, book, spec, spec.response)
    return snapshot, keeping.read(snapshot, book, spec)


def responses_evidence(lake: Lake, spec: ResponsesSpec, which: Which) -> Evidence:
    """List the answers behind a cell, all of one response, or one for each response."""
    _, whole = _sheet(lake, spec)
    places = np.sort(np.unique(whole.responses, return_index=True)[1])
    if which.figure is not None:
        if which.figure != "responses":
            raise unknown("figure", which.figure, ["responses"], field="figure")
        if spec.response:
            places = np.array([place for place in places.tolist() if whole.names[place] in spec.response], np.intp)
        return Evidence("interactions", "count", _listed(whole, places, np.ones(len(places))))
    if which.column == "response":
        places = np.array([place for place, name in enumerate(whole.names) if name == which.row.get("response")], int)
        return Evidence("interactions", "count", _listed(whole, places, np.ones(len(places))))
    one = next((one for one in columns(whole.book) if one.name == which.column and one.kind == "float"), None)
    if one is None:
        raise no_evidence(which)
    given = whole.given.get(one.address)
    found = [] if given is None else [
        (place, one.pick(value)) for place, value in zip(given.places.tolist(), given.values.tolist(), strict=True)
        if whole.names[place] == which.row.get("response")
    ][-1:]  # fmt: skip
    found = [(place, value) for place, value in found if value is not None]
    return Evidence("interactions", "mean", _listed(whole, np.array([place for place, _ in found], np.intp),
                                                    np.array([value for _, value in found], float)))  # fmt: skip


def _listed(whole: Sheet, places: Any, values: Any) -> pa.Table:
    names = ("id", "occurred_at", "customer", "unit", "text")
    return whole.table.select(names).take(pa.array(places)).append_column("value", pa.array(values, pa.float64()))


@verb(ResponsesSpec, key=("response", "customer"), evidence=responses_evidence)
def responses(lake: Lake, spec: ResponsesSpec) -> Result:
    """List what each response to a survey answered, the newest first.

    Shape
    -----
    One row per response: `response`, `customer` str; `occurred_at` timestamp; `unit`, `channel`, `language`, `edition`
    str; then a column per question, in the order of the survey: points, numbers and places float; choices, days and
    texts str; `question.row` where it has rows; `question.option` 1 or 0 for several choices, its place for an order;
    `.importance`, `.satisfaction`, `.with`, `.without` of pairs. Null where nothing was answered.

    Uncertainty
    -----------
    None: the answers are all there are.

    Raises
    ------
    NotFound
        `unknown_survey`, `unknown_question`.
    Forbidden
        `anonymous`: answers to an anonymous survey are never listed one by one.

    Privacy
    -------
    Lists pseudonymous customers and what they answered.
    """
    snapshot, whole = _sheet(lake, spec)
    spread = columns(whole.book)
    number = len(set(whole.names).intersection(spec.response) if spec.response else set(whole.names))
    return Result(
        verb="responses",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=Sentence("{n} responses.", {"n": say.count(number)}),
        figures={"responses": Figure(number, n=number, method="responses with an answer in this selection")},
        columns=(*ABOUT, *(Column(one.name, one.kind, "", f"answer to {one.question.key}") for one in spread)),
        rows=_rows(whole, spread, spec),
    )


def _rows(whole: Sheet, spread: list[Spread], spec: ResponsesSpec) -> list[dict[str, Any]]:
    """Fill a row for each response; of several answers to a question the last that landed counts."""
    about = {column.name: whole.column(column.name) for column in ABOUT if column.name != "response"}
    newest: dict[str, int] = {}
    for place, name in enumerate(whole.names):
        if name not in newest or about["occurred_at"][place] >= about["occurred_at"][newest[name]]:
            newest[name] = place
    some = newest.keys() & set(spec.response) if spec.response else newest
    order = sorted(some, key=lambda name: (about["occurred_at"][newest[name]], name), reverse=True)
    if spec.answered is not None:
        those = {whole.names[place] for address, given in whole.given.items() if address[0] == spec.answered
                 for place in given.places.tolist()}  # fmt: skip
        order = [name for name in order if name in those]
    wanted = order[spec.offset : None if spec.limit is None else spec.offset + spec.limit]
    empty = dict.fromkeys(one.name for one in spread)
    rows = {
        name: {"response": name, **{key: values[newest[name]] for key, values in about.items()}, **empty}
        for name in wanted
    }
    for one in spread:
        given = whole.given.get(one.address)
        if given is not None:
            for place, value in zip(given.places.tolist(), given.values.tolist(), strict=True):
                row = rows.get(whole.names[place])
                if row is not None:
                    row[one.name] = one.pick(value)
    return list(rows.values())
