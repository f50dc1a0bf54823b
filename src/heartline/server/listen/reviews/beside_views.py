"""The page “We and they”: what is said of us and of a named competitor, on the same platforms in the same months."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.result import Result
from heartline.listen.reviews.alike import competitors
from heartline.listen.text.themes.values import known
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, at_published, definitions, may
from heartline.server.shell import filters, navigation
from heartline.server.shell.opened import workspace
from heartline.store import others

from . import beside_shown, beside_words, shown

CHIPS = ("unit", "touchpoint", "segment")
QUOTES = 1
"""Quotes of each side and theme."""


@require_safe
def beside(request: HttpRequest) -> HttpResponse:
    """Hold what is said of us against what is said of one of them."""
    wanted = request.GET.get("they", "")

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        plain = {name: value for name, value in values.items() if name != "compare"}
        there = _there()
        chosen = wanted if wanted in there else next(iter(there), "")
        asked = {**plain, **({"against": (chosen,)} if chosen else {})}
        if request.GET.get("all") == "1":
            asked["alike"] = False
        result = ask(request, "benchmark", {**asked, "quotes": QUOTES})
        rated = ask(request, "benchmark", {**asked, "by": ("scale",)}) if there else result
        return result, _context(request, result, rated, asked, there, chosen)

    return answered(
        request, folder="reviews", title=_("We and they"), group=_("Listen"), chips=CHIPS, build=build,
        template="_beside.html",
    )  # fmt: skip


def _there() -> dict[str, str]:
    """Give the competitors there are: key -> name."""
    return competitors(workspace().lake.at(at_published({}).get("as_of")))


def _context(
    request: HttpRequest, result: Result, rated: Result, asked: Mapping[str, Any], there: Mapping[str, str], chosen: str
) -> dict[str, Any]:
    mine = definitions(request, result.as_of.version)
    language = get_language() or "en"
    plain = {name: value for name, value in asked.items() if name not in ("against", "alike")}
    chips = filters.chips(mine, plain, str(result.spec.get("period", "all")), CHIPS)
    together = asked.get("alike") is False
    more = {"they": chosen} if request.GET.get("they") else {}
    them = others.beside(workspace().lake.at(result.as_of.version))
    return {
        "answer": beside_words.sentence(result, rated, asked, there.get(chosen, "")),
        "chips": [chip for chip in chips if chip.name != "compare"],
        "they": there.get(chosen, ""),
        "sides": [(name, _address({**plain, "they": key}), key == chosen) for key, name in there.items()],
        "lines": beside_shown.themes(result, known(mine), {**asked, "quotes": QUOTES}, language) if there else [],
        "ratings": beside_shown.ratings_of(rated, mine, {**asked, "by": ("scale",)}) if there else [],
        "wholes": shown.wholes(them.definitions, there) if them is not None else [],
        "alike": beside_words.alike(result, together=together),
        "unread": beside_words.unread(result),
        "other_way": _address({**plain, **more, **({} if together else {"all": "1"})}),
        "together": together,
        "narrowed": bool({name for name in plain if name not in ("period", "as_of")}),
        "query": filters.address(plain, **more, **({"all": "1"} if together else {})),
        "empty": not there,
        "bring": navigation.address("import") if may(request, "import") else "",
        "how": beside_words.how(),
    }


def _address(values: Mapping[str, Any]) -> str:
    return f"{reverse('reviews_beside')}?{filters.address(values)}".rstrip("?")
