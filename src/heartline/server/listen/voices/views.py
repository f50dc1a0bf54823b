"""The page “What do customers say?”: texts with their tone, searched, filtered, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import InvalidInput
from heartline.core.result import Result
from heartline.listen.text.themes.values import called, counted
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions, may
from heartline.server.shell import filters, navigation, numbers, quotes, tables
from heartline.server.shell.doors import Door
from heartline.store.definitions import Definitions

from . import words

CHIPS = ("touchpoint", "channel", "stage", "unit", "segment")
PAGE = 24
TONES = ("good", "bad", "neutral", "unknown")
LONGEST = 200
"""Letters of what is searched for."""


@require_safe
def voices(request: HttpRequest) -> HttpResponse:
    """List what customers wrote and said, newest first."""

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        page = tables.Page.asked(request.GET.get("page"), PAGE)
        asked = _asked(request, values)
        window = {"limit": page.size} | ({"offset": page.offset} if page.offset else {})
        result = ask(request, "verbatims", {**asked, **window})
        return result, _context(request, result, values, asked, page)

    return answered(
        request, folder="voices", title=_("What do customers say?"), group=_("Listen"), chips=CHIPS, build=build
    )


def _asked(request: HttpRequest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the selection with the words and the tone that are asked for.

    Raises
    ------
    InvalidInput
        `bad_value` for a tone that there is not.
    """
    asked = {name: value for name, value in values.items() if name != "compare"}
    text, tone = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("tone", "")
    if tone and tone not in TONES:
        raise InvalidInput("bad_value", f"“{tone}” is no tone.", field="tone", remedy=", ".join(TONES))
    theme = request.GET.get("theme", "")
    more = {"search": text, "feeling": tone, "theme": (theme,) if theme else ""}
    return {**asked, **{name: value for name, value in more.items() if value}}


def _context(
    request: HttpRequest, result: Result, values: Mapping[str, Any], asked: Mapping[str, Any], page: tables.Page
) -> dict[str, Any]:
    known = definitions(request, result.as_of.version)
    people = may(request, "read_people")
    total = result.figures["verbatims"].n or 0
    text, tone = str(asked.get("search", "")), str(asked.get("feeling", ""))
    chips = filters.chips(known, values, str(result.spec.get("period", "all")), CHIPS)
    theme = next(iter(asked.get("theme", ())), "")
    kept = {name: value for name, value in (("q", text), ("tone", tone), ("theme", theme)) if value}
    plain = {name: value for name, value in values.items() if name != "compare"}
    nothing = not total and not kept and not plain and not _anything(request)
    return {
        "answer": words.sentence(result, asked),
        "chips": [*(chip for chip in chips if chip.name != "compare"), _tones(tone), *_themes(known, theme)],
        "quotes": quotes.quotes(result.rows, known, people=people),
        "words": text,
        "kept": {"q": text} if text else {},
        "selection": [(name, _joined(value)) for name, value in plain.items()]
        + [(name, value) for name, value in (("tone", tone), ("theme", theme)) if value],
        "query": filters.address(plain, **kept),
        "page": replace(page, total=total),
        "shown": numbers.count(len(result.rows)),
        "export": f"{reverse('behind_export')}?{Door('verbatims', asked, figure='verbatims').query}" if people else "",
        "empty": nothing or not numbers.known(result.as_of.time),
        "bring": navigation.address("import") if may(request, "import") else "",
        "how": words.how(),
    }


def _anything(request: HttpRequest) -> bool:
    """Tell whether anybody ever wrote or said anything."""
    return bool(ask(request, "verbatims", {"period": "all", "limit": 1}).rows)


def _joined(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _themes(known: Definitions, chosen: str) -> list[filters.Chip]:
    """Make the chip that chooses a theme."""
    language = (get_language() or "en").partition("-")[0]
    labels = {"": _("all")} | {key: called(theme, language) for key, theme in counted(known).items()}
    options = tuple(filters.Option(key, label, key == chosen) for key, label in labels.items())
    return [filters.Chip("theme", _("Theme"), labels.get(chosen, chosen), options, many=False, on=bool(chosen))]


def _tones(chosen: str) -> filters.Chip:
    """Make the chip that chooses a tone."""
    labels = {"": _("all"), **{tone: quotes.mood(tone) for tone in TONES}}
    options = tuple(filters.Option(tone, label, tone == chosen) for tone, label in labels.items())
    return filters.Chip("tone", _("Tone"), labels[chosen], options, many=False, on=bool(chosen))
