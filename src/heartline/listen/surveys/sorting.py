"""Answers sorted into few classes, for a table of two questions, or of a question and who answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.core.errors import InvalidInput, unknown
from heartline.core.scales import Scale
from heartline.store.selecting import segment
from heartline.store.snapshot import Snapshot

from .codebook import Codebook, Question
from .counting import Numbers
from .kano import CATEGORIES, category
from .sheet import Given, Sheet, members
from .splitting import COLUMNS
from .telling import POINTS_SCALES

BAD, MIDDLE, GOOD = "bad", "middle", "good"
YES, NO = "yes", "no"
QUARTERS = ("lowest", "lower", "higher", "highest")
OPEN = ("text", "comment", "date")
"""Ways of asking whose answers fall into no classes."""


@dataclass(frozen=True)
class Classes:
    """Answers with their class: places in the sheet, a class each, and the classes there are, in order."""

    given: Given
    names: tuple[str, ...]


def classes(sheet: Sheet, address: str, scales: Mapping[str, Scale], *, alone: bool = True) -> Classes:
    """Sort the answers to a question, a row (`service.staff`), or an option of several (`used.card`: yes or no).

    Parameters
    ----------
    alone
        Several choices of one person make classes that overlap; where that cannot be, an option must be named.

    Raises
    ------
    NotFound
        `unknown_question`.
    InvalidInput
        `no_classes` for answers that fall into none: texts and days; `several_choices`.
    """
    key, _, part = address.partition(".")
    question = _question(sheet.book, key)
    if question.ask in OPEN:
        raise InvalidInput(
            "no_classes", "Texts and days fall into no classes.", field="question", remedy="Choose another question."
        )
    if question.ask in ("multiple", "ranking"):
        return _option(sheet, question, part, alone)
    if question.rows and part not in {row.key for row in question.rows}:
        raise unknown("row", part, [f"{key}.{row.key}" for row in question.rows], field="question")
    given = sheet.given.get((key, part or None))
    if given is None:
        return Classes(Given(np.zeros(0, np.intp), np.zeros(0, object)), ())
    return _sorted(question, given, scales)


def _question(book: Codebook, key: str) -> Question:
    if key not in book.questions:
        raise unknown("question", key, list(book.questions), field="question")
    return book.questions[key]


def _option(sheet: Sheet, question: Question, part: str, alone: bool) -> Classes:
    known = [option.key for option in question.options]
    given = sheet.given.get((question.key, None), Given(np.zeros(0, np.intp), np.zeros(0, object)))
    if part in known:
        first = question.ask == "ranking"
        hits = [one[:1] == (part,) if first else part in one for one in given.values]
        return _named(given, [YES if hit else NO for hit in hits], (YES, NO))
    if part or alone:
        remedy = f"Name one: {', '.join(f'{question.key}.{key}' for key in known)}."
        raise InvalidInput("several_choices", "People chose several of these.", field="question", remedy=remedy)
    raise InvalidInput("several_choices", "People chose several of these.", field="question")


def _named(given: Given, names: list[str], order: tuple[str, ...]) -> Classes:
    return Classes(Given(given.places, np.array(names, dtype=object)), order)


def _sorted(question: Question, given: Given, scales: Mapping[str, Scale]) -> Classes:
    if question.ask == "single":
        return _named(given, given.values.tolist(), tuple(option.key for option in question.options))
    if question.ask == "number":
        return _quarters(given)
    if question.ask == "kano":
        known = np.array([None not in pair for pair in given.values], bool)
        kept = given.at(known)
        return _named(kept, [category(*pair) for pair in kept.values], tuple(CATEGORIES))
    if question.ask == "importance":
        known = np.array([pair[1] is not None for pair in given.values], bool)
        kept = given.at(known)
        given = Given(kept.places, np.array([pair[1] for pair in kept.values], float))
    scale = scales.get(question.scale or POINTS_SCALES.get(question.points, ""))
    return _named(given, *_feels(given.values, scale or Scale("points", 1, question.points, "mean")))


def _feels(values: Numbers, scale: Scale) -> tuple[list[str], tuple[str, ...]]:
    """Say of each point of a scale whether it is bad, good, or between."""
    if scale.key == "yesno":
        return [YES if one else NO for one in values], (YES, NO)
    middle = (scale.low + scale.high) / 2
    if scale.measure == "nps":
        edges = (6.0, 9.0)
    elif scale.top_from is not None:
        edges = (np.nextafter(middle, scale.low), scale.top_from)
    else:
        edges = (np.nextafter(middle, scale.low), np.nextafter(middle, scale.high))
    names = [BAD if one <= edges[0] else GOOD if one >= edges[1] else MIDDLE for one in values]
    return names, (BAD, MIDDLE, GOOD)


def _quarters(given: Given) -> Classes:
    edges = np.quantile(given.values, (0.25, 0.5, 0.75)) if len(given.values) else np.zeros(3)
    return _named(given, [QUARTERS[place] for place in np.searchsorted(edges, given.values, side="left")], QUARTERS)


def groups(
    snapshot: Snapshot, sheet: Sheet, by: str, scales: Mapping[str, Scale]
) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
    """Give the group of every response's answers, None where it is in none, and the groups in order.

    Parameters
    ----------
    by
        A question as `classes` takes it, a column, `hidden.NAME`, or `segment.KEY`: in it or not.
    """
    if by.startswith("segment."):
        if sheet.book.anonymous:
            raise InvalidInput("nobody_known", "Nobody is known in an anonymous survey.", field="by")
        inside = members(snapshot, segment(snapshot, by.removeprefix("segment.")))
        found = [None if one is None else YES if one in inside else NO for one in sheet.table["customer"].to_pylist()]
        return np.array(found, object), (YES, NO)
    if by in COLUMNS or by.startswith("hidden."):
        column = [None if one is None else str(one) for one in sheet.column(by)]
        return np.array(column, object), tuple(sorted({one for one in column if one is not None}))
    made = classes(sheet, by, scales)
    of_response = dict(zip(sheet.responses[made.given.places].tolist(), made.given.values.tolist(), strict=True))
    return np.array([of_response.get(one) for one in sheet.responses.tolist()], object), made.names
