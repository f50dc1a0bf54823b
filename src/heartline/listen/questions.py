"""The verb `questions`: what people answered to each question of a survey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pydantic import field_validator

from heartline.core import say
from heartline.core.employees import FEWEST
from heartline.core.errors import InvalidInput, unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Keys, Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .surveys import codebook, keeping, splitting
from .surveys.counting import People, estimate
from .surveys.pieces import Piece, pieces, umux
from .surveys.sheet import Sheet
from .surveys.withholding import refused

KEYS = ("question", "row", "measure", "option")
DISTRIBUTION = frozenset({"share", "first"})
MEASURES = {"count": "count", "minus": "mean"}
"""Measures of `heartline.core.measures` where they are called otherwise."""


@spec
class QuestionsSpec(Selection):
    """Which survey, and how to split what people answered.

    Parameters
    ----------
    survey
        Key of the survey.
    question
        Only these questions.
    every
        Rows per `day`, `week`, `month`, `quarter` or `year` of company time, of the leading measures only.
    by
        Rows per value of `unit`, `channel`, `product`, `language`, `edition` or a value of the link (`hidden.plan`),
        of the leading measures only.
    """

    survey: str
    question: Keys = ()
    every: Literal["day", "week", "month", "quarter", "year"] | None = None
    by: str | None = None

    @field_validator("by")
    @classmethod
    def _known(cls, value: str | None) -> str | None:
        if value is not None and value not in splitting.COLUMNS and not value.startswith("hidden."):
            raise InvalidInput(
                "unknown_column", f"Answers cannot be split by “{value}”.", field="by",
                remedy=f"Columns: {', '.join(splitting.COLUMNS)}, hidden.NAME.",
            )  # fmt: skip
        return value


@dataclass(frozen=True)
class Asked:
    """A question about a survey: its answers, and the pieces of them that are shown, part by part."""

    spec: QuestionsSpec
    snapshot: Snapshot
    sheet: Sheet

    @property
    def splits(self) -> bool:
        """Tell whether the answers are split."""
        return bool(self.spec.every or self.spec.by)

    def made(self) -> Iterator[tuple[dict[str, Any], Piece]]:
        """Give each piece with the period and group it is of."""
        book, scales = self.sheet.book, self.snapshot.definitions.scales
        parts = splitting.parts(self.snapshot, self.sheet, self.spec.every, self.spec.by)
        for question in book.questions.values():
            if self.spec.question and question.key not in self.spec.question:
                continue
            for row in question.rows or (None,):
                address = (question.key, row.key if row else None)
                for keys, given in splitting.split(self.sheet, address, parts):
                    for piece in pieces(book, address, given, scales):
                        if self._shows(piece):
                            yield keys, piece

    def _shows(self, piece: Piece) -> bool:
        if not self.splits:
            return True
        return piece.leads and not (self.sheet.book.anonymous and piece.measure in DISTRIBUTION)

    def people(self, places: npt.NDArray[np.intp]) -> People:
        """Say whose answers stand at some places."""
        return People(self.sheet.people[places])


def _asked(lake: Lake, spec: QuestionsSpec) -> Asked:
    snapshot = lake.at(spec.as_of)
    book = codebook.find(snapshot.definitions, spec.survey)
    for key in spec.question:
        if key not in book.questions:
            raise unknown("question", key, list(book.questions), field="question")
    if book.anonymous and spec.every and spec.by:
        raise refused("by")
    return Asked(spec, snapshot, keeping.read(snapshot, book, spec))


def questions_evidence(lake: Lake, spec: QuestionsSpec, which: Which) -> Evidence:
    """List the answers behind a number; those to an anonymous survey without anything else of theirs."""
    asked = _asked(lake, spec)
    if which.figure is not None:
        return _behind_figure(asked, which.figure)
    if which.column not in ("value", "n"):
        raise no_evidence(which)
    if asked.sheet.book.anonymous and asked.splits:
        raise refused("by")
    wanted = {name: which.row.get(name) for name in (*KEYS, "period", "group")}
    for keys, piece in asked.made():
        if {**dict.fromkeys(("period", "group")), **keys, **dict(zip(KEYS, piece.key, strict=True))} == wanted:
            return _evidence(asked, piece, counted=which.column == "n")
    raise unknown("row", repr(which.row), [], field="row")


def _behind_figure(asked: Asked, name: str) -> Evidence:
    whole = asked.sheet
    if name == "umux_lite":
        piece = umux(whole.book, whole.given, whole.responses)
        if piece is not None:
            return _evidence(asked, piece, counted=False)
        return Evidence("interactions", "mean", _listed(whole, np.zeros(0, np.intp), np.zeros(0)))
    if name not in ("responses", "answers"):
        raise unknown("figure", name, ["responses", "answers", "umux_lite"], field="figure")
    places = np.arange(len(whole.names))
    if name == "responses":
        places = np.sort(np.unique(whole.responses, return_index=True)[1])
    return Evidence("interactions", "count", _listed(whole, places, np.ones(len(places))))


def _evidence(asked: Asked, piece: Piece, *, counted: bool) -> Evidence:
    measure = "count" if counted else MEASURES.get(piece.how, piece.how)
    return Evidence("interactions", measure, _listed(asked.sheet, piece.places, piece.values))


def _listed(whole: Sheet, places: npt.NDArray[np.intp], values: npt.NDArray[Any]) -> pa.Table:
    """List answers; of an anonymous survey only what was answered, in an order that says nothing."""
    value = pa.array(values, pa.float64())
    if whole.book.anonymous:
        table = pa.table({"text": whole.table["text"].take(pa.array(places)), "value": value})
        return table.sort_by([("value", "ascending"), ("text", "ascending")])
    names = ("id", "occurred_at", "customer", "unit", "text")
    return whole.table.select(names).take(pa.array(places)).append_column("value", value)


@verb(QuestionsSpec, key=(*KEYS, "period", "group"), evidence=questions_evidence)
def questions(lake: Lake, spec: QuestionsSpec) -> Result:
    """Say what people answered to each question of a survey.

    Shape
    -----
    One row per question, row of it, measure and option, and per `period` and `group` where `every` and `by` are set:
    `question` str; `row` str, null where the question has none; `measure` str; `option` str, the choice, point, month
    or Kano category of a share, else null; `value`, `low`, `high` float; `n` int answers. Measures: `nps`, `mean`,
    `top` of scales; `share` of choices and points; `rank` (mean place) and `first` of rankings; `importance`,
    `satisfaction` and their `gap`; `better`, `worse` of Kano pairs; `mean`, `p10`, `p25`, `median`, `p75`, `p90` of
    numbers; `texts`. In the order of the survey. Figures: `responses`, `answers`, and `umux_lite` where it is asked.

    Units
    -----
    Shares 0–1, `worse` 0 to −1; NPS in points; means in points of the scale; gaps and UMUX-Lite in points of 100.

    Uncertainty
    -----------
    NPS: adjusted Wald (Rocks 2016). Shares: Wilson. Means: ∓ 1.96 standard errors; gaps paired. Quantiles: between
    two answers, by the binomial distribution. Clustered by customer where one answered several times.

    Raises
    ------
    NotFound
        `unknown_survey`, `unknown_question`, `unknown_unit`, …
    Forbidden
        `anonymous` for filters and splits that would cut few people out of an anonymous survey.

    Privacy
    -------
    Of anonymous surveys only whole fives of answers count, in the order in which they landed; see
    `heartline.listen.surveys.withholding`.

    Source
    ------
    Kano, Seraku, Takahashi & Tsuji (1984); Berger and others (1993); Lewis, Utesch & Maher (2013).
    """
    asked = _asked(lake, spec)
    rows = [_row(asked, keys, piece) for keys, piece in asked.made()]
    period = "all" if asked.sheet.book.anonymous else str(asked.snapshot.period(spec))
    figures = _figures(asked)
    return Result(
        verb="questions",
        spec=to_dict(spec) | {"period": period},
        as_of=AsOf(asked.snapshot.version, asked.snapshot.time),
        answer=_answer(figures),
        figures=figures,
        columns=_columns(spec),
        rows=rows,
        notes=_notes(asked),
    )


def _row(asked: Asked, keys: dict[str, Any], piece: Piece) -> dict[str, Any]:
    value, (low, high) = estimate(piece.how, piece.values, asked.people(piece.places))
    told = dict(zip(KEYS, piece.key, strict=True))
    return {**told, **keys, "value": value, "low": low, "high": high, "n": len(piece.places)}


def _figures(asked: Asked) -> dict[str, Figure]:
    whole = asked.sheet
    responses, answers = len(set(whole.names)), len(whole.names)
    found = {
        "responses": Figure(responses, n=responses, method="responses with an answer in this selection"),
        "answers": Figure(answers, n=answers, method="answers in this selection"),
    }
    piece = umux(whole.book, whole.given, whole.responses)
    if piece is not None:
        value, (low, high) = estimate(piece.how, piece.values, asked.people(piece.places))
        method = "mean of both statements on 0–100 (Lewis, Utesch & Maher 2013); 1.96 standard errors"
        found["umux_lite"] = Figure(value, low, high, len(piece.places), "points of 100", method)
    return found


def _answer(figures: dict[str, Figure]) -> Sentence:
    number = figures["responses"].n or 0
    if not number:
        return Sentence("Nobody has answered here yet.")
    values = {"responses": say.count(number), "answers": say.count(figures["answers"].n)}
    return Sentence("{responses} responses gave {answers} answers.", values)


def _notes(asked: Asked) -> tuple[Sentence, ...]:
    if not asked.sheet.book.anonymous:
        return ()
    said = "This survey is anonymous: only whole fives of answers are shown, and nothing that fewer than {fewest} gave."
    return (Sentence(said, {"fewest": FEWEST}),)


def _columns(spec: QuestionsSpec) -> tuple[Column, ...]:
    splits = [Column("period", "str", "key", "company time, as a selection reads it")] if spec.every else []
    if spec.by:
        splits.append(Column("group", "str", "key", f"{spec.by} of the answers; null where unknown"))
    return (
        Column("question", "str", "key", "key of the question"),
        Column("row", "str", "key", "key of the row; null where it has none"),
        Column("measure", "str", "key", "what was counted"),
        Column("option", "str", "key", "choice, point, month or category that a share is of; else null"),
        *splits,
        Column("value", "float", "by measure", "share 0–1, points, mean on the scale, or place"),
        Column("low", "float", "as value", "lower end of the 95 % interval"),
        Column("high", "float", "as value", "upper end of the 95 % interval"),
        Column("n", "int", "count", "answers"),
    )
