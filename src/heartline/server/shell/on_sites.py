"""Scripts of ours that run on other people's sites: given packed, to any of them, and again only when they changed."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_safe

FRESH_S = 3_600
"""Browsers ask again after an hour, so that a mended script is everywhere within one."""


def script(file: Path) -> Callable[[HttpRequest], HttpResponse]:
    """Make the view that gives a script to a browser on any site."""

    @cache
    def read() -> tuple[bytes, bytes, str]:
        """Give it as it is, packed, and its mark."""
        text = file.read_bytes()
        return text, gzip.compress(text, 9, mtime=0), f'"{hashlib.sha256(text).hexdigest()[:16]}"'

    @require_safe
    @condition(etag_func=lambda _: read()[2])
    def view(request: HttpRequest) -> HttpResponse:
        text, packed, _mark = read()
        zipped = "gzip" in request.headers.get("Accept-Encoding", "")
        response = HttpResponse(packed if zipped else text, content_type="text/javascript; charset=utf-8")
        if zipped:
            response["Content-Encoding"] = "gzip"
        response["Vary"] = "Accept-Encoding"
        response["Cache-Control"] = f"public, max-age={FRESH_S}"
        response["Access-Control-Allow-Origin"] = "*"
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return view
