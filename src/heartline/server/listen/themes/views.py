"""The pages “What do people talk about?” and “What do they say about this?”."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.result import Result
from heartline.listen.text.themes import changing
from heartline.listen.text.themes.values import Theme, known
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions, may
from heartline.server.shell import filters, navigation, numbers, quotes

from . import commands, shown, words

CHIPS = ("touchpoint", "channel", "stage", "unit", "segment")
OF_ONE = 8
"""Quotes on the page of a theme."""


PAGES = {"need": "needs", "reason": "reasons"}
"""Pages of their own, by the lists that they tell more about."""


@dataclass(frozen=True)
class Sort:
    """A list of the page, and what is asked for it."""

    key: str
    asked: Mapping[str, Any]


SORTS = (
    Sort("theme", {"quotes": 1}),
    Sort("need", {"sort": "need", "quotes": 1}),
    Sort("reason", {"sort": "reason", "quotes": 1}),
)


@require_safe
def themes(request: HttpRequest) -> HttpResponse:
    """List what people talk about."""

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        results = [ask(request, "themes", {**values, **sort.asked}) for sort in SORTS]
        return results[0], _context(request, results, values)

    return answered(
        request, folder="themes", title=_("What do people talk about?"), group=_("Listen"), chips=CHIPS, build=build
    )


def _context(request: HttpRequest, results: list[Result], values: Mapping[str, Any]) -> dict[str, Any]:
    there, language = _known(request, results[0]), get_language() or "en"
    lists = [
        (
            sort.key,
            PAGES.get(sort.key, ""),
            *words.heading(sort.key),
            shown.lines(result, there, {**values, **sort.asked}, language),
        )
        for sort, result in zip(SORTS, results, strict=True)
    ]
    plain = {name: value for name, value in values.items() if name != "compare"}
    nothing = not results[0].figures["texts"].n and not values and not anything(request)
    empty = nothing or not numbers.known(results[0].as_of.time)
    return {
        "answer": words.nothing_yet() if empty else words.sentence(results[0], there, values, language),
        "nothing": words.nothing(),
        "lists": [one for one in lists if one[-1]],
        "reading": words.reading(results[0]),
        "newly": [(word, f"{reverse('voices')}?{filters.address(plain, q=word)}") for word in words.newly(results[0])],
        "refused": words.refused(request.GET.get("refused", "")),
        "defines": may(request, commands.RIGHT),
        "empty": empty,
        "bring": navigation.address("import") if may(request, "import") else "",
        "hidden": [(theme.key, words.name(theme, language)) for theme in there.values() if theme.off],
        "how": words.how(),
    }


@require_safe
def theme(request: HttpRequest, key: str) -> HttpResponse:
    """Show what people say about one theme, and let it be changed."""
    language = get_language() or "en"
    one = changing.of(known(definitions(request)), key)

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        asked = {**values, "theme": (key,), "sort": one.sort, "quotes": OF_ONE}
        result = ask(request, "themes", asked)
        return result, _of_one(request, result, values, key)

    return answered(
        request, folder="themes", title=words.name(one, language), group=_("Themes"), crumb=reverse("themes"),
        chips=CHIPS, build=build, template="_theme.html",
    )  # fmt: skip


def _of_one(request: HttpRequest, result: Result, values: Mapping[str, Any], key: str) -> dict[str, Any]:
    there, language = _known(request, result), get_language() or "en"
    one, named = there[key], definitions(request, result.as_of.version)
    plain = {name: value for name, value in values.items() if name != "compare"}
    by = ask(request, "themes", {**plain, "theme": (key,), "sort": one.sort, "by": ("about",)})
    row = next(iter(result.rows), None)
    said = row["quotes"] if row else []
    return {
        "answer": words.about_one(result, one, values),
        "theme": one,
        "into": words.name(there[one.into], language) if one.into in there else "",
        "line": shown.line(result, row, one, {**values, "theme": (key,), "sort": one.sort}, language) if row else None,
        "quotes": [
            (quote, text["id"])
            for quote, text in zip(quotes.quotes(said, named, people=False), said, strict=True)
        ],
        "places": shown.places(by, named, {**plain, "theme": (key,), "sort": one.sort, "by": ("about",)}),
        "all_texts": f"{reverse('voices')}?{filters.address(plain, theme=key)}",
        "defines": may(request, commands.RIGHT),
        "others": [
            (other.key, words.name(other, language))
            for other in there.values() if other.key != key and not other.off and not other.into
        ],
        "parts": [(part.key, words.name(part, language)) for part in there.values() if part.into == key],
        "done": words.done(request.GET.get("done", "")),
        "refused": words.refused(request.GET.get("refused", "")),
        "how": words.how(),
    }  # fmt: skip


def _known(request: HttpRequest, result: Result) -> dict[str, Theme]:
    return known(definitions(request, result.as_of.version))


def anything(request: HttpRequest) -> bool:
    """Tell whether anybody ever wrote or said anything."""
    return bool(ask(request, "verbatims", {"period": "all", "limit": 1}).rows)
