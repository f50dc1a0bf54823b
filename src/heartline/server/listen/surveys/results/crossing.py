"""The page “Who answers otherwise?”: a question beside another, or beside parts of the company or people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import InvalidInput
from heartline.core.result import Result
from heartline.listen.surveys import codebook
from heartline.listen.surveys.codebook import Codebook, Question
from heartline.listen.surveys.crossing import SURE
from heartline.listen.surveys.sorting import OPEN
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions
from heartline.server.shell import doors, filters, numbers
from heartline.store.definitions import Definitions

from . import words
from .views import CHIPS, refuse_narrowing

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Names:
    """What the parts of a survey are called."""

    book: Codebook
    known: Definitions
    language: str

    def questions(self) -> dict[str, str]:
        """Give what can be asked about, by its address."""
        found: dict[str, str] = {}
        for question in self.book.questions.values():
            if question.ask in OPEN:
                continue
            text = self.book.words(question.text, self.language)
            parts = question.options if question.ask in ("multiple", "ranking") else question.rows
            if not parts:
                found[question.key] = text
            for part in parts:
                found[f"{question.key}.{part.key}"] = f"{text} – {self.book.words(part.text, self.language)}"
        return found

    def sides(self) -> dict[str, str]:
        """Give what it can stand beside."""
        found = {"unit": _("Part of the company"), "channel": _("Channel"), "language": _("Language")}
        found |= {f"hidden.{name}": name.replace("_", " ").capitalize() for name in self.book.hidden
                  if name not in ("unit", "channel", "order", "ticket", "booking", "visit")}  # fmt: skip
        if not self.book.anonymous:
            segments = self.known.all("segment")
            found |= {f"segment.{key}": filters.body_label(self.known, "segment", key) for key in segments}
        return found | self.questions()

    def class_(self, address: str, name: str) -> str:
        """Name a class that answers to a question fall into, or a group."""
        key, _dot, part = address.partition(".")
        if address == "unit":
            return filters.body_label(self.known, "unit", name)
        if address == "channel":
            return filters.channel(self.known, name)
        question = self.book.questions.get(key)
        if key == "segment":
            of = filters.body_label(self.known, "segment", part)
            return of if name == "yes" else _("not “%(name)s”") % {"name": of}
        return _class(question, self.book, self.language, name) if question else name


def _class(question: Question, book: Codebook, language: str, name: str) -> str:
    if question.ask == "single":
        return words.part(question.options, name, book, language)
    return words.kano(name) if question.ask == "kano" else words.class_(name)


@require_safe
def crosstab(request: HttpRequest, key: str) -> HttpResponse:
    """Show who answers a question otherwise than the others."""
    known = definitions(request)
    book = codebook.find(known, key)
    names = Names(book, known, get_language() or "en")

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        refuse_narrowing(book, values)
        question, by = _chosen(request, names)
        plain = {name: one for name, one in values.items() if name != "compare"}
        asked = {**plain, "survey": key, "question": question, "by": by}
        result = ask(request, "crosstab", asked)
        return result, _context(names, result, asked)

    return answered(
        request, folder="surveys", title=_("Who answers otherwise?"),
        group=book.words(book.title, names.language), chips=("unit",) if book.anonymous else CHIPS, build=build,
        crumb=reverse("survey_results", args=[key]), template="_results_compare.html",
    )  # fmt: skip


def _chosen(request: HttpRequest, names: Names) -> tuple[str, str]:
    """Read which question stands beside what; by default the first, beside the parts of the company.

    Raises
    ------
    InvalidInput
        `bad_value`.
    """
    questions, sides = names.questions(), names.sides()
    if not questions:
        raise InvalidInput("no_classes", "No question of this survey falls into classes.", field="question")
    question = request.GET.get("question") or next(iter(questions))
    by = request.GET.get("by") or "unit"
    if question not in questions or by not in sides or by == question:
        raise InvalidInput("bad_value", "There is no such question.", field="question", remedy="Choose one shown.")
    return question, by


def _context(names: Names, result: Result, asked: Mapping[str, Any]) -> dict[str, Any]:
    question, by = asked["question"], asked["by"]
    groups = list(dict.fromkeys(row["group"] for row in result.rows))
    sizes = {row["group"]: row["n"] for row in result.rows}
    chance = result.figures["chance"]
    return {
        "key": names.book.key, "answer": said(names, result, asked), "anonymous": names.book.anonymous,
        "questions": _options(names.questions(), question), "sides": _options(names.sides(), by),
        "question_name": names.questions()[question], "by_name": names.sides()[by],
        "kept": {"question": question, "by": by},
        "groups": [(names.class_(by, group), numbers.count(sizes[group])) for group in groups],
        "lines": list(_lines(names, result, asked, groups)),
        "number": result.figures["people"].n or 0,
        "how": [
            (_("Test"), words.test(chance.method)), (_("Chance"), words.chance(_value(chance.value))),
            (_("How strongly"), _strength(result)),
            (_("Marks"), _("▲ more often than in the other groups together, ▼ less often: more than chance explains.")),
            (_("To know"), _("That two things hang together does not say that one is the cause of the other.")),
            (_("To know"), _("Of people who answered several times the last answer counts.")),
        ],
    }  # fmt: skip


def _options(known: Mapping[str, str], chosen: str) -> list[tuple[str, str, bool]]:
    return [(key, text, key == chosen) for key, text in known.items()]


def _lines(names: Names, result: Result, asked: Mapping[str, Any], groups: list[str]) -> Iterator[dict[str, Any]]:
    cells = {(row["answer"], row["group"]): row for row in result.rows}
    for answer in dict.fromkeys(row["answer"] for row in result.rows):
        yield {
            "name": names.class_(asked["question"], answer),
            "cells": [_cell(names, cells[answer, group], asked) for group in groups],
        }


def _cell(names: Names, row: Row, asked: Mapping[str, Any]) -> dict[str, Any]:
    label = names.class_(asked["by"], row["group"])
    if row["count"] is None:
        return {"label": label, "withheld": True}
    told = {key: row[key] for key in ("answer", "group")}
    link = "" if names.book.anonymous else doors.door("crosstab", asked, row=told, column="count")
    return {
        "label": label, "share": numbers.share(row["share"], 0), "count": numbers.count(row["count"]),
        "bar": row["share"], "link": link, "mark": {"more": "▲", "less": "▼"}.get(row["differs"], ""),
        "mark_name": {"more": _("more often"), "less": _("less often")}.get(row["differs"], ""),
    }  # fmt: skip


def said(names: Names, result: Result, asked: Mapping[str, Any]) -> str:
    """Answer the page's question in one sentence."""
    number = result.figures["people"].n or 0
    p = _value(result.figures["chance"].value)
    if not number:
        return _("Nobody has answered both yet.")
    if any(row["count"] is None for row in result.rows):
        return _("Too few answers to tell: this survey is anonymous, and cells of fewer than five are not shown.")
    if p is None:
        return _("%(number)s answered: cannot tell yet.") % {"number": numbers.count(number)}
    chance = words.chance(p)
    if p >= SURE:
        return _("The groups do not differ by more than chance would do (p = %(p)s).") % {"p": chance}
    odd = [row for row in result.rows if row["differs"]]
    if not odd:
        return _("The groups differ, though no answer by itself does (p = %(p)s).") % {"p": chance}
    most = max(odd, key=lambda row: abs(row["residual"]))
    others = [row for row in result.rows if row["answer"] == most["answer"] and row["group"] != most["group"]]
    rest = sum(row["count"] for row in others) / sum(row["n"] for row in others)
    more = _("In the group <strong>{group}</strong> more people answer “{answer}” than in the rest: {share} against"
             " {rest}. That can hardly be chance (p = {p}).")  # fmt: skip
    less = _("In the group <strong>{group}</strong> fewer people answer “{answer}” than in the rest: {share} against"
             " {rest}. That can hardly be chance (p = {p}).")  # fmt: skip
    return format_html(
        more if most["differs"] == "more" else less, group=names.class_(asked["by"], most["group"]),
        answer=names.class_(asked["question"], most["answer"]), share=numbers.in_hundred(most["share"]),
        rest=numbers.in_hundred(rest), p=chance,
    )  # fmt: skip


def _strength(result: Result) -> str:
    figure = result.figures["association"]
    if figure.value is None:
        return _("cannot tell yet")
    return _("Cramér’s V %(value)s, between %(low)s and %(high)s (0: not at all, 1: wholly)") % {
        "value": numbers.number(_value(figure.value), 2), "low": numbers.number(figure.low, 2),
        "high": numbers.number(figure.high, 2),
    }  # fmt: skip


def _value(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None
