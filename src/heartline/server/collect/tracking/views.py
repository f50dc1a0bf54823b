"""The script for the company's own pages, and the page that hands it over."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import condition, require_http_methods, require_safe

from heartline.core.errors import HeartlineError
from heartline.server.accounts import access, asking
from heartline.server.accounts.models import User

from . import commands, shown, words

FILE = Path(__file__).parent / "static" / "tracking" / "hl.js"
FRESH_S = 3_600
"""Browsers ask again after an hour, so that a mended script is everywhere within one."""


@cache
def _script() -> tuple[bytes, bytes, str]:
    """Give the script, packed, and its mark."""
    text = FILE.read_bytes()
    return text, gzip.compress(text, 9, mtime=0), f'"{hashlib.sha256(text).hexdigest()[:16]}"'


@require_safe
@condition(etag_func=lambda _: _script()[2])
def hl(request: HttpRequest) -> HttpResponse:
    """Give the script to a browser on any site."""
    text, packed, _mark = _script()
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if zipped else text, content_type="text/javascript; charset=utf-8")
    if zipped:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


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
