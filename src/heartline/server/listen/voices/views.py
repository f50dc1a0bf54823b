"""The page “What do customers say?”: texts with their tone, searched, filtered, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.result import Result
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import filters, navigation, numbers, quotes, tables
from heartline.server.shell.doors import Door

from . import filtering, saved, words

CHIPS = ("touchpoint", "channel", "stage", "unit", "segment")
PAGE = 24


@require_safe
def voices(request: HttpRequest) -> HttpResponse:
    """List what customers wrote and said, newest first."""

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        page = tables.Page.asked(request.GET.get("page"), PAGE)
        asked = filtering.asked(request.GET, values)
        window = {"limit": page.size} | ({"offset": page.offset} if page.offset else {})
        result = ask(request, "verbatims", {**asked, **window})
        return result, _context(request, result, values, asked, page)

    return answered(
        request, folder="voices", title=_("What do customers say?"), group=_("Listen"), chips=CHIPS, build=build
    )


def _context(
    request: HttpRequest, result: Result, values: Mapping[str, Any], asked: Mapping[str, Any], page: tables.Page
) -> dict[str, Any]:
    known = definitions(request, result.as_of.version)
    people = may(request, "read_people")
    total = result.figures["verbatims"].n or 0
    chips = filters.chips(known, values, str(result.spec.get("period", "all")), CHIPS)
    kept = filtering.own(request.GET)
    plain = {name: value for name, value in values.items() if name != "compare"}
    nothing = not total and not kept and not plain and not _anything(request)
    return {
        "answer": words.sentence(result, asked),
        "chips": [*(chip for chip in chips if chip.name != "compare"), *filtering.chips(known, kept)],
        "quotes": quotes.quotes(result.rows, known, people=people),
        "words": kept.get("q", ""),
        "kept": {"q": kept["q"]} if "q" in kept else {},
        "selection": [(name, _joined(value)) for name, value in plain.items()]
        + [(name, value) for name, value in kept.items() if name != "q"],
        "query": filters.address(plain, **kept),
        "views": saved.listed(request, count=False),
        "saves": isinstance(request.user, User),
        "page": replace(page, total=total),
        "shown": numbers.count(len(result.rows)),
        "export": f"{reverse('behind_export')}?{Door('verbatims', asked, figure='verbatims').query}" if people else "",
        "empty": nothing or not numbers.known(result.as_of.time),
        "feedback": navigation.address("feedback"),
        "bring": navigation.address("import") if may(request, "import") else "",
        "how": words.how(),
    }


def _anything(request: HttpRequest) -> bool:
    """Tell whether anybody ever wrote or said anything."""
    return bool(ask(request, "verbatims", {"period": "all", "limit": 1}).rows)


def _joined(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)
