"""The script for the company's own pages, and the page that hands it over."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heartline.core.errors import HeartlineError
from heartline.server.accounts import access, asking
from heartline.server.accounts.models import User
from heartline.server.shell import on_sites

from . import commands, shown, words

FILE = Path(__file__).parent / "static" / "tracking" / "hl.js"


hl = on_sites.script(FILE)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def tracking(request: HttpRequest) -> HttpResponse:
    """Show the line for the pages and what came in last, and make a site's key; htmx gets what changes."""
    access.require(asking.asker(request), "import")
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "tracking/_lately.html", shown.lately())
    context = {"title": _("Does your website tell what customers live through?")}
    if request.method != "POST":
        return render(request, "tracking/tracking.html", context | shown.page(request))
    assert isinstance(request.user, User)
    name, agreement = request.POST.get("name", "").strip(), request.POST.get("agreement", "any")
    agreement = agreement if agreement in words.agreements() else "any"
    try:
        key = commands.make_key(name=name, by=request.user)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        context["wrong"] = words.told(error)
        page = shown.page(request, agreement=agreement, name=name)
        return render(request, "tracking/tracking.html", context | page, status=error.status)
    return render(
        request, "tracking/tracking.html", context | shown.page(request, key=key, agreement=agreement, name=name)
    )
