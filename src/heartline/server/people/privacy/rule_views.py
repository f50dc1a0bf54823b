"""The page of how long things are kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from heartline.core.errors import HeartlineError
from heartline.server.shell import numbers
from heartline.server.shell.tables import whole

from . import commands, shown, words
from .models import Rule
from .views import _by, form_methods

MOST_MONTHS = 1200


@form_methods
@never_cache
def rules(request: HttpRequest) -> HttpResponse:
    """List how long what is kept, with what would go now, and add a rule after showing what it would remove."""
    by = _by(request)
    given = {name: request.POST.get(name, "").strip() for name in ("kind", "source", "months")}
    wrong, would = "", None
    if request.method == "POST":
        try:
            tried = _tried(given)
            if request.POST.get("do") == "keep":
                commands.keep(months=tried.months, kind=tried.kind, source=tried.source, by=by)
                return redirect("privacy_keeping")
            would = numbers.count(commands.would_go([tried])[0])
        except HeartlineError as error:
            wrong = words.told(error)
    there = list(Rule.objects.all())
    context = {
        "title": _("How long do we keep what happened?"),
        "answer": words.kept(there),
        "rules": [
            {
                "rule": rule,
                "kind": words.kind(rule.kind),
                "months": words.months(rule.months),
                "goes": numbers.count(goes),
            }
            for rule, goes in zip(there, commands.would_go(there), strict=True)
        ],
        "kinds": shown.kinds(),
        "sources": shown.sources(),
        "given": given,
        "would": would,
        "wrong": wrong,
    }
    return render(request, "privacy/keeping.html", context, status=400 if wrong else 200)


def _tried(given: dict[str, str]) -> Rule:
    months = whole(given["months"]) or 0
    return commands.rule(months=min(months, MOST_MONTHS), kind=given["kind"], source=given["source"])


@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take a rule back."""
    commands.keep_for_ever(number=number, by=_by(request))
    return redirect("privacy_keeping")
