"""The page “How do customers rate us?”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.result import Result
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions
from heartline.server.shell import filters, numbers, ratings, trends
from heartline.server.shell.templatetags.shell import say

from . import beside, honest, shown, words, years

CHIPS = ("touchpoint", "channel", "stage", "unit", "segment")


@require_safe
def scores(request: HttpRequest) -> HttpResponse:
    """Show how customers rate us; a change of filters renders only what changes."""

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        overall = ask(request, "scores", values)
        return overall, _context(request, overall, values)

    return answered(
        request, folder="scores", title=_("How do customers rate us?"), group=_("Listen"), chips=CHIPS, build=build,
        charts=True,
    )  # fmt: skip


def _context(request: HttpRequest, overall: Result, values: Mapping[str, Any]) -> dict[str, Any]:
    known = definitions(request, overall.as_of.version)
    head = trends.headline(overall, known.scales)
    if head is None:
        return _nothing(request, overall)
    plain = {name: value for name, value in values.items() if name != "compare"}
    monthly, rated = {**plain, "every": "month"}, {**plain, "by": ("about",)}
    trend = trends.trend(
        ask(request, "scores", monthly), head, known, lambda row: shown.link(monthly, row), values.get("unit", ())
    )
    yearly = trend is not None and years.sparse(trend)
    drawn: tuple[dict[str, Any], list[shown.Line]] | None = None
    if trend and yearly:
        by_year = {**plain, "every": "year"}
        lines = years.lines(ask(request, "scores", by_year), head, by_year)
        drawn = years.chart(trend, lines, head, known, values.get("unit", ())), [line.line for line in lines]
    elif trend:
        drawn = trend.chart, shown.by_month(trend, head, monthly)
    return {
        "head": head,
        "answer": words.sentence(head.scale, head.measure, overall.figures),
        "scale": ratings.scale_name(head.scale),
        "measure": ratings.measure_name(head.scale, head.measure),
        "trend": drawn,
        "yearly": yearly,
        "lines": shown.by_scale(overall, known.scales, plain),
        "rated": shown.by_about(ask(request, "scores", rated), head, known, rated),
        "how": _how(overall, known.scales),
        "later": f"{reverse('scores_everybody')}?{filters.address(plain)}",
    }


@require_safe
def everybody(request: HttpRequest) -> HttpResponse:
    """Show what stands beside the answers: corrected, weighted, drawn together; the page of ratings fetches it."""

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        plain = {**{name: value for name, value in values.items() if name != "compare"}, **beside.ASKED}
        result = ask(request, "scores", plain)
        known = definitions(request, result.as_of.version)
        head = trends.headline(ask(request, "scores", values), known.scales)
        if head is None:
            return result, _nothing(request, result)
        return result, {
            "answer": "",
            "head": head,
            "said": honest.sentence(result, head),
            "weighted": honest.weighted(result, head),
            "asked": honest.asked(result, head, plain),
            "beside": beside.rows(result, known.scales, plain),
            "parts": beside.parts(result, head, known, plain),
            "measure": ratings.measure_name(head.scale, head.measure),
            "how": honest.how(),
            "told": [say(note) for note in result.notes if note.template in honest.TOLD],
        }

    response = answered(
        request, folder="scores", title=_("If everybody had answered"), group=_("Ratings"), crumb=reverse("scores"),
        chips=CHIPS, build=build, template="_everybody.html",
    )  # fmt: skip
    del response["HX-Push-Url"]  # it is a part of another page: the address there stays
    return response


def _nothing(request: HttpRequest, result: Result) -> dict[str, Any]:
    """Say that there are no answers: none of this selection, or none at all."""
    nothing = not numbers.known(result.as_of.time) or not _anything(request)
    answer = _("Nobody’s answers are here yet.") if nothing else _("No answers match these filters.")
    return {"head": None, "empty": nothing, "answer": answer}


def _anything(request: HttpRequest) -> bool:
    """Tell whether anybody ever answered, whatever the filters."""
    return bool(ask(request, "scores", {"period": "all"}).rows)


def _how(overall: Result, scales: Mapping[str, Any]) -> list[tuple[str, str]]:
    methods = dict.fromkeys(ratings.method(scales[row["scale"]], row["measure"]) for row in overall.rows)
    certainty = _(
        "If we had asked everybody, the number would lie between the two in 95 of 100 cases. Several answers of one"
        " person do not count as independent."
    )
    told = [] if "compare" in overall.spec else [(_("To know"), say(note)) for note in overall.notes]
    return [(_("“Between”"), certainty), *((_("Method"), method) for method in methods), *told]
