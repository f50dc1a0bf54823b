"""The pages on how employees feel, and on how they are asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.core.result import Result
from heartline.listen.surveys.codebook import Codebook
from heartline.server.accounts import access
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, asker, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import doors, names, numbers, trends
from heartline.store.definitions import Definitions

from .. import addresses, codes
from ..models import Member, Pulse, Question
from . import commands, posting, shown, words

SURVEYS = 2
"""Surveys that the page shows: that on recommending, and one of statements."""
TEXTS = 8
Values = Mapping[str, Any]


@require_safe
def employees(request: HttpRequest) -> HttpResponse:
    """Say how employees feel: as far as five of them have answered."""

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        odd = sorted(set(values) - {"unit", "as_of"})
        if odd:
            raise InvalidInput("bad_value", "Employees are anonymous.", field=odd[0], remedy="Ask for parts only.")
        known = definitions(request)
        some = shown.books(known)[:SURVEYS]
        if not some:
            result = ask(request, "freshness", dict(values))
            return result, {"answer": words.nobody(), "nobody": True, "how": words.how()}
        parts = [_part(request, book, known, values) for book in some]
        lead = next((part for part in parts if part["head"]), None)
        lowest = min(
            (one for part in parts for one in part["statements"] if one.measure == "mean"),
            key=lambda one: one.whole["value"], default=None,
        )  # fmt: skip
        answer = words.sentence(
            lead["head"] if lead else None, lead["link"] if lead else "", lead["change"] if lead else "",
            lowest.text if lowest else "",
        )  # fmt: skip
        return parts[0]["result"], {"answer": answer, "parts": parts, "how": words.how()}

    return answered(
        request, folder="employees", title=_("How do our employees feel?"), group=_("Listen"), chips=("unit",),
        build=build, charts=True, template="_employees.html",
    )  # fmt: skip


def _part(request: HttpRequest, book: Codebook, known: Definitions, values: Values) -> dict[str, Any]:
    """Give what one survey says."""
    language = get_language() or "en"
    asked = {**values, "survey": book.key}
    whole = ask(request, "questions", asked)
    monthly = ask(request, "questions", {**asked, "every": "month"})
    split = ask(request, "questions", {**asked, "by": "unit"})
    some = shown.statements(book, whole, language)
    head = next((one for one in some if one.measure == "nps"), None)
    rest = [one for one in some if one.measure != "nps"]
    made: dict[str, Any] = {
        "key": book.key, "title": book.words(book.title, language), "result": whole, "head": None, "link": "",
        "change": "", "responses": whole.figures["responses"].n or 0, "few": not some, "statements": rest,
        "months": shown.by_month(some, monthly), "units": shown.by_unit(some, split, known),
        "overall": [_line(one, asked) for one in sorted(rest, key=lambda one: one.whole["value"])],
        "participation": [] if values or asker(request).units else shown.participation(book.key, monthly),
        "texts": _texts(request, book, whole, asked, language),
    }  # fmt: skip
    if head is not None:
        rows = shown.of(head, monthly.rows)
        here = {trends.first_of(row["period"]): row for row in rows}
        made |= {"head": head.whole, "link": _door(head, asked), "change": words.moved(shown.change(here), "nps")}
        made |= _trend(monthly, head, rows, known, values)
    return made


def _line(one: shown.Statement, asked: Values) -> dict[str, Any]:
    row = one.whole
    return {"text": one.text, "value": words.value(row), "between": words.between(row), "link": _door(one, asked),
            "n": numbers.count(row["n"])}  # fmt: skip


def _door(one: shown.Statement, asked: Values) -> str:
    keys = ("question", "row", "measure", "option")
    return doors.door("questions", asked, row={key: one.whole[key] for key in keys}, column="value")


def _trend(
    monthly: Result, head: shown.Statement, rows: list[shown.Row], known: Definitions, values: Values
) -> dict[str, Any]:
    """Draw the leading number month by month."""
    scale = known.scales["enps"]
    result = replace(monthly, rows=[{**row, "scale": scale.key} for row in rows])
    made = trends.trend(result, trends.Headline(scale, "nps"), known, lambda _row: "", values.get("unit", ()))
    return {"chart": made.chart} if made else {}


def _texts(request: HttpRequest, book: Codebook, whole: Result, asked: Values, language: str) -> list[dict[str, Any]]:
    """Give what they wrote, shuffled: only where five wrote, and to who may read what single people say."""
    found = []
    for row in whole.rows:
        if row["measure"] != "texts" or row["n"] < words.FEWEST or not may(request, "read_people"):
            continue
        which = {key: row[key] for key in ("question", "row", "measure", "option")}
        listed = ask(request, "evidence", {"of": "questions", "spec": dict(asked), "row": which, "column": "n",
                                           "limit": 500}).rows  # fmt: skip
        said = sorted({str(one["text"]) for one in listed}, key=lambda text: hashlib.sha256(text.encode()).digest())
        question = book.words(book.questions[row["question"]].text, language)
        found.append({"question": question, "texts": said[:TEXTS], "n": numbers.count(row["n"]),
                      "link": doors.door("questions", asked, row=which, column="n")})  # fmt: skip
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("name", "email", "spoken")
@never_cache
def asking(request: HttpRequest) -> HttpResponse:
    """Show who is on the list and what goes out by itself; change both."""
    access.require(asker(request), commands.RIGHT)
    assert isinstance(request.user, User)
    wrong, status = "", 200
    if request.method == "POST":
        try:
            _do(request, request.user)
            return redirect("employees_ask")
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong, status = words.told(error), error.status
    known = definitions(request)
    units = sorted(((key, names.called(body, key)) for key, body in known.all("unit").items()), key=lambda one: one[1])
    zone = known.settings["timezone"]
    going = list(Pulse.objects.filter(on=True))
    people = [_member(one, known) for one in Member.objects.select_related("user")]
    context = {
        "title": _("Who is asked, and how often?"), "answer": words.asks(len(people), len(going)), "wrong": wrong,
        "people": people, "units": units, "form": request.POST if wrong else {}, "sends": posting.can_send(),
        "pulses": [_pulse(one, known, zone) for one in going], "surveys": _surveys(known),
        "addressed": sum(bool(one["email"]) and one["asked"] for one in people),
    }  # fmt: skip
    return render(request, "employees/asking.html", context, status=status)


def _do(request: HttpRequest, by: User) -> None:
    said = request.POST
    number = int(said["number"]) if said.get("number", "").isdigit() else None
    if said.get("do") == "remove" and number is not None:
        commands.remove_employee(by=by, number=number)
    elif said.get("do") == "stop":
        commands.stop_asking(by=by, survey=said.get("survey", ""))
    elif said.get("do") == "ask":
        weeks = said.get("every_weeks", "")
        commands.ask_regularly(
            by=by, survey=said.get("survey", ""), every_weeks=int(weeks) if weeks.isdigit() and len(weeks) < 4 else 0
        )
    else:
        commands.put_employee(
            by=by, number=number, name=said.get("name", ""), email=said.get("email", ""), unit=said.get("unit", ""),
            spoken=said.get("spoken", ""), asked=said.get("asked") == "on", thanked=said.get("thanked") == "on",
        )  # fmt: skip


def _member(one: Member, known: Definitions) -> dict[str, Any]:
    unit = names.called(known.all("unit").get(one.unit, {}), one.unit) if one.unit else ""
    return {"pk": one.pk, "name": one.name, "email": addresses.opened(one), "unit_key": one.unit, "unit": unit,
            "spoken": ", ".join(one.spoken), "asked": one.asked, "thanked": one.thanked,
            "account": one.user is not None}  # fmt: skip


def _surveys(known: Definitions) -> list[dict[str, str]]:
    language = get_language() or "en"
    return [{"key": book.key, "title": book.words(book.title, language), "address": posting.address(book.key, "")}
            for book in shown.books(known)]  # fmt: skip


def _pulse(one: Pulse, known: Definitions, zone: str) -> dict[str, Any]:
    titles = {survey["key"]: survey["title"] for survey in _surveys(known)}
    sent = Question.objects.filter(pulse=one, state=Question.State.SENT)
    return {"key": one.survey, "title": titles.get(one.survey, one.survey), "weeks": one.every_weeks,
            "next": numbers.moment(one.next_at, zone), "rounds": numbers.count(one.number),
            "sent": numbers.count(sent.filter(number=one.number).count())}  # fmt: skip


@require_safe
@never_cache
def code(request: HttpRequest, key: str) -> HttpResponse:
    """Give the code that leads to a survey for employees, to hang up where they work."""
    access.require(asker(request), commands.RIGHT)
    unit = request.GET.get("unit", "")
    if key not in {book.key for book in shown.books(definitions(request))}:
        return HttpResponse(status=404)
    return HttpResponse(codes.picture(posting.address(key, unit[:200])), content_type="image/svg+xml")
