"""The page “How do customers rate us?”, the answers behind its numbers, and their export."""

from __future__ import annotations

from collections.abc import Mapping
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


def evidence(request: HttpRequest) -> tuple[Result, dict[str, Any], dict[str, str]]:
    """Ask for the answers behind one number of the page."""
    values = filters.read(request.GET)
    keys = {
        name: request.GET[f"of_{name}"]
        for name in ("scale", "measure", "period", "about")
        if f"of_{name}" in request.GET
    }
    if not {"scale", "measure"} <= keys.keys():
        raise InvalidInput("bad_value", _("This address does not say which number it is about."), field="of_scale")
    spec: dict[str, Any] = {**values}
    if "period" in keys:
        spec["every"] = "month"
    if "about" in keys:
        spec["by"] = ("about",)
    asked = {"of": "scores", "spec": spec, "row": keys, "column": "value"}
    return ask(request, "evidence", asked), values, keys


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """List the answers behind one number."""
    result, values, keys = evidence(request)
    definitions = workspace().lake.at(result.as_of.version).definitions
    scale = definitions.scales.get(keys["scale"])
    page = tables.page(result.rows, request.GET.get("page"), PAGE)
    context = {
        "title": _("The answers behind this"),
        "page": page,
        "total": numbers.count(len(result.rows)),
        "answers": [tables.answer(row, definitions) for row in page.object_list],
        "scale": words.scale_name(scale) if scale else keys["scale"],
        "measure": words.measure_name(scale, keys["measure"]) if scale else keys["measure"],
        "back": f"{reverse('scores')}?{filters.address(values)}" if values else reverse("scores"),
        "query": filters.address(values, **{f"of_{name}": value for name, value in keys.items()}),
        "as_of": numbers.moment(result.as_of.time, definitions.settings["timezone"]),
        "notes": result.notes,
    }
    return render(request, "scores/behind.html", context)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Give the answers behind one number as CSV."""
    result, _values, keys = evidence(request)
    return tables.csv(f"answers-{keys['scale']}", result)
