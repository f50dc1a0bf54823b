"""The page “What did people answer?”: a survey’s questions with their numbers, over time, and by unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import InvalidInput
from heartline.core.result import Result
from heartline.core.scales import Scale
from heartline.listen.surveys import codebook
from heartline.listen.surveys.codebook import Codebook, Question
from heartline.listen.text.quotes import representative
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, asker, definitions, may
from heartline.server.shell import doors, filters, numbers, ratings, trends
from heartline.store.definitions import Definitions

from .. import funnel
from ..commands import RIGHT, value
from ..models import Survey
from . import shown, words
from .shown import Block, Shown

CHIPS = ("unit", "channel", "segment")
KINDS = (("csv", "CSV"), ("xlsx", "Excel"), ("sav", "SPSS"))
TEXTS = 5
AMONG = 400
"""Texts among which those that stand for all are looked for: the newest."""
"""Texts that are shown of a question; the others are a click away."""
QUESTIONS_WITH_TEXTS = 3
"""Questions whose texts are shown at once."""


@require_safe
def results(request: HttpRequest, key: str) -> HttpResponse:
    """Show what people answered to a survey."""
    known = definitions(request)
    book = codebook.find(known, key)
    language = get_language() or "en"

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        refuse_narrowing(book, values)
        result = ask(request, "questions", {**values, "survey": key})
        made = _blocks(book, known, language, result, values)
        return result, {**_context(request, made, result, values), "allowed": _may(request, book)}

    title = book.words(book.title, language)
    crumb = reverse("survey", args=[key]) if may(request, RIGHT) else ""
    return answered(
        request, folder="surveys", title=_("What did people answer?"), group=title,
        chips=("unit",) if book.anonymous else CHIPS, build=build, charts=True, crumb=crumb, template="_results.html",
    )  # fmt: skip


def refuse_narrowing(book: Codebook, values: Mapping[str, Any]) -> None:
    """Refuse filters that an anonymous survey does not take, in words that every page has.

    Raises
    ------
    InvalidInput
        `bad_value`.
    """
    odd = sorted(set(values) - {"unit", "as_of"}) if book.anonymous else []
    if odd:
        raise InvalidInput("bad_value", "This survey is anonymous.", field=odd[0], remedy="Ask for parts only.")


def _may(request: HttpRequest, book: Codebook) -> dict[str, bool]:
    """Say what is offered: single answers only to who may see people, and never of an anonymous survey."""
    return {"answers": may(request, "read_people") and not book.anonymous}


def _blocks(book: Codebook, known: Definitions, language: str, result: Result, values: Mapping[str, Any]) -> Shown:
    rows = {key: list(some) for key, some in groupby(result.rows, key=lambda row: row["question"])}
    return Shown(book, known.scales, language, {**values, "survey": book.key}, rows)


def _context(request: HttpRequest, made: Shown, result: Result, values: Mapping[str, Any]) -> dict[str, Any]:
    number = result.figures["responses"].n or 0
    blocks = [_with_texts(request, made, block) for block in made.blocks()] if number else []
    head = headline(made)
    context = {
        "kinds": KINDS, "key": made.book.key, "anonymous": made.book.anonymous, "number": number, "blocks": blocks,
        "answer": _answer(made, head, number, values), "umux": _umux(made, result), "how": _how(made),
        "title_of_survey": made.book.words(made.book.title, made.language), "query": filters.address(values),
        "few": words.few(made.book.anonymous, number), **_funnel(request, made, values),
    }  # fmt: skip
    if head is not None:
        context |= _over_time(request, made, head, values) | _by_unit(request, made, head, values)
    return context


def headline(made: Shown) -> tuple[Question, Scale] | None:
    """Give the first question on a scale that was answered: the page follows it over time."""
    for question in made.book.questions.values():
        scale = made.scales.get(question.scale or "")
        if scale is not None and shown.lead(made.rows.get(question.key, ()), scale):
            return question, scale
    return None


def _answer(made: Shown, head: tuple[Question, Scale] | None, number: int, values: Mapping[str, Any]) -> str:
    if head is None or not number:
        return words.lead(number, "") if number or not values else _("No answers match these filters.")
    row = shown.lead(made.rows[head[0].key], head[1])
    assert row is not None
    name = f"{ratings.scale_name(head[1])}: {ratings.measure_name(head[1], row['measure'])}"
    text = format_html("{}: <strong>{}</strong> ({}).", name, words.value(row), words.between(row))
    return format_html("{} {}", words.lead(number, ""), text)


def _umux(made: Shown, result: Result) -> dict[str, str] | None:
    figure = result.figures.get("umux_lite")
    if figure is None or figure.value is None:
        return None
    row = {"measure": "mean", "value": figure.value, "low": figure.low, "high": figure.high}
    return {"value": words.value(row), "between": words.between(row),
            "link": doors.door("questions", made.values, figure="umux_lite")}  # fmt: skip


def _with_texts(request: HttpRequest, made: Shown, block: Block) -> Block:
    """Add the newest texts of a question in people's own words, for who may see single answers."""
    texts = [row for row in made.rows.get(block.key, ()) if row["measure"] == "texts"]
    if not texts or not may(request, "read_people"):
        return block
    asked = [key for key, some in made.rows.items() if some and some[0]["measure"] == "texts"]
    block = replace(block, more=made.door(texts[0], "n"), every=texts[0]["n"])
    if block.key not in asked[:QUESTIONS_WITH_TEXTS]:
        return block
    return replace(block, texts=_texts(request, made, block.key, texts[0]))


def _texts(request: HttpRequest, made: Shown, question: str, row: shown.Row) -> tuple[tuple[str, str], ...]:
    """Give texts that stand for all: nearest to the middle of the newest, and unlike each other."""
    if made.book.anonymous:
        which = {key: row[key] for key in shown.KEYS if key in row}
        asked = {"of": "questions", "spec": dict(made.values), "row": which, "column": "n", "limit": AMONG}
        return _standing([(one["text"], "") for one in ask(request, "evidence", asked).rows])
    plain = {name: value for name, value in made.values.items() if name != "compare"}
    found = ask(request, "responses", {**plain, "answered": question, "limit": AMONG})
    key = made.book.key
    return _standing([(one[question], reverse("survey_response", args=[key, one["response"]])) for one in found.rows])


def _standing(texts: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(texts[place] for place in representative([text for text, _ in texts], TEXTS))


def _funnel(request: HttpRequest, made: Shown, values: Mapping[str, Any]) -> dict[str, Any]:
    """Say how far people come: of the whole survey only, to who may see the whole company."""
    one = Survey.objects.filter(key=made.book.key).first()
    if values or asker(request).units or one is None:
        return {"steps": (), "drops": ()}
    more = funnel.brought(request).get(one.key, funnel.NOTHING)
    found = funnel.shown(one, value(one.body), made.language, more)
    return {"steps": found["steps"], "drops": found["drops"]}


def _over_time(
    request: HttpRequest, made: Shown, head: tuple[Question, Scale], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the leading number month by month."""
    question, scale = head
    plain = {**{name: value for name, value in values.items() if name != "compare"}, "survey": made.book.key,
             "question": (question.key,), "every": "month"}  # fmt: skip
    monthly = ask(request, "questions", plain)
    rows = [{**row, "scale": scale.key} for row in monthly.rows if row["measure"] == scale.measure]
    opened = Shown(made.book, made.scales, made.language, plain, opens=not made.book.anonymous)
    trend = trends.trend(
        replace(monthly, rows=rows), trends.Headline(scale, scale.measure), definitions(request), opened.door,
        values.get("unit", ()),
    )  # fmt: skip
    if trend is None:
        return {}
    twin = [(trends.month_name(month), words.value(row), words.between(row), numbers.count(row["n"]))
            for month, row in zip(trend.months, trend.rows, strict=True) if row]  # fmt: skip
    name = f"{made.book.words(question.text, made.language)} – {ratings.measure_name(scale, scale.measure)}"
    return {"trend": trend.chart, "twin": twin, "of": name}


def _by_unit(
    request: HttpRequest, made: Shown, head: tuple[Question, Scale], values: Mapping[str, Any]
) -> dict[str, Any]:
    """Give the leading number of each part of the company, where there are several."""
    question, scale = head
    plain = {**{name: value for name, value in values.items() if name != "compare"}, "survey": made.book.key,
             "question": (question.key,), "by": "unit"}  # fmt: skip
    result = ask(request, "questions", plain)
    rows = [row for row in result.rows if row["measure"] == scale.measure]
    if len(rows) < 2:
        return {}
    opened = Shown(made.book, made.scales, made.language, plain, opens=not made.book.anonymous)
    known = definitions(request)
    rows.sort(key=lambda row: (row["value"] is None, row["value"]))
    return {"units": [
        {"name": filters.body_label(known, "unit", row["group"]), "value": words.value(row), "link": opened.door(row),
         "between": words.between(row), "place": ratings.place({**row, "measure": scale.measure}, scale),
         "n": numbers.count(row["n"])}
        for row in rows
    ]}  # fmt: skip


def _how(made: Shown) -> list[tuple[str, str]]:
    certainty = _(
        "If we had asked everybody, the number would lie between the two in 95 of 100 cases. Several answers of one"
        " person do not count as independent."
    )
    told = [(_("“Between”"), certainty)]
    kinds = dict.fromkeys(question.scale for question in made.book.questions.values() if question.scale)
    for kind in kinds:
        scale = made.scales[kind]
        told.append((_("Method"), ratings.method(scale, scale.measure)))
    told.append((_("Method"), _("Shares: Wilson interval. Quantiles: by the binomial distribution.")))
    if any(question.ask == "kano" for question in made.book.questions.values()):
        told.append((_("Method"), shown.kano_legend()))
    if made.book.anonymous:
        told.append((_("Anonymous"), _(
            "Answers are counted in fives, in the order in which they came, and no part is shown that fewer than five"
            " people stand behind: so nobody can be told from the others, not by difference either."
        )))  # fmt: skip
    return told
