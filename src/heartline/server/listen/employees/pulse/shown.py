"""What employees answered, as the page shows it: one number, statements month by month, and part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.db.models.functions import TruncMonth

from heartline.core.result import Result
from heartline.listen.employees.moved import Moved, moved
from heartline.listen.surveys import codebook
from heartline.listen.surveys.codebook import Codebook
from heartline.server.shell import filters, numbers, trends
from heartline.store.definitions import Definitions

from ..models import Question
from . import words

LEADING = ("nps", "mean", "top")
MONTHS = 6
UNITS = 8
Row = Mapping[str, Any]


def books(known: Definitions) -> list[Codebook]:
    """Give the surveys that ask employees and were asked: first those that ask whether they would recommend it."""
    some = [codebook.read(key, body) for key, body in known.all(codebook.KIND).items()]
    ours = [book for book in some if book.employees]
    return sorted(ours, key=lambda book: (not _recommends(book), book.key))


def _recommends(book: Codebook) -> bool:
    return any(question.scale == "enps" for question in book.questions.values())


@dataclass(frozen=True)
class Statement:
    """A question or a row of one, that is answered on a scale."""

    key: tuple[str, str | None]
    text: str
    measure: str
    whole: Row


def statements(book: Codebook, result: Result, language: str) -> list[Statement]:
    """Give what was asked on scales, with its leading number over all of time, in the order of the survey."""
    made = []
    for row in result.rows:
        question = book.questions[row["question"]]
        if row["measure"] in LEADING[:2] and not row["option"] and question.ask in ("matrix", *_SCALED):
            part = next((one for one in question.rows if one.key == row["row"]), None)
            text = book.words(part.text if part else question.text, language)
            made.append(Statement((row["question"], row["row"]), text, row["measure"], row))
    return made


_SCALED = ("enps", "nps", "agree5", "agree7", "csat5", "csat7", "ces7", "stars5", "smiley5", "smiley3", "rating10")


def of(one: Statement, rows: Sequence[Row]) -> list[Row]:
    """Give the rows of a statement among those of all."""
    return [row for row in rows if (row["question"], row["row"]) == one.key and row["measure"] == one.measure
            and not row["option"]]  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A number in a table, with its interval and how many answers."""

    text: str
    between: str = ""
    n: str = ""
    label: str = ""


def by_month(some: Sequence[Statement], monthly: Result) -> dict[str, Any]:
    """Give the last months of each statement, and whether it moved from one to the next."""
    seen = sorted({trends.first_of(row["period"]) for one in some for row in of(one, monthly.rows)})[-MONTHS:]
    heads = [trends.month_name(month) for month in seen]
    lines = []
    for one in some:
        here = {trends.first_of(row["period"]): row for row in of(one, monthly.rows)}
        cells = [cell(here.get(month), head) for month, head in zip(seen, heads, strict=True)]
        lines.append({"text": one.text, "cells": cells, "moved": words.moved(change(here), one.measure)})
    return {"months": heads, "lines": lines} if len(seen) > 1 else {}


def change(here: Mapping[date, Row]) -> Moved | None:
    """Give the change from the last month but one that is known to the last."""
    months = sorted(here)
    return moved(here[months[-1]], here[months[-2]]) if len(months) > 1 else None


def by_unit(some: Sequence[Statement], split: Result, known: Definitions) -> dict[str, Any]:
    """Give each statement by part of the company; parts with too few answers are not there."""
    units = sorted({row["group"] for one in some for row in of(one, split.rows) if row["group"]})[:UNITS]
    if len(units) < 2:
        return {}
    names = [filters.body_label(known, "unit", unit) for unit in units]
    lines = []
    for one in some:
        here = {row["group"]: row for row in of(one, split.rows)}
        cells = [cell(here.get(unit), name) for unit, name in zip(units, names, strict=True)]
        lines.append({"text": one.text, "cells": cells})
    return {"units": names, "lines": lines}


def cell(row: Row | None, label: str) -> Cell:
    """Write a number; a dash where too few answered."""
    if row is None:
        return Cell(numbers.NONE, label=label)
    return Cell(words.value(row), words.between(row), numbers.count(row["n"]), label)


def participation(key: str, monthly: Result) -> list[dict[str, str]]:
    """Say of how many who were asked by mail in a month how many answered at least, in fives; newest first."""
    asked = {
        row["month"].date(): row["n"]
        for row in Question.objects.filter(pulse__survey=key, state=Question.State.SENT)
        .annotate(month=TruncMonth("at")).values("month").order_by("month").annotate(n=Count("pk"))
    }  # fmt: skip
    answered: dict[date, int] = {}
    for row in monthly.rows:
        month = trends.first_of(row["period"])
        answered[month] = max(answered.get(month, 0), row["n"])
    return [
        {"month": trends.month_name(month), "asked": numbers.count(number),
         "answered": numbers.count(answered[month]) if answered.get(month) else numbers.NONE,
         "share": numbers.share(min(1.0, answered[month] / number), 0) if answered.get(month) else numbers.NONE}
        for month, number in sorted(asked.items(), reverse=True)[:MONTHS] if number >= words.FEWEST
    ]  # fmt: skip
