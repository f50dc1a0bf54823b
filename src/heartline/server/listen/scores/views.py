"""The page “How do customers rate us?”, the answers behind its numbers, and their export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.core.result import Result
from heartline.core.scales import Scale
from heartline.server.accounts.asking import ask
from heartline.server.shell import errors, filters, numbers, tables
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import shown, words

CHIPS = ("touchpoint", "channel", "stage", "unit", "segment")
PAGE = 50
EXPORT = 50_000
"""Rows of an export that are in memory at a time."""


@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    """Show how customers rate us; a change of filters renders only what changes."""
    wrong = ""
    try:
        values = filters.read(request.GET)
        overall = ask(request, "scores", values)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        values, wrong = {}, errors.told(error)
        overall = ask(request, "scores", values)
    context = _context(request, overall, values) | {"wrong": wrong}
    template = "scores/_answer.html" if request.htmx else "scores/scores.html"  # type: ignore[attr-defined]
    response = render(request, template, context, status=400 if wrong else 200)
    response["HX-Push-Url"] = request.path + (f"?{context['query']}" if values else "")
    response["Vary"] = "HX-Request"
    return response


def _context(request: HttpRequest, overall: Result, values: Mapping[str, Any]) -> dict[str, Any]:
    definitions = workspace().lake.at(overall.as_of.version).definitions
    scales = definitions.scales
    head = shown.headline(overall, scales)
    context: dict[str, Any] = {
        "title": _("How do customers rate us?"),
        "chips": filters.chips(definitions, values, overall.spec["period"], CHIPS),
        "values": values,
        "query": filters.address(values),
        "zone": definitions.settings["timezone"],
        "as_of": numbers.moment(overall.as_of.time, definitions.settings["timezone"]),
        "head": head,
        "empty": not numbers.known(overall.as_of.time),
        "comparing": "compare" in values,
        "folder": workspace().lake.folder,
    }
    if head is None:
        return context | {"empty": context["empty"] or not _anything(request)}
    return context | _answered(request, overall, values, head, definitions, scales)


def _anything(request: HttpRequest) -> bool:
    """Tell whether anybody ever answered, whatever the filters."""
    return bool(ask(request, "scores", {"period": "all"}).rows)


def _answered(
    request: HttpRequest,
    overall: Result,
    values: Mapping[str, Any],
    head: shown.Headline,
    definitions: Definitions,
    scales: Mapping[str, Scale],
) -> dict[str, Any]:
    plain = {name: value for name, value in values.items() if name != "compare"}
    monthly = ask(request, "scores", {**plain, "every": "month"})
    rated = ask(request, "scores", {**plain, "by": ("about",)})
    return {
        "answer": words.sentence(head.scale, head.measure, overall.figures),
        "scale": words.scale_name(head.scale),
        "measure": words.measure_name(head.scale, head.measure),
        "trend": shown.trend(monthly, head, plain),
        "lines": shown.by_scale(overall, scales, plain),
        "rated": shown.by_about(rated, head, definitions, plain),
        "notes": overall.notes,
        "how": dict.fromkeys(words.method(scales[row["scale"]], row["measure"]) for row in overall.rows),
    }


def evidence(request: HttpRequest) -> tuple[dict[str, Any], dict[str, Any], dict[str, str]]:
    """Read which number an address is about: what to ask `evidence`, the selection, and the row's keys."""
    values = filters.read(request.GET)
    names = [name for name in shown.KEYS if f"of_{name}" in request.GET]
    keys = {name: request.GET[f"of_{name}"] for name in names}
    if not {"scale", "measure"} <= keys.keys():
        raise InvalidInput("bad_value", _("This address does not say which number it is about."), field="of_scale")
    spec: dict[str, Any] = {name: value for name, value in values.items() if name != "as_of"}
    if "period" in keys:
        spec["every"] = "month"
    if "about" in keys:
        spec["by"] = ("about",)
    row = {name: value or None for name, value in keys.items()}
    asked = {"of": "scores", "spec": spec, "row": row, "column": "value", "as_of": values.get("as_of")}
    return asked, values, keys


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """List the answers behind one number."""
    asked, values, keys = evidence(request)
    page = tables.Page.asked(request.GET.get("page"), PAGE)
    result = ask(request, "evidence", {**asked, "limit": page.size, "offset": page.offset})
    total = result.figures["n"].n or 0
    definitions = workspace().lake.at(result.as_of.version).definitions
    scale = definitions.scales.get(keys["scale"])
    context = {
        "title": _("The answers behind this"),
        "page": replace(page, total=total),
        "total": words.answers(total),
        "answers": [tables.answer(row, definitions) for row in result.rows],
        "scale": words.scale_name(scale) if scale else keys["scale"],
        "measure": words.measure_name(scale, keys["measure"]) if scale else keys["measure"],
        "back": f"{reverse('scores')}?{filters.address(values)}" if values else reverse("scores"),
        "query": filters.address(values, **{f"of_{name}": value for name, value in keys.items()}),
        "as_of": numbers.moment(result.as_of.time, definitions.settings["timezone"]),
    }
    return render(request, "scores/behind.html", context)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Give the answers behind one number as CSV."""
    asked, _values, keys = evidence(request)
    first = ask(request, "evidence", {**asked, "limit": EXPORT, "offset": 0})
    asked["as_of"] = first.as_of.version  # the pieces are of one version, whatever lands meanwhile

    def parts() -> Iterator[Result]:
        yield first
        for offset in range(EXPORT, first.figures["n"].n or 0, EXPORT):
            yield ask(request, "evidence", {**asked, "limit": EXPORT, "offset": offset})

    return tables.csv(f"answers-{keys['scale']}", parts())
