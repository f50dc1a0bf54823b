"""The pages “What did people want to get done, and was it met?” and “Why do they buy, why do they leave?”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.result import Result
from heartline.listen.text.themes.values import known
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions, may
from heartline.server.shell import filters, navigation, numbers, quotes

from . import shown, two_words, words
from .views import CHIPS, anything

QUOTES = 6
"""Texts that stand for each."""
MOST_PLACES = 8


@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """Show what people wanted to get done, and whether they did."""
    return _page(request, "need", _("What did people want to get done, and was it met?"))


@require_safe
def reasons(request: HttpRequest) -> HttpResponse:
    """Show why people buy and why they leave."""
    return _page(request, "reason", _("Why do they buy, and why do they leave?"))


def _page(request: HttpRequest, sort: str, title: str) -> HttpResponse:
    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        plain = {name: value for name, value in values.items() if name != "compare"}
        asked = {**plain, "sort": sort, "quotes": QUOTES}
        result = ask(request, "themes", asked)
        by = ask(request, "themes", {**plain, "sort": sort, "by": ("about",)})
        nothing = not result.figures["texts"].n and not values and not anything(request)
        empty = nothing or not numbers.known(result.as_of.time)
        return result, {
            "answer": words.nothing_yet() if empty else two_words.sentence(sort, result, asked),
            "sides": _sides(request, result, sort),
            "parts": _parts(request, result, by, plain, asked),
            "reading": words.reading(result),
            "nothing": two_words.nothing(sort),
            "empty": empty,
            "bring": navigation.address("import") if may(request, "import") else "",
            "surveys": navigation.address("surveys") if may(request, "survey") else "",
            "query": filters.address(plain),
            "how": two_words.how(sort),
        }

    return answered(
        request, folder="themes", title=title, group=_("Themes"), crumb=reverse("themes"), chips=CHIPS, build=build,
        template="_two.html",
    )  # fmt: skip


def _sides(request: HttpRequest, result: Result, sort: str) -> list[tuple[str, str]]:
    """Give both sides with their names."""
    there, language = known(definitions(request, result.as_of.version)), get_language() or "en"
    return [(key, two_words.name(there[key], language)) for key in two_words.SIDES[sort]]


def _parts(
    request: HttpRequest, result: Result, by: Result, plain: Mapping[str, Any], asked: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Make a part of each side, in an order that does not change: what was not met, and what makes buy, first."""
    named, language = definitions(request, result.as_of.version), get_language() or "en"
    there = known(named)
    order = {key: place for place, key in enumerate(two_words.ORDER)}
    rows = sorted(result.rows, key=lambda row: (order.get(row["theme"], len(order)), -row["texts"]))
    made = []
    for row in rows:
        theme = there[row["theme"]]
        ours = {**plain, "theme": (theme.key,), "sort": theme.sort, "by": ("about",)}
        rows_here = [one for one in by.rows if one["theme"] == theme.key][:MOST_PLACES]
        made.append({
            "key": theme.key, "name": two_words.name(theme, language),
            "line": shown.line(result, row, theme, asked, language),
            "places": shown.places_of(rows_here, named, {**ours, "theme": ()}),
            "quotes": quotes.quotes(row["quotes"], named, people=False),
            "all_texts": f"{reverse('voices')}?{filters.address(plain, theme=theme.key)}",
        })  # fmt: skip
    return made
