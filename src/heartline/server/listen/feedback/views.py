"""The page “What do customers say right now?”: the newest feedback, live, with its filters and trends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import HeartlineError
from heartline.core.result import Result
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, at_newest, definitions, may
from heartline.server.shell import errors, filters, navigation, published, tables

from . import asked as address
from . import coming, words
from .beside import beside
from .hearing import READER, Heard
from .shown import Names, cards

CHIPS = ("touchpoint", "channel", "unit", "segment")
PAGE = 24
FRESH = 60
"""Pieces that came since the last publication, at most."""


@require_safe
def feedback(request: HttpRequest) -> HttpResponse:
    """List what customers say, newest first, and go on as it comes in."""

    wrong: list[str] = []

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        try:
            return _built(request, values, request.GET)
        except HeartlineError as error:
            if error.status >= 500 or not address.kept(request.GET):
                raise
            result, context = _built(request, values, QueryDict())  # without what only this page knows
            wrong.append(errors.told(error))
            return result, {**context, "wrong": wrong[0]}

    response = answered(
        request, folder="feedback", title=_("What do customers say right now?"), group=_("Listen"), chips=CHIPS,
        build=build,
    )  # fmt: skip
    if wrong:
        response.status_code = 400
    return response


def _built(request: HttpRequest, values: Mapping[str, Any], query: QueryDict) -> tuple[Result, dict[str, Any]]:
    narrowed = address.read(query, values)
    page = tables.Page.asked(request.GET.get("page"), PAGE)
    window = {"limit": page.size} | ({"offset": page.offset} if page.offset else {})
    result = ask(request, "feedback", {**narrowed, **window})
    return result, _context(request, result, values, narrowed, page, query)


def _context(
    request: HttpRequest,
    result: Result,
    values: Mapping[str, Any],
    narrowed: dict[str, Any],
    page: tables.Page,
    query: QueryDict,
) -> dict[str, Any]:
    heard = READER.heard()
    newest = heard.version
    fresh = _fresh(request, narrowed, heard) if page.number == 1 else []
    known = definitions(request, result.as_of.version)
    names = Names.of(definitions(request, newest), people=may(request, "read_people"))
    rows = merged(fresh, result.rows)
    kept = address.kept(query)
    plain = {name: value for name, value in values.items() if name != "compare"}
    chips = filters.chips(known, values, str(result.spec.get("period", "all")), CHIPS)
    nothing = not rows and not kept and not plain and not _anything(request)
    total = result.figures["feedback"].n or 0
    return {
        "answer": words.sentence(result, narrowed, fresh=bool(fresh)),
        "chips": [*(chip for chip in chips if chip.name != "compare"), *address.chips(known, query)],
        "cards": cards(rows, names),
        "query": filters.address(plain, **kept),
        "page": replace(page, total=total),
        "live": _live(plain, kept, newest) if page.number == 1 else None,
        "language": get_language() or "en",
        "beside": None if nothing else beside(lambda verb, asked: ask(request, verb, asked), narrowed, known),
        "alerts": navigation.address("alerts"),
        "empty": nothing,
        "bring": navigation.address("import") if may(request, "import") else "",
        "surveys": navigation.address("surveys") if may(request, "survey") else "",
        "how": words.how(),
    }


def _live(plain: Mapping[str, Any], kept: Mapping[str, str], newest: int) -> dict[str, str]:
    """Give the addresses from which the page goes on."""
    query = filters.address(plain, **kept)
    since = urlencode({"since": newest})
    return {
        "stream": f"{reverse('feedback_stream')}?{query}&{since}" if query else f"{reverse('feedback_stream')}?{since}",
        "cards": reverse("feedback_cards"),
    }


def _fresh(request: HttpRequest, narrowed: Mapping[str, Any], heard: Heard) -> list[dict[str, Any]]:
    """Give what came since pages were published: the list is current, whatever is counted a moment later."""
    version = published.version()
    if version is None or narrowed.get("as_of") is not None or heard.version <= version or heard.said <= version:
        return []
    return coming.since(request, narrowed, version, heard, FRESH).rows


def merged(fresh: Iterable[dict[str, Any]], rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put what is fresh among what was there, newest first, each once."""
    both = {row["id"]: row for row in (*rows, *fresh)}
    return sorted(both.values(), key=lambda row: (-row["occurred_at"].timestamp(), row["id"]))


def _anything(request: HttpRequest) -> bool:
    """Tell whether anybody ever answered or wrote anything."""
    return bool(ask(request, "feedback", at_newest({"period": "all", "limit": 1})).rows)
