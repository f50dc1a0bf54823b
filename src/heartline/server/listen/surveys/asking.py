"""A question as the page shows it, and what its form sends as the engine takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from heartline.core.scales import SCALES
from heartline.listen.surveys.flow import Response, options, rows
from heartline.listen.surveys.piping import piped
from heartline.listen.surveys.values import SCALED, Question, Survey, Text, said

FACE = "M16 3a13 13 0 1 0 0 26 13 13 0 1 0 0-26M11.5 12v1.5M20.5 12v1.5"
STAR = "M16 3.5l3.9 8 8.7 1.2-6.3 6.1 1.5 8.7-7.8-4.1-7.8 4.1 1.5-8.7-6.3-6.1 8.7-1.2z"
KANO = (1, 2, 3, 4, 5)


Put = Callable[[str, Survey, Response, str], str]


def shown(
    question: Question, survey: Survey, response: Response, language: str, wrong: str = "", put: Put = piped
) -> dict[str, Any]:
    """Give what the template needs of a question; `put` puts what is known into its texts."""
    value = response.answers.get(question.key)

    def text(words: Text) -> str:
        return put(said(words, language, survey.languages), survey, response, language)

    return {
        "key": question.key, "ask": question.ask, "name": f"q-{question.key}", "text": text(question.text),
        "hint": text(question.hint), "required": question.required, "wrong": wrong, "value": value,
        "low": text(question.low), "high": text(question.high), "points": _points(question, value),
        "options": [
            {"key": one.key, "text": text(one.text), "chosen": one.key in _chosen(value), "other": one.other,
             "place": _place(value, one.key)}
            for one in options(question, response.seed)
        ],
        "ranks": range(1, len(question.options) + 1),
        "words": value.get("words", "") if isinstance(value, Mapping) else "",
        "rows": [{"key": row.key, "text": text(row.text), "cells": _cells(question, row.key, value)}
                 for row in rows(question, response.seed)],
        "fields": [{"name": name, "label": labels()[name], "type": TYPES[name], "auto": AUTO[name],
                    "value": (value or {}).get(name, "")} for name in question.fields],
        "least": question.least, "most": question.most,
    }  # fmt: skip


TYPES = {"name": "text", "email": "email", "phone": "tel", "company": "text", "address": "text"}
AUTO = {"name": "name", "email": "email", "phone": "tel", "company": "organization", "address": "street-address"}


def labels() -> dict[str, str]:
    """Name the fields of contact data."""
    return {"name": _("Name"), "email": _("E-mail"), "phone": _("Phone"), "company": _("Company"),
            "address": _("Address")}  # fmt: skip


def _points(question: Question, value: Any) -> list[dict[str, Any]]:
    if question.ask not in SCALED:
        return []
    scale = SCALES[SCALED[question.ask]]
    numbers = range(int(scale.low), int(scale.high) + 1)
    if question.ask == "yesno":
        return [
            {"number": 1, "chosen": value == 1, "text": _("Yes"), "paths": []},
            {"number": 0, "chosen": value == 0, "text": _("No"), "paths": []},
        ]
    return [
        {"number": number, "chosen": value == number, "text": str(number),
         "paths": looks(question.ask, number, int(scale.low), int(scale.high))}
        for number in numbers
    ]  # fmt: skip


def looks(ask: str, number: int, low: int, high: int) -> list[str]:
    """Draw a point of a scale in a square of 32: a face from sad to glad, or a star; nothing for other scales."""
    if ask == "stars5":
        return [STAR]
    if not ask.startswith("smiley"):
        return []
    mood = 2 * (number - low) / (high - low) - 1
    corner, middle = 21 - 2 * mood, 21 + 5 * mood
    return [FACE, f"M10 {corner:g}Q16 {middle:g} 22 {corner:g}"]


def _chosen(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        value = value.get("choices", value.get("choice"))
    return list(value) if isinstance(value, list | tuple) else [value]


def _place(value: Any, key: str) -> int | None:
    return value.index(key) + 1 if isinstance(value, list) and key in value else None


def _cells(question: Question, row: str, value: Any) -> list[dict[str, Any]]:
    """Give the scales of a row: one of a matrix, two of importance and Kano."""
    given = (value or {}).get(row)
    if question.ask == "matrix":
        return [{"name": f"q-{question.key}--{row}", "label": "", "points": _row(question.points, given)}]
    pair = {
        "importance": (("importance", _("How important?")), ("satisfaction", _("How satisfied?"))),
        "kano": (("with", _("If it is there")), ("without", _("If it is missing"))),
    }.get(question.ask, ())
    points = len(KANO) if question.ask == "kano" else question.points
    return [
        {"name": f"q-{question.key}--{row}--{part}", "label": label, "points": _row(points, (given or {}).get(part))}
        for part, label in pair
    ]


def _row(points: int, chosen: Any) -> list[dict[str, Any]]:
    return [{"number": number, "chosen": chosen == number} for number in range(1, points + 1)]


def kano_words() -> list[str]:
    """Say the five answers of a Kano pair."""
    return [_("I like it"), _("I expect it"), _("I do not care"), _("I can live with it"), _("I dislike it")]


def given(questions: Iterable[Question], form: QueryDict) -> dict[str, Any]:
    """Read a form: every question that was on the page has an answer, None for none."""
    on_page = set(form.getlist("asked"))
    return {question.key: _one(question, form) for question in questions if question.key in on_page}


def _one(question: Question, form: QueryDict) -> Any:
    name = f"q-{question.key}"
    if question.ask == "multiple":
        return _with_words(name, "choices", form.getlist(name), form)
    if question.ask == "single":
        return _with_words(name, "choice", form.get(name, ""), form)
    if question.ask == "ranking":
        places = {option.key: form.get(f"{name}--{option.key}", "") for option in question.options}
        return sorted((key for key, place in places.items() if place.isdigit()), key=lambda key: int(places[key]))
    if question.ask == "contact":
        return {field: form.get(f"{name}--{field}", "") for field in question.fields}
    if question.ask == "matrix":
        return {row.key: form.get(f"{name}--{row.key}", "") for row in question.rows}
    if question.ask in ("importance", "kano"):
        parts = ("importance", "satisfaction") if question.ask == "importance" else ("with", "without")
        found = {row.key: {part: form.get(f"{name}--{row.key}--{part}", "") for part in parts} for row in question.rows}
        return {row: {part: value for part, value in pair.items() if value} for row, pair in found.items()}
    if question.ask == "consent":
        return form.get(name) == "on"
    return form.get(name)


def _with_words(name: str, part: str, chosen: Any, form: QueryDict) -> Any:
    words = form.get(f"{name}--words", "").strip()
    return {part: chosen, "words": words} if words and chosen else chosen or None
