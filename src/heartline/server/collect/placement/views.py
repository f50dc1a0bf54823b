"""The catalogue of events: every name that was seen, what it carries, and where it belongs."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from heartline.server.accounts import access, asking
from heartline.server.shell import numbers, tables

from . import share, shown, words
from .models import SeenEvent

PAGE = 50


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """List events; those without a touchpoint where that is asked."""
    access.require(asking.asker(request), "define")
    definitions = asking.definitions(request)
    search, unplaced = request.GET.get("q", "").strip()[:200], bool(request.GET.get("unplaced"))
    some = shown.found(search, unplaced=unplaced)
    page = replace(tables.Page.asked(request.GET.get("page"), PAGE), total=some.count())
    every = SeenEvent.objects.count() if search or unplaced else page.total
    context = {
        "title": _("Which events come in?"),
        "answer": _answer(every),
        "lines": shown.lines(definitions, some[page.offset : page.offset + PAGE]),
        "page": page,
        "search": search,
        "unplaced": unplaced,
        "empty": not every,
    }
    return render(request, "placement/events.html", context)


def _answer(every: int) -> str:
    if not every:
        return _("No event has come yet.")
    count, lacking = share.lately()
    said = ngettext("%(number)s kind of event was seen.", "%(number)s kinds of events were seen.", every) % {
        "number": numbers.count(every)
    }
    return f"{said} {share.said(count, lacking)}" if count else said


@require_safe
def event(request: HttpRequest, number: int) -> HttpResponse:
    """Show one event: what it carries, how often it comes, where it is."""
    access.require(asking.asker(request), "define")
    definitions = asking.definitions(request)
    one = get_object_or_404(SeenEvent, pk=number)
    zone = definitions.settings["timezone"]
    said = _("Seen %(count)s times between %(first)s and %(last)s, at: %(places)s.") % {
        "count": numbers.count(one.count), "first": numbers.moment(one.first_at, zone),
        "last": numbers.moment(one.last_at, zone), "places": shown.places(definitions, one),
    }  # fmt: skip
    context = {
        "title": one.name,
        "about": f"{words.TYPES.get(one.kind, one.kind)} · {one.source}",
        "answer": said,
        "properties": shown.properties(one),
        "volume": shown.volume(one),
        "doubts": shown.doubts(one),
        "lacks": "" in one.places,
        "rule": shown.for_event(one),
    }
    return render(request, "placement/event.html", context)
