"""Correcting a touchpoint: its name and place, or that what happened there belongs to another."""

from __future__ import annotations

from collections.abc import Mapping
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
from heartline.server.shell.tables import whole
from heartline.store.definitions import Definitions

from . import commands, forms, preview, shown, words

NARROWING = ("channel", "unit", "kind", "source")
"""What some of a touchpoint's rows can be told by, in this form."""
OURS = frozenset({"page", "file", "start", "code"})
"""Who writes definitions and brings no rows."""
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
                _made, rows = commands.take_back(
                    version=_number(request, "version"), touchpoint=key, by=asking.asker(request)
                )
                return redirect(f"{request.path}?saved=1&rows={rows}")
            if request.POST.get("do") == "end_rule":
                commands.end_rule(
                    touchpoint=request.POST.get("at", ""), number=_number(request, "rule"), by=asking.asker(request)
                )
                return redirect(f"{request.path}?saved=1")
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
    context |= {
        "later": request.method != "POST" or request.POST.get("later") == "yes",
        "rules": rules(definitions, key),
    }
    return render(request, "catalogue/placement.html", context, status=status)


def _number(request: HttpRequest, name: str) -> int:
    number = whole(request.POST.get(name))
    return -1 if number is None else number


def _correction(request: HttpRequest, definitions: Definitions, key: str) -> Correction:
    where = []
    for name in NARROWING:
        value = request.POST.get(f"where_{name}", "").strip()
        if value:
            values = sorted(definitions.units_below([value])) if name == "unit" else [value]
            where.append((name, tuple(values)))
    return Correction(key, request.POST.get("to", ""), tuple(where), later=request.POST.get("later") == "yes")


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
    others = {other: words.name(definitions, "touchpoint", other) for other in definitions.all("touchpoint")}
    others.pop(key, None)
    fields = [_field(request, "to", _("They belong to"), "–", others, required=True)]
    units = {unit: words.name(definitions, "unit", unit) for unit in forms.known(definitions, "unit")}
    channels = {channel: words.name(definitions, "channel", channel) for channel in forms.known(definitions, "channel")}
    kinds = {"event": _("what happened"), "feedback": _("what people answered or wrote"), "message": _("what we sent")}
    for name, label, known in (
        ("channel", _("Only those by"), channels), ("unit", _("Only those in"), units),
        ("kind", _("Only"), kinds), ("source", _("Only those known from"), _sources()),
    ):  # fmt: skip
        if known:
            fields.append(_field(request, f"where_{name}", label, _("all"), known))
    return fields


def _field(
    request: HttpRequest, name: str, label: str, none: str, known: Mapping[str, str], *, required: bool = False
) -> forms.Input:
    held = request.POST.get(name, "")
    options = tuple(forms.Option(key, text, key == held) for key, text in known.items())
    if len(options) > forms.MOST_OPTIONS:
        return forms.Input(name, label, "text", value=held, options=options[: forms.MOST_OPTIONS])
    return forms.Input(name, label, "select", "", held, (forms.Option("", none, not held), *options), required=required)


def _sources() -> dict[str, str]:
    """Give the imports that have written definitions: they are the sources of rows."""
    found = workspace().lake.at().table("definitions")["source"].unique().to_pylist()
    return {source: source for source in sorted(found) if source not in OURS}


def rules(definitions: Definitions, key: str) -> list[dict[str, Any]]:
    """Give the rules by which rows that land later go to or from a touchpoint, in words."""
    found = []
    for to, body in definitions.all("touchpoint").items():
        for number, rule in enumerate(body.get("takes") or ()):
            if key in (to, *core.taken_from(rule)):
                found.append(
                    {
                        "at": to,
                        "number": number,
                        "to": words.name(definitions, "touchpoint", to),
                        "said": words.rule(definitions, rule),
                    }
                )
    return found


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
