"""Who did what, and when."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.server.shell import numbers, tables
from heartline.server.shell.opened import workspace

from . import access, words
from .asking import asker
from .models import AuditEntry

PAGE = 50
COLUMNS = ("at", "by", "action", "subject", "details")
FILTERS = ("by", "action")
HIDDEN = ("link", "version")
"""Details that are numbers for programs; the file has them."""


@require_safe
def trail(request: HttpRequest) -> HttpResponse:
    """List what was done, newest first."""
    access.require(asker(request), "administer")
    chosen, entries = _chosen(request)
    page = replace(tables.Page.asked(request.GET.get("page"), PAGE), total=entries.count())
    zone = workspace().lake.at().definitions.settings["timezone"]
    query = urlencode(chosen)
    context = {
        "title": _("What was done"),
        "entries": [_shown(entry, zone) for entry in entries[page.offset : page.offset + page.size]],
        "page": page,
        "total": page.total,
        "chosen": chosen,
        "people": [(name, words.doer(name)) for name in _different("by")],
        "actions": sorted(((key, words.action(key)) for key in _different("action")), key=lambda pair: pair[1]),
        "query": query,
        "kept": f"{query}&" if query else "",
        "zone": zone,
    }
    return render(request, "accounts/audit.html", context)


@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Give what was done as CSV."""
    access.require(asker(request), "administer")
    _, entries = _chosen(request)
    response = StreamingHttpResponse(_lines(entries), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


def _chosen(request: HttpRequest) -> tuple[dict[str, str], QuerySet[AuditEntry]]:
    chosen = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    return chosen, AuditEntry.objects.filter(**chosen)


def _different(name: str) -> list[str]:
    return list(AuditEntry.objects.order_by(name).values_list(name, flat=True).distinct()[:500])


def _shown(entry: AuditEntry, zone: str) -> dict[str, Any]:
    return {
        "at": entry.at,
        "when": numbers.moment(entry.at, zone),
        "by": words.doer(entry.by),
        "action": words.action(entry.action),
        "subject": "" if entry.subject == entry.by else entry.subject,
        "details": [words.detail(name, value) for name, value in entry.details.items() if value and name not in HIDDEN],
    }


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        """Give the text."""
        return text


def _lines(entries: QuerySet[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for entry in entries.iterator(chunk_size=2_000):
        row = (entry.at.isoformat(), entry.by, entry.action, entry.subject, msgspec.json.encode(entry.details).decode())
        yield writer.writerow([tables.safe(cell) for cell in row])
