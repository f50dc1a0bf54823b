"""The pages of trainings: where one is needed, which were held, and what one of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.core.result import Result
from heartline.listen.text.themes.values import known as themes_known
from heartline.server.accounts import access
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, asker, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import doors, filters, heart, names, numbers
from heartline.store.definitions import Definitions

from ..models import Need, Training
from . import commands, needs, words

CHIPS = ("unit",)
NOTES = 1_000
"""Notes that are counted by touchpoint: the newest."""
WEEKS = 8
Values = Mapping[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
def training(request: HttpRequest) -> HttpResponse:
    """Show where training is needed and which were held; note one, or that one is needed."""
    access.require(asker(request), commands.RIGHT)
    wrong: HeartlineError | None = None
    if request.method == "POST":
        assert isinstance(request.user, User)
        try:
            _do(request.POST, request.user)
            return redirect("training")
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong = error

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        asked = {name: value for name, value in values.items() if name != "compare"}
        places = ask(request, "touchpoints", asked)
        known = definitions(request, places.as_of.version)
        about = [key for key in needs.OF_PEOPLE if key in themes_known(known)]
        themes = ask(request, "themes", {**asked, "theme": about, "by": ["about"]}) if about else None
        notes = ask(request, "verbatims", {**asked, "told_by": "employees", "limit": NOTES})
        found = needs.lines(places, themes, notes, asked, known)
        first = next((line for line in found if line.needed), None)
        return places, {
            "answer": words.needed(first), "themes": [(key, words.theme(key)) for key in needs.OF_PEOPLE],
            "beyond": words.beyond(needs.beyond(places, known)),
            "cells": [(line, [line.themes.get(key) for key in needs.OF_PEOPLE]) for line in found],
            "said": _needs(known), "held": [_held(one, known) for one in Training.objects.all()[:100]],
            "places": _options(known, "touchpoint"), "units": _options(known, "unit"), "how": words.how(),
            "form": request.POST if wrong else {}, "refused": words.told(wrong) if wrong else "",
            "empty": not numbers.known(places.as_of.time), "bring": may(request, "import"),
            "today": timezone.localdate().isoformat(), "chosen": request.POST.getlist("units") if wrong else [],
        }  # fmt: skip

    response = answered(
        request, folder="employees", title=_("Who needs which training?"), group=_("Act"), chips=CHIPS, build=build,
        template="_training.html",
    )  # fmt: skip
    if wrong is not None:
        response.status_code = wrong.status
    return response


def _do(said: QueryDict, by: User) -> None:
    text = said.get("number", "")
    number = int(text) if text.isdigit() else 0
    if said.get("do") == "remove":
        commands.remove_training(by=by, number=number)
    elif said.get("do") == "close":
        commands.close_need(by=by, number=number)
    elif said.get("do") == "need":
        commands.note_need(by=by, touchpoint=said.get("touchpoint", ""), why=said.get("why", ""),
                           unit=said.get("unit", ""))  # fmt: skip
    else:
        commands.note_training(by=by, held=_read(said))


def _read(said: QueryDict) -> commands.Held:
    try:
        on = date.fromisoformat(said.get("held_on", ""))
    except ValueError:
        raise commands.bad("held_on", "That is no day.") from None
    people = said.get("people", "").strip()
    if people and not (people.isascii() and people.isdigit() and len(people) < 8):
        raise commands.bad("people", "That is no number.")
    return commands.Held(
        what=" ".join(said.get("what", "").split()), touchpoint=said.get("touchpoint", ""),
        units=tuple(said.getlist("units")), on=on, team=" ".join(said.get("team", "").split()),
        hours=commands.amount(said.get("hours", ""), "hours") or Decimal(0), people=int(people or 0),
        cost=commands.amount(said.get("cost", ""), "cost"),
    )  # fmt: skip


def _options(known: Definitions, kind: str) -> list[tuple[str, str]]:
    return sorted(((key, names.called(body, key)) for key, body in known.all(kind).items()), key=lambda one: one[1])


def _needs(known: Definitions) -> list[dict[str, Any]]:
    zone = known.settings["timezone"]
    return [
        {"pk": one.pk, "place": filters.body_label(known, "touchpoint", one.touchpoint), "why": one.why,
         "unit": filters.body_label(known, "unit", one.unit) if one.unit else "", "when": numbers.day(one.at, zone)}
        for one in Need.objects.filter(done_at=None).order_by("-at")[:50]
    ]  # fmt: skip


def _held(one: Training, known: Definitions) -> dict[str, Any]:
    units = ", ".join(filters.body_label(known, "unit", unit) for unit in one.units)
    return {
        "pk": one.pk, "what": one.what, "link": reverse("training_change", args=[one.pk]), "on": one.held_on,
        "place": filters.body_label(known, "touchpoint", one.touchpoint), "units": units, "team": one.team,
        "hours": numbers.number(float(one.hours), 1) if one.hours else "",
        "people": numbers.count(one.people) if one.people else "",
        "cost": f"{numbers.number(float(one.cost), 2)} {one.currency}".strip() if one.cost is not None else "",
    }  # fmt: skip


@require_safe
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Say what a training changed, against who was not trained in the same weeks."""
    access.require(asker(request), commands.RIGHT)
    one = commands.find(number)
    newest = definitions(request)
    label = filters.body_label(newest, "touchpoint", one.touchpoint)

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        weeks = _weeks(request)
        asked = {"about": one.touchpoint, "trained": one.units, "on": one.held_on.isoformat(), "weeks": weeks,
                 "apart": _apart(one, weeks)}  # fmt: skip
        asked |= {"as_of": values["as_of"]} if "as_of" in values else {}
        result = ask(request, "trained", asked)
        rows = [_row(row, asked) for row in result.rows]
        known = definitions(request, result.as_of.version)
        return result, {
            "answer": words.changed(result, label, doors.door("trained", asked, figure="effect")), "rows": rows,
            "reasons": words.why_not(result), "held": _held(one, known), "how": words.how_changed(weeks),
            "weeks": weeks, "many": [4, 8, 12, 26], "empty": False,
        }  # fmt: skip

    return answered(
        request, folder="employees", title=_("What did “%(what)s” change?") % {"what": one.what}, group=_("Training"),
        crumb=reverse("training"), chips=(), build=build, template="_training_change.html",
    )  # fmt: skip


def _weeks(request: HttpRequest) -> int:
    text = request.GET.get("weeks", "")
    if not text:
        return WEEKS
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 52):
        raise InvalidInput("bad_value", "That is no number of weeks.", field="weeks", remedy="From 1 to 52.")
    return int(text)


def _apart(one: Training, weeks: int) -> list[str]:
    """Give the parts of the company that were trained otherwise in these weeks: they are in neither group."""
    near = timedelta(weeks=2 * weeks)
    others = Training.objects.filter(
        touchpoint=one.touchpoint, held_on__gte=one.held_on - near, held_on__lte=one.held_on + near
    ).exclude(pk=one.pk)
    return sorted({unit for other in others for unit in other.units} - set(one.units))


def _row(row: Mapping[str, Any], asked: Values) -> dict[str, str]:
    who, when = words.cell(row["who"], row["time"])
    keys = {"who": row["who"], "time": row["time"]}
    known = row["feeling"] is not None
    return {
        "who": who, "when": when, "n": numbers.count(row["n"]),
        "value": heart.signed(row["feeling"]) if known else numbers.NONE,
        "link": doors.door("trained", asked, row=keys, column="feeling") if known else "",
        "n_link": doors.door("trained", asked, row=keys, column="n") if known else "",
    }  # fmt: skip
