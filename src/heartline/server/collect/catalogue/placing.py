"""Correcting a touchpoint: its name and place, or that what happened there belongs to another."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from heartline.collect import placement as core
from heartline.collect.placement import Correction
from heartline.core.errors import HeartlineError
from heartline.server.accounts import access, asking
from heartline.server.accounts.models import AuditEntry
from heartline.server.shell import numbers
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import commands, forms, preview, shown, words

NARROWING = ("channel", "unit", "kind", "source")
"""What some of a touchpoint's rows can be told by, in this form."""
VERBS = ("touchpoints", "journeys")


@require_http_methods(["GET", "HEAD", "POST"])
def placement(request: HttpRequest, key: str) -> HttpResponse:
    """Correct a touchpoint; say what that does to numbers before it is done."""
    access.require(asking.asker(request), "define")
    definitions = asking.definitions(request)
    there = definitions.all("touchpoint").get(key, {})
    name = words.name(definitions, "touchpoint", key)
    context: dict[str, Any] = {
        "title": _("Is “%(touchpoint)s” right?") % {"touchpoint": name},
        "name": name,
        "key": key,
        "form": reverse("definition", args=["touchpoint", key]),
        "inputs": forms.inputs(definitions, "touchpoint", there, only=("label", "stage", "department"), errors={}),
        "seen": commands.latest("touchpoint", key),
        "saved": "saved" in request.GET,
        "rows": request.GET.get("rows", ""),
    }
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "take_back":
                _made, rows = commands.take_back(version=_version(request), touchpoint=key, by=asking.asker(request))
                return redirect(f"{request.path}?saved=1&rows={rows}")
            correction = _correction(request, definitions, key)
            if request.POST.get("do") == "move":
                _made, rows = commands.correct(correction=correction, by=asking.asker(request))
                return redirect(f"{reverse('placement', args=[correction.to])}?saved=1&rows={rows}")
            context |= _looked(request, definitions, correction)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            context["wrong"], status = words.wrong(error, "touchpoint"), 400
    context |= {"moving": _moving(definitions, request, key), "corrections": corrections(definitions)}
    return render(request, "catalogue/placement.html", context, status=status)


def _version(request: HttpRequest) -> int:
    number = request.POST.get("version", "")
    return int(number) if number.isdecimal() else -1


def _correction(request: HttpRequest, definitions: Definitions, key: str) -> Correction:
    where = []
    for name in NARROWING:
        value = request.POST.get(f"where_{name}", "").strip()
        if value:
            values = sorted(definitions.units_below([value])) if name == "unit" else [value]
            where.append((name, tuple(values)))
    return Correction(key, request.POST.get("to", ""), tuple(where))


def _looked(request: HttpRequest, definitions: Definitions, correction: Correction) -> dict[str, Any]:
    then = core.supposed(definitions, correction)
    found = preview.of(request, definitions, then, VERBS, ())
    return {
        "looked": True,
        "preview": found,
        "headline": preview.headline(found),
        "whole": not correction.where,
        "to_name": words.name(definitions, "touchpoint", correction.to),
    }


def _moving(definitions: Definitions, request: HttpRequest, key: str) -> list[forms.Input]:
    """Give the form: where the rows belong, and which of them."""
    chosen = request.POST.get("to", "")
    others = tuple(
        forms.Option(other, words.name(definitions, "touchpoint", other), other == chosen)
        for other in definitions.all("touchpoint")
        if other != key
    )
    fields = [forms.Input("to", _("They belong to"), "select", options=(forms.Option("", "–"), *others), required=True)]
    hint = _("Empty: all of them, and what is imported later.")
    for name, label in (
        ("channel", _("Only those by")), ("unit", _("Only those in")), ("kind", _("Only those of the sort")),
        ("source", _("Only those known from")),
    ):  # fmt: skip
        held = request.POST.get(f"where_{name}", "")
        options = _known(definitions, name, held)
        made = (forms.Option("", _("all"), not held), *options)
        fields.append(forms.Input(f"where_{name}", label, "select" if options else "text", hint, held,
                                  made if options else ()))  # fmt: skip
    return fields


def _known(definitions: Definitions, name: str, held: str) -> tuple[forms.Option, ...]:
    if name not in ("channel", "unit"):
        return ()
    keys = forms.known(definitions, name)
    if len(keys) > forms.MOST_OPTIONS:
        return ()
    return tuple(forms.Option(key, words.name(definitions, name, key), key == held) for key in keys)


def corrections(definitions: Definitions) -> list[dict[str, Any]]:
    """Give the corrections that can be taken back, the newest first."""
    open_ = core.corrections(workspace().lake.at())
    zone = definitions.settings["timezone"]
    found = []
    for entry in AuditEntry.objects.filter(action="correct_placement", details__version__in=list(open_)):
        version = entry.details["version"]
        found.append(
            {
                "version": version,
                "when": numbers.moment(entry.at, zone),
                "who": entry.by,
                "from": words.name(definitions, "touchpoint", entry.subject.removeprefix("touchpoint ")),
                "to": words.name(definitions, "touchpoint", entry.details["to"]),
                "rows": words.interactions(open_[version]),
                "address": shown.address("touchpoint", entry.details["to"]),
            }
        )
    return found
