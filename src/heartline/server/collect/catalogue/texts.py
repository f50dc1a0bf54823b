"""Definitions as text: YAML out and in, marked events from a CSV too; with the same look at what changes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from heartline.collect import catalogue
from heartline.collect.bodies import KINDS, SECTIONS
from heartline.collect.catalogue import Change
from heartline.core.errors import HeartlineError, InvalidInput
from heartline.core.ids import slug
from heartline.server.accounts import access, asking
from heartline.store.definitions import Definitions

from . import commands, kinds, preview, words

LARGEST = 2_000_000
"""Bytes of an uploaded file."""
HEADERS = {
    "label": ("label", "name", "bezeichnung", "titel", "title", "event", "ereignis", "nombre", "evento"),
    "first": ("first", "from", "start", "date", "von", "ab", "beginn", "datum", "tag", "desde", "fecha", "inicio"),
    "last": ("last", "to", "end", "until", "bis", "ende", "hasta", "fin"),
    "kind": ("kind", "type", "art", "typ", "tipo"),
    "unit": ("unit", "where", "store", "region", "ort", "wo", "filiale", "donde", "tienda"),
}
"""How columns of a table of events may be called, in any of our languages."""


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give definitions as a YAML file."""
    definitions = asking.definitions(request)
    wanted = [kind for kind in request.GET.getlist("kind") if kind in KINDS]
    response = HttpResponse(
        catalogue.dump(definitions, wanted or KINDS), content_type="application/yaml; charset=utf-8"
    )
    name = SECTIONS[wanted[0]] if len(wanted) == 1 else "definitions"
    response["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest) -> HttpResponse:
    """Take definitions as text; say what would change, then save."""
    access.require(asking.asker(request), "define")
    definitions = asking.definitions(request)
    kind = request.GET.get("kind", "")
    context: dict[str, Any] = {
        "title": _("Definitions as text"),
        "kind": kind if kind in KINDS else "",
        "said": kinds.KINDS.get(kind),
        "text": _there(definitions, request),
        "saved": "saved" in request.GET,
    }
    status = 200
    if request.method == "POST":
        try:
            context["text"] = _given(request)
            changes = catalogue.read(context["text"], "text")
            after = catalogue.checked(definitions, changes)
            done = catalogue.differing(definitions, changes)
            if request.POST.get("do") == "save":
                commands.define(changes=changes, by=asking.asker(request))
                return redirect(f"{reverse('catalogue_text')}?saved=1")
            context |= {
                "looked": True,
                "changes": [_said(definitions, change) for change in done],
                "preview": (found := preview.of_changes(request, definitions, after, done)),
                "headline": preview.headline(found),
            }
        except HeartlineError as error:
            if error.status >= 500:
                raise
            context["wrong"], status = words.wrong(error), 400
    return render(request, "catalogue/text.html", context, status=status)


def _there(definitions: Definitions, request: HttpRequest) -> str:
    """Give the definitions that the address names as text: one, a kind, or for a start the shape alone."""
    kind, key = request.GET.get("kind", ""), request.GET.get("key")
    if kind not in KINDS:
        return ""
    return catalogue.dump(definitions, [kind], None if key is None else [key])


def _given(request: HttpRequest) -> str:
    """Give the text of the form, or of an uploaded file; a table of events becomes YAML."""
    file = request.FILES.get("file")
    if file is None:
        return request.POST.get("text", "").replace("\r\n", "\n")
    if (file.size or 0) > LARGEST:
        raise InvalidInput("too_large", _("This file is too large for definitions."))
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("bad_encoding", _("This file is not text in UTF-8.")) from None
    return events(text) if str(file.name).lower().endswith((".csv", ".tsv", ".txt")) else text.replace("\r\n", "\n")


def events(text: str) -> str:
    """Turn a table of events - name, first day, last day, what, where - into YAML.

    Raises
    ------
    InvalidInput
        `bad_table` when there is no column for the name or the first day.
    """
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    places = _places(rows[0] if rows else [])
    if not {"label", "first"} <= places.keys():
        raise InvalidInput("bad_table", _("The first line needs a column for the name and one for the first day."))
    made: dict[str, dict[str, str]] = {}
    for row in rows[1:]:
        held = {name: row[place].strip() for name, place in places.items() if place < len(row) and row[place].strip()}
        if held:
            for name in ("first", "last"):
                if name in held:
                    held[name] = _day(held[name])
            key = slug(f"{held.get('label', '')} {held.get('first', '')}")
            made[key] = held
    written: str = yaml.safe_dump({"definitions": 1, "events": made}, sort_keys=False, allow_unicode=True, width=120)
    return written


def _places(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, text in enumerate(header):
        for name, called in HEADERS.items():
            if slug(text) in called:
                found.setdefault(name, place)
    return found


def _day(text: str) -> str:
    """Read a day as people write it: 2026-03-01, 1.3.2026, 01/03/2026 (the day first)."""
    for sign in "./":
        parts = text.split(sign)
        if len(parts) == 3 and all(part.strip().isdecimal() for part in parts):
            day, month, year = (int(part) for part in parts)
            return f"{year if year > 99 else 2000 + year:04}-{month:02}-{day:02}"
    return text


def _said(definitions: Definitions, change: Change) -> dict[str, Any]:
    """Say one change: what it is of, whether it is new or goes, and field by field."""
    there = definitions.all(change.kind).get(change.key)
    return {
        "kind": kinds.KINDS[change.kind].one if change.kind in kinds.KINDS else change.kind,
        "name": str(
            (change.body or there or {}).get("label") or (change.body or there or {}).get("name") or change.key
        ),
        "new": there is None,
        "removed": change.body is None,
        "differences": words.differences(definitions, change.kind, there, change.body),
    }
