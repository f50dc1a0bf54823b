"""A page that answers one question: read the filters, ask, render whole or, for htmx, only the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from heartline.core.errors import HeartlineError
from heartline.core.result import Result
from heartline.server.shell import errors, filters, numbers

from . import asking

Values = Mapping[str, Any]
Build = Callable[[Values], tuple[Result, dict[str, Any]]]
Text = str | Promise


def answered(
    request: HttpRequest,
    *,
    folder: str,
    title: Text,
    group: Text,
    chips: Iterable[str],
    build: Build,
    charts: bool = False,
    crumb: str = "",
    template: str = "_answer.html",
) -> HttpResponse:
    """Answer with a page whose filters stand in its address.

    Parameters
    ----------
    folder
        Of the templates and static files: `FOLDER/_answer.html`, and `FOLDER/FOLDER.css` and `.js` where they exist.
    group, crumb
        What stands above the title, and the address it leads to.
    chips
        Filters that the page offers beside period and comparison.
    build
        Asks the verbs with the values of the selection; gives the leading result and the context of the template.
        Where it refuses a value, the page is shown without filters, with a sentence, as status 400.
    """
    wrong = ""
    try:
        values: Values = filters.read(request.GET)
        result, context = build(values)
    except HeartlineError as error:
        if error.status >= 500 or not _selects(request):
            raise
        wrong, values = errors.told(error), {}
        result, context = build(values)
    framed = {
        **_frame(request, result, values, chips),
        "title": title,
        "group": group,
        "crumb": crumb,
        "wrong": wrong,
        "partial": f"{folder}/{template}",
        "sheets": _found(folder, "css"),
        "scripts": _found(folder, "js"),
        "charts": charts,
        **context,
    }
    whole = not request.htmx  # type: ignore[attr-defined]
    response = render(
        request, "shell/answer.html" if whole else framed["partial"], framed, status=400 if wrong else 200
    )
    if not whole:
        response["HX-Push-Url"] = request.path + (f"?{_query(request, values)}" if _query(request, values) else "")
    response["Vary"] = "HX-Request"
    return response


def _selects(request: HttpRequest) -> bool:
    """Tell whether the address narrows anything, so that asking without it may do better."""
    return any(name in request.GET for name in (*filters.MANY, *filters.ONE, "from", "to"))


def _query(request: HttpRequest, values: Values) -> str:
    """Write the address anew: the selection in its short form, and what else the page keeps there."""
    selects = {*filters.MANY, *filters.ONE, "from", "to"}
    more = {name: str(text) for name, text in request.GET.items() if name not in selects and text}
    return filters.address(values, **more)


def _frame(request: HttpRequest, result: Result, values: Values, chips: Iterable[str]) -> dict[str, Any]:
    definitions = asking.definitions(request, result.as_of.version)
    zone = definitions.settings["timezone"]
    return {
        "chips": filters.chips(definitions, values, str(result.spec.get("period", "all")), chips),
        "values": values,
        "query": filters.address(values),
        "zone": zone,
        "as_of": numbers.moment(result.as_of.time, zone) if numbers.known(result.as_of.time) else "",
        "empty": not numbers.known(result.as_of.time),
        "comparing": "compare" in values,
        "notes": result.notes,
    }


@cache
def _found(folder: str, suffix: str) -> tuple[str, ...]:
    name = f"{folder}/{folder}.{suffix}"
    return (name,) if finders.find(name) else ()
