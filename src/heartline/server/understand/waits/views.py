"""The page “Where do people wait, and how long do they bear it?” and its months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.result import Result
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions
from heartline.server.shell import filters
from heartline.store.definitions import Definitions

from . import shown, words

CHIPS = ("touchpoint", "channel", "stage", "unit", "segment")

MOST = 12
"""Journeys of which the one with most waiting is found; their answers are made ahead."""

Values = Mapping[str, Any]


@require_safe
def waits(request: HttpRequest) -> HttpResponse:
    """Show where people wait, and how long they bear it."""

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        plain = _plain(values)
        journeys = ask(request, "journeys", {})
        journey = _journey(request, journeys)
        spec = {**plain, **({"journey": journey} if journey else {})}
        result = ask(request, "waits", spec)
        known = definitions(request, result.as_of.version)
        what = filters.body_label(known, "journey", journey) if journey else ""
        chips = filters.chips(known, plain, str(result.spec["period"]), CHIPS)[:-1]
        silent = [words.place(row, known) for row in result.rows if row.get("knee_s", 0) is None]
        worst = words.worst(list(result.rows))
        return result, {
            "answer": words.sentence(list(result.rows), spec, known),
            "chips": [*_chip(journeys, journey, known), *chips],
            "keys": words.keys(result, spec, what),
            "places": shown.places(result.rows, spec, known),
            "borne": shown.borne(result.rows, spec, known),
            "silent": ", ".join(silent),
            "journey": what,
            "monthly": _monthly(plain, worst["touchpoint"]) if worst else "",
            "anything": bool(result.rows) or bool(ask(request, "waits", {"period": "all"}).rows),
            "how": _how(),
        }

    return answered(
        request, folder="waits", title=_("Where do people wait, and how long do they bear it?"), group=_("Understand"),
        chips=CHIPS, build=build, charts=True,
    )  # fmt: skip


def _plain(values: Values) -> dict[str, Any]:
    """Leave out the comparison, which this page does not make."""
    return {name: value for name, value in values.items() if name != "compare"}


def _journey(request: HttpRequest, journeys: Result) -> str:
    """Give the journey asked for, else the one in which people wait most; empty where none is defined."""
    known = [str(row["journey"]) for row in journeys.rows]
    if request.GET.get("journey") or len(known) < 2:
        return request.GET.get("journey") or "".join(known)

    def waited(key: str) -> float:
        figure = ask(request, "waits", {"journey": key}).figures["per_trip_s"]
        return float(figure.value or 0) * (figure.n or 0)

    return max(known[:MOST], key=waited)


def _chip(journeys: Result, chosen: str, known: Definitions) -> list[filters.Chip]:
    if not journeys.rows:
        return []
    labels = {key: filters.body_label(known, "journey", key) for key in (str(row["journey"]) for row in journeys.rows)}
    options = tuple(filters.Option(key, label, key == chosen) for key, label in labels.items())
    shown = labels.get(chosen, chosen)
    return [filters.Chip("journey", _("Journey"), shown, options, many=False, on=False)]


def _monthly(values: Values, place: str) -> str:
    """Give the address of the months, where there are some to show."""
    return f"{reverse('waits_months')}?{filters.address(values, place=place)}"


@require_safe
def months(request: HttpRequest) -> HttpResponse:
    """Show how long people waited at one touchpoint, month by month; the page of waits fetches it."""

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        plain = {name: value for name, value in _plain(values).items() if name != "touchpoint"}
        spec = {**plain, "every": "month"}
        result = ask(request, "waits", spec)
        place = request.GET.get("place") or words.worst_of_all(result.rows)
        known = definitions(request, result.as_of.version)
        return result, {
            **_months(result, place, spec, known),
            "answer": "",
            "kept": {"place": place} if place else {},
        }

    response = answered(
        request, folder="waits", title=_("How long people wait, month by month"), group=_("Waits"),
        crumb=reverse("waits"), chips=("channel", "unit", "segment"), build=build, charts=True, template="_months.html",
    )  # fmt: skip
    del response["HX-Push-Url"]  # it is a part of another page: the address there stays
    return response


def _months(result: Result, place: str, spec: dict[str, Any], known: Definitions) -> dict[str, Any]:
    found = shown.by_month(result.rows, place)
    if len(found) < 2:
        return {"trend": None}
    trend, lines = shown.trend(found, spec, known)
    return {
        "trend": trend,
        "months": lines,
        "place": filters.body_label(known, "touchpoint", place),
        "share": trend["measured_in"] == "share",
    }


def _how() -> list[tuple[str, str]]:
    return [
        (
            _("Waits"),
            _("Entries of which it is known how long the customer was made to wait: half wait no longer than the"
              " median, nine in ten no longer than the ninth decile; both are of all there are."),
        ),
        (
            _("Longer than expected"),
            _("The share of waits beyond what was promised or is expected at the touchpoint; Wilson interval, clustered"
              " by customer."),
        ),
        (
            _("How long people bear it"),
            _("The wait beyond which the feeling at the end of the journey falls faster, by segmented regression"
              " (Hansen 2017), with its 95 in 100 interval. It is told only where the data leave little doubt, and it"
              " is association: it does not prove that the wait is the cause."),
        ),
    ]  # fmt: skip
