"""The search: a box on every page whose results appear below it, and a page of its own where there is no script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from heartline.server.accounts import access
from heartline.server.accounts.asking import asker

from . import found

LONGEST = 200


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def search(request: HttpRequest) -> HttpResponse:
    """Find pages, touchpoints, journeys, people and texts; what is typed may name a person: it is in no address."""
    access.require(asker(request), "read")
    text = request.POST.get("q", "").strip()[:LONGEST]
    groups = found.everything(request, text) if text else []
    context = {
        "title": _("Search"),
        "q": text,
        "groups": groups,
        "many": sum(len(group.items) for group in groups),
    }
    partial = request.htmx  # type: ignore[attr-defined]
    response = render(request, "search/_found.html" if partial else "search/search.html", context)
    response["Vary"] = "HX-Request"
    response["Cache-Control"] = "no-store"
    return response
