"""The pages of customers: who was there lately, the way to one of them, and what one lived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from heartline.core.result import Result
from heartline.server.accounts import access, finding
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, asker, at_newest, definitions, may
from heartline.server.shell import filters, navigation, numbers, tables

from . import shown, words

CHIPS = ("channel", "touchpoint", "unit", "segment")
PEOPLE = 25
ENTRIES = 100
FIRST_TRIPS, TRIPS = 4, 40
"""Passages that the page lists at once, and all together; the latest first."""
Values = Mapping[str, Any]


@require_safe
def customers(request: HttpRequest) -> HttpResponse:
    """List who was there lately, with a way to find one."""
    access.require(asker(request), "read_people")

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        plain, page = _plain(values), tables.Page.asked(request.GET.get("page"), PEOPLE)
        window = {"limit": page.size} | ({"offset": page.offset} if page.offset else {})
        result = ask(request, "customers", {**plain, **window})
        known = definitions(request, result.as_of.version)
        total = result.figures["customers"].n or 0
        return result, {
            "answer": words.listed(result, plain),
            "chips": _without_compare(known, plain, result, CHIPS),
            "people": shown.people(result, plain, known),
            "page": replace(page, total=total),
            "query": filters.address(plain),
            "missing": "missing" in request.GET,
            "empty": not numbers.known(result.as_of.time),
            "bring": navigation.address("import") if may(request, "import") else "",
            "how": words.how_listed(),
        }

    return answered(
        request, folder="customers", title=_("Who are our customers?"), group=_("Understand"), chips=CHIPS,
        build=build, template="_people.html",
    )  # fmt: skip


@require_POST
@sensitive_post_parameters()
def find(request: HttpRequest) -> HttpResponse:
    """Lead to the person who is meant; what was typed stays out of addresses and logs."""
    access.require(asker(request), "read_people")
    found = finding.people(request, request.POST.get("who", ""))
    if len(found) == 1:
        return redirect("customer", found[0])
    if not found:
        return redirect(f"{reverse('customers')}?missing=1")
    return several(request, found)


def several(request: HttpRequest, found: list[str]) -> HttpResponse:
    """List the people of an order that several share."""

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        result = ask(request, "customers", {"limit": 0})
        named = [{"name": words.name(who), "initials": words.initials(who), "page": reverse("customer", args=[who])}
                 for who in found]  # fmt: skip
        return result, {"answer": words.several(len(found)), "named": named, "chips": [], "how": []}

    return answered(
        request, folder="customers", title=_("Whom do you mean?"), group=_("Customers"),
        crumb=reverse("customers"), chips=(), build=build, template="_several.html",
    )  # fmt: skip


@require_safe
def customer(request: HttpRequest, who: str) -> HttpResponse:
    """Show what one person lived, over all channels, newest first."""
    access.require(asker(request), "read_people")

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        plain, page = _plain(values), tables.Page.asked(request.GET.get("page"), ENTRIES)
        asked = {**at_newest(plain), "customer": who}
        window = {"limit": page.size} | ({"offset": page.offset} if page.offset else {})
        result = ask(request, "customer", {**asked, **window})
        trips = ask(request, "customer_trips", asked)
        known = definitions(request, result.as_of.version)
        total = result.figures["interactions"].n or 0
        passages = shown.trips(trips, asked, known)
        return result, {
            "title": words.name(who),
            "initials": words.initials(who),
            "answer": words.lived(result, asked, page.number == 1),
            "chips": _without_compare(known, plain, result, CHIPS[:2]),
            "keys": words.keys(result, asked),
            "line": shown.line(result.rows, known),
            "days": shown.days(result.rows, known, trips.rows),
            "trips": passages[:FIRST_TRIPS],
            "earlier": passages[FIRST_TRIPS:TRIPS],
            "page": replace(page, total=total),
            "query": filters.address(plain),
            "how": words.how_lived(result),
        }

    return answered(
        request, folder="customers", title=words.name(who), group=_("Customers"), crumb=reverse("customers"),
        chips=CHIPS[:2], build=build, template="_customer.html",
    )  # fmt: skip


def _plain(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "compare"}


def _without_compare(known: Any, values: Values, result: Result, names: tuple[str, ...]) -> list[filters.Chip]:
    made = filters.chips(known, values, str(result.spec.get("period", "all")), names)
    return [chip for chip in made if chip.name != "compare"]
