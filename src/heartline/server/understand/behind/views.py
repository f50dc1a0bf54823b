"""The rows behind any number of any page, and their export."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core import ids
from heartline.core.result import Result
from heartline.server.accounts.asking import ask
from heartline.server.shell import doors, numbers, tables
from heartline.server.shell.opened import workspace

from . import words

PAGE = 50
EXPORT = 50_000
"""Rows of an export that are in memory at a time."""


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """List the rows behind one number, and say what the number is."""
    door = doors.read(request.GET)
    page = tables.Page.asked(request.GET.get("page"), PAGE)
    result = ask(request, "evidence", {**door.asked, "limit": page.size, "offset": page.offset})
    n, value = result.figures["n"].n or 0, result.figures["value"]
    definitions = workspace().lake.at(result.as_of.version).definitions
    rows = [_with_person(row) for row in result.rows]
    shown = [name for name in words.COLUMNS if any(row.get(name) is not None for row in rows)]
    context = {
        "title": _("What stands behind this"),
        "number": words.number(door, definitions),
        "counted": words.counted(n, str(result.figures["n"].counts)),
        "columns": [(words.column(name), name in words.NUMERIC, name == "text") for name in shown],
        "rows": [[_cell(name, row, definitions) for name in shown] for row in rows],
        "page": replace(page, total=n),
        "query": door.query,
        "back": _back(request),
        "method": value.method,
        "value": value.value,
        "as_of": numbers.moment(result.as_of.time, definitions.settings["timezone"]),
    }
    return render(request, "behind/behind.html", context)


def _with_person(row: dict[str, Any]) -> dict[str, Any]:
    """Where the owner of a trip is a person, and no order or ticket, say so."""
    owner = str(row.get("owner") or "")
    return {**row, "owner": None, "customer": owner} if ids.is_identifier(owner) else row


def _cell(name: str, row: dict[str, Any], definitions: Any) -> dict[str, Any]:
    link = ""
    if name == "customer" and row.get(name):
        try:
            link = reverse("customer", args=[row[name]])
        except NoReverseMatch:  # the page of customers is not part of this installation
            link = ""
    return {
        "text": words.cell(name, row, definitions),
        "number": name in words.NUMERIC,
        "wide": name in ("text", "path"),
        "label": words.column(name),
        "link": link,
    }


def _back(request: HttpRequest) -> str:
    """Give the page that the number was on, where the browser says so; else the first page."""
    came = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}"
    if came.startswith(f"{here}/") and "/behind" not in came:
        return came.removeprefix(here)
    return reverse("home")


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Give the rows behind one number as CSV."""
    door = doors.read(request.GET)
    asked = dict(door.asked)
    first = ask(request, "evidence", {**asked, "limit": EXPORT, "offset": 0})
    asked["as_of"] = first.as_of.version  # the pieces are of one version, whatever lands meanwhile

    def parts() -> Iterator[Result]:
        yield first
        for offset in range(EXPORT, first.figures["n"].n or 0, EXPORT):
            yield ask(request, "evidence", {**asked, "limit": EXPORT, "offset": offset})

    return tables.csv(f"behind-{door.verb}-{door.figure or door.column}", parts())
