"""The page “How many paths lead to the goal?” and the export of its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import HeartlineError, NotFound
from heartline.core.result import Result
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions
from heartline.server.shell import filters, names, tables

from . import drawn, words
from .asked import Asked, chips

CHIPS = ("channel", "stage", "unit", "segment")
PAGE = 25
EXPORT = 50_000
"""Rows of an export that are in memory at a time."""

Values = Mapping[str, Any]


@require_safe
def paths(request: HttpRequest) -> HttpResponse:
    """Show which paths people take, and how many of them lead to the goal."""

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        journeys = ask(request, "journeys", {})
        if not journeys.rows:
            return journeys, {"answer": _("No journey is defined yet."), "steps": _first_steps(), "journeys": False}
        asked = Asked.read(request.GET, journeys.rows)
        return _build(request, values, asked, journeys)

    return answered(
        request, folder="paths", title=_("Which paths do people take?"), group=_("Understand"), chips=CHIPS, build=build
    )


def _build(request: HttpRequest, values: Values, asked: Asked, journeys: Result) -> tuple[Result, dict[str, Any]]:
    known = definitions(request, journeys.as_of.version)
    page = tables.Page.asked(request.GET.get("page"), PAGE)
    plain = {name: value for name, value in values.items() if name != "compare"}
    more = {"through": asked.through or asked.aim or None, "search": asked.sought(known)}
    limits = {"limit": page.size, "offset": page.offset}
    result = ask(request, "paths", {**plain, **asked.steps, **more, **limits})
    graph = ask(request, "graph", {**plain, **asked.steps})
    row = next((row for row in journeys.rows if row["journey"] == asked.journey), {})
    what = names.counted_as(row)
    said = words.Said(result, asked, plain, what)
    places = {place for edge in graph.rows for place in (edge["from"], edge["to"])}
    total = int(said.value("found_paths" if asked.search else "paths") or 0)
    return result, {
        "title": words.title(asked, known),
        "answer": said.sentence(known),
        "chips": [
            *chips(asked, journeys.rows, places, known),
            *filters.chips(known, plain, str(result.spec["period"]), CHIPS)[:-1],
        ],
        "kept": asked.kept,
        "asked": asked,
        "journeys": True,
        "anybody": bool(said.value("trips")),
        "what": what,
        "keys": said.keys(),
        "flow": drawn.shown_flow(graph, asked, plain, known),
        **_funnel(request, asked, plain, what, known),
        "lines": drawn.shown_paths(result, asked, plain, known),
        "found": said.found() if asked.search else "",
        "page": replace(page, total=total),
        "here": filters.address(plain, **asked.address),
        "fields": {**_fields(plain), **{k: v for k, v in asked.address.items() if k not in ("search", "where")}},
        "places": sorted({filters.body_label(known, "touchpoint", place) for place in places}),
        "how": _how(),
    }  # fmt: skip


def _fields(values: Values) -> dict[str, str]:
    """Give the selection as fields of a form."""
    return {name: ",".join(value) if isinstance(value, tuple) else str(value) for name, value in values.items()}


def _funnel(request: HttpRequest, asked: Asked, values: Values, what: str, known: Any) -> dict[str, Any]:
    """Ask how far people get along the planned steps; where none are planned there is no funnel."""
    try:
        result = ask(request, "funnel", {**values, **asked.trips})
    except HeartlineError as error:
        if error.code != "no_steps":
            raise
        return {"funnel": []}
    if len(result.rows) < 2 or not result.rows[0]["trips"]:
        return {"funnel": []}
    return {
        "funnel": drawn.shown_funnel(result, asked, values, known),
        "funnel_said": words.funnel(result, what, known),
    }


def _how() -> list[tuple[str, str]]:
    return [
        (
            _("Path"),
            _("The touchpoints of one passage in their order. Two passages took the same path where all their steps are"
              " the same; every path is counted, however rare."),
        ),
        (
            _("Reached the goal"),
            _("Of those that are over: who is still on the way is in no share. “Between” is the 95 in 100 interval"
              " (Wilson), each passage counted for itself."),
        ),
        (
            _("Flow"),
            _("How often one touchpoint directly followed another in the same passage. Boxes stand in the order in"
              " which most people pass them."),
        ),
        (
            _("Planned steps"),
            _("A step counts as taken at its first touch after the step before. What lies between does not matter."),
        ),
        (
            _("Lost on the way"),
            _("Of those that are over and reached the step before, how many did not get here. Shares have Wilson"
              " intervals, in which they lie in 95 of 100 such cases; what is still on its way is in no share."),
        ),
    ]  # fmt: skip


def _first_steps() -> list[tuple[str, str]]:
    """Give what can be done where no journey is defined: the pages that are part of this installation."""
    wanted = (("catalogue", ("journey",), _("Define a journey")), ("import", (), _("Bring your data in")))
    found = []
    for name, parts, text in wanted:
        try:
            found.append((reverse(name, args=parts), text))
        except NoReverseMatch:  # not part of this installation
            continue
    return found


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Give the whole table of paths as CSV."""
    values = {name: value for name, value in filters.read(request.GET).items() if name != "compare"}
    journeys = ask(request, "journeys", {})
    if not journeys.rows:
        raise NotFound("unknown_journey", _("No journey is defined yet."))
    asked = Asked.read(request.GET, journeys.rows)
    known = definitions(request, journeys.as_of.version)
    spec = {**values, **asked.steps, "search": asked.sought(known), "limit": EXPORT}
    first = ask(request, "paths", spec)
    spec["as_of"] = first.as_of.version  # the pieces are of one version, whatever lands meanwhile
    total = first.figures["found_paths" if asked.search else "paths"].value

    def parts() -> Iterator[Result]:
        yield replace(first, rows=list(drawn.exported(first, known)))
        for offset in range(EXPORT, int(total or 0), EXPORT):
            part = ask(request, "paths", {**spec, "offset": offset})
            yield replace(part, rows=list(drawn.exported(part, known)))

    return tables.csv(f"paths-{asked.journey}", parts())
