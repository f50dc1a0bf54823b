"""The page “What did this person answer?”: one response, question by question, and how its words were read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import NotFound
from heartline.core.result import Result
from heartline.core.scales import Scale
from heartline.listen.surveys import codebook
from heartline.listen.surveys.codebook import Codebook, Question
from heartline.server.accounts.asking import ask, at_newest, definitions, may
from heartline.server.shell import filters, navigation, numbers, panels
from heartline.store.definitions import Definitions

from ..asking import kano_words
from ..commands import RIGHT
from ..models import Answering, Survey
from ..sending import OF_EMPLOYEES, SOURCE
from ..words import LANGUAGES
from . import words

MOST = 200
"""Answers of one response whose words are looked up."""
EXACT = ("second", "minute", "hour")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A question, and what was answered: in short, row by row, and in words of their own."""

    question: str
    short: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Answers:
    """What one response said, and what its answers are called."""

    book: Codebook
    scales: Mapping[str, Scale]
    language: str
    row: Row
    texts: Mapping[str, str]

    def lines(self) -> Iterator[Line]:
        """Give every question that is asked, or was answered here."""
        for question in self.book.questions.values():
            line = self._line(question)
            if not question.gone or line.short or line.rows or line.text:
                yield line

    def _line(self, question: Question) -> Line:
        title = self.book.words(question.text, self.language)
        if question.ask in ("text", "comment"):
            return Line(title, text=str(self.row.get(question.key) or ""))
        if question.rows:
            return Line(title, rows=tuple(self._rows(question)))
        return Line(title, short=tuple(self._short(question)), text=self.texts.get(question.key, ""))

    def _short(self, question: Question) -> Iterator[str]:
        value = self.row.get(question.key)
        if question.ask in ("multiple", "ranking"):
            yield from self._options(question)
        elif value is None:
            return
        elif scale := self.scales.get(question.scale or ""):
            yield words.point(question, f"{value:g}") if question.ask == "yesno" else words.of(value, scale.high)
        elif question.ask == "single":
            yield words.part(question.options, str(value), self.book, self.language)
        else:
            yield words.day(str(value)) if question.ask == "date" else numbers.number(value, _digits(value))

    def _options(self, question: Question) -> Iterator[str]:
        """Name what was chosen, or the order in which things were put."""
        values = {one.key: self.row.get(f"{question.key}.{one.key}") for one in question.options}
        chosen = sorted((value, key) for key, value in values.items() if value)
        for value, key in chosen if question.ask == "ranking" else [(0, key) for key, value in values.items() if value]:
            name = words.part(question.options, key, self.book, self.language)
            yield f"{value:g}. {name}" if value else name

    def _rows(self, question: Question) -> Iterator[tuple[str, str]]:
        for part in question.rows:
            place = f"{question.key}.{part.key}"
            said = [text for name in ("", *PAIRS) if (text := self._cell(question, place, name))]
            if said:
                yield words.part(question.rows, part.key, self.book, self.language), ", ".join(said)

    def _cell(self, question: Question, place: str, name: str) -> str:
        value = self.row.get(f"{place}.{name}" if name else place)
        if value is None:
            return ""
        said = kano_words()[int(value) - 1] if question.ask == "kano" else words.of(value, question.points)
        return f"{words.pair(name)}: {said}" if name else said


PAIRS = ("importance", "satisfaction", "with", "without")


def _digits(value: float) -> int:
    return 0 if float(value).is_integer() else 2


@require_safe
def response(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """Show what one response to a survey answered, to who may see single answers; of an anonymous one nothing."""
    asked = at_newest({"survey": key, "response": name, "period": "all"})
    known = definitions(request, asked["as_of"])  # a response is shown within seconds, its survey may be as young
    book = codebook.find(known, key)
    language = get_language() or "en"
    context: dict[str, Any] = {
        "title": _("What did this person answer?"), "crumb": reverse("survey_results", args=[key]),
        "group": book.words(book.title, language),
    }  # fmt: skip
    if book.anonymous:
        return render(request, "surveys/response.html", context | {"withheld": True}, status=403)
    result = ask(request, "responses", {**asked, "limit": 1})
    if not result.rows:
        raise NotFound("unknown", "There is no such answer.", field="response", remedy="Choose one of the results.")
    pieces = _pieces(request, asked, name)
    made = Answers(book, known.scales, language, result.rows[0], _own_words(pieces))
    context |= _about(request, known, book, result, pieces)
    context["lines"] = list(made.lines())
    texts = [row["id"] for row in pieces if row["text"]]
    context["readings"] = panels.at("texts", request, "\n".join(texts)) if texts else []
    return render(request, "surveys/response.html", context)


def _pieces(request: HttpRequest, asked: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Give the interactions of a response that carry a score or a text, as they are read."""
    behind = {"of": "responses", "spec": dict(asked), "row": {"response": name}, "column": "response", "limit": MOST,
              "as_of": asked["as_of"]}  # fmt: skip
    ids = [row["id"] for row in ask(request, "evidence", behind).rows]
    plain = {"period": "all", "as_of": asked["as_of"], "ids": tuple(ids), "limit": MOST}
    return ask(request, "feedback", plain).rows


def _own_words(pieces: list[dict[str, Any]]) -> dict[str, str]:
    """Give what was written beside a choice, by question."""
    return {str(row["question"]): str(row["text"]) for row in pieces if row["text"] and row["question"]}


def _about(
    request: HttpRequest, known: Definitions, book: Codebook, result: Result, pieces: list[dict[str, Any]]
) -> dict[str, Any]:
    """Say who answered, when, by which way, in which language, and where it came from."""
    row = result.rows[0]
    first: Row = pieces[0] if pieces else {}
    exact = (first.get("occurred_precision") or "second") in EXACT
    zone = known.settings["timezone"]
    when = numbers.moment(row["occurred_at"], zone) if exact else numbers.day(row["occurred_at"], zone)
    kept = Answering.objects.filter(token=row["response"], edition__survey__key=book.key).first()
    ours = Survey.objects.filter(key=book.key).exists()
    facts = [
        filters.channel(known, row["channel"]) if row["channel"] else "",
        LANGUAGES.get(row["language"], row["language"]) if row["language"] else "",
        filters.body_label(known, "unit", row["unit"]) if row["unit"] else "",
        filters.body_label(known, "touchpoint", first["about"]) if first.get("about") else "",
        str(first.get("ref") or "")[:60],
        _("brought in: %(source)s") % {"source": first["source"]}
        if first.get("source") not in (None, SOURCE, OF_EMPLOYEES[0]) else "",
    ]  # fmt: skip
    return {
        "answer": _sentence(row["customer"], when), "facts": [fact for fact in facts if fact],
        "unfinished": kept is not None and kept.finished_at is None, "customer": _page_of(row["customer"]),
        "survey": reverse("survey", args=[book.key]) if ours and may(request, RIGHT) else "",
    }  # fmt: skip


def _page_of(customer: str | None) -> str:
    return navigation.address("customer", customer) if customer else ""


def _sentence(customer: str | None, when: str) -> SafeString:
    if not customer:
        return format_html(_("Answered by somebody whom nobody knows here, {when}."), when=when)
    address = _page_of(customer)
    name = numbers.person(customer)
    who = format_html('<a href="{}">{}</a>', address, name) if address else name
    return format_html(_("Answered by {who}, {when}."), who=who, when=when)
