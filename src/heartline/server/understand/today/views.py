"""The first page: a sentence, how customers rate us, how that moves, where it hurts, what was said, how fresh it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import HeartlineError
from heartline.core.period import parse_period
from heartline.core.result import Result
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions, may
from heartline.server.shell import emptiness, filters, navigation, notices, quotes, trends

from . import shown, words

CHIPS = ("unit", "channel", "segment")
LATELY = 6
Values = Mapping[str, Any]


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show how customers are doing; lead an administrator of an empty folder to the first step."""

    def build(values: Values) -> tuple[Result, dict[str, Any]]:
        asked = compared(values)
        try:
            overall = ask(request, "scores", asked)
        except HeartlineError as error:
            if error.code != "open_period" or "compare" in values:
                raise
            asked = dict(values)  # there are no months yet, and nothing before them
            overall = ask(request, "scores", asked)
        return overall, _context(request, overall, values, asked)

    start = navigation.address("start")
    if start and may(request, "administer") and emptiness.nothing_here():
        return redirect(start)
    return answered(
        request, folder="today", title=_("Today"), group=_day(request), chips=CHIPS, build=build, charts=True
    )


def _day(request: HttpRequest) -> str:
    zone = definitions(request).settings["timezone"]
    now = timezone.now().astimezone(ZoneInfo(zone))
    return f"{date_format(now, 'l')}, {date_format(now, 'DATE_FORMAT')}"


def compared(values: Values) -> dict[str, Any]:
    """Compare with the period before where nothing else is asked; all of time has nothing before it."""
    period = values.get("period")
    days = parse_period(period) if period else None
    if "compare" in values or (days and (days.start is None or days.end is None)):
        return dict(values)
    return {**values, "compare": "before"}


def _context(request: HttpRequest, overall: Result, values: Values, asked: Values) -> dict[str, Any]:
    known = definitions(request, overall.as_of.version)
    plain = {name: value for name, value in values.items() if name != "compare"}
    monthly = {**plain, "every": "month"}
    head = trends.headline(overall, known.scales)
    reached = ask(request, "touchpoints", plain)
    said = ask(request, "verbatims", {**plain, "limit": LATELY})
    fresh = ask(request, "freshness", plain)
    trend = head and trends.trend(
        ask(request, "scores", monthly), head, known, lambda row: shown.score_door(monthly, row), values.get("unit", ())
    )
    chips = filters.chips(known, asked, str(overall.spec.get("period", "all")), CHIPS)
    lines = shown.ratings_lines(overall, known.scales, plain)
    return {
        "answer": words.sentence(head, overall.figures, reached, plain, known),
        "chips": [_always(chip) if chip.name == "compare" else chip for chip in chips],
        "comparing": any(line.change for line in lines),
        "against": words.against(asked),
        "lines": lines,
        "trend": trend and trend.chart,
        "months": trend and head and shown.months(trend, head, monthly),
        "trending": head and words.trending(head),
        "pains": shown.pains(reached, plain, known),
        "quotes": quotes.quotes(said.rows, known, people=may(request, "read_people")),
        "voices": navigation.address("voices"),
        "ratings": navigation.address("scores"),
        "sources": shown.sources(fresh, plain, known),
        "complete": words.complete(fresh),
        "query": filters.address(values),
        "how": words.how(overall, known.scales, reached),
        "notices": notices.given(request),
        "nothing": not fresh.rows,
        "empty": not fresh.rows and not values,
        "start": navigation.address("import") if may(request, "import") else "",
    }


def _always(chip: filters.Chip) -> filters.Chip:
    """Leave out to compare with nothing: what changed is what this page is about."""
    return replace(chip, options=tuple(option for option in chip.options if option.value))
