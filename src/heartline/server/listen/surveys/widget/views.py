"""The script for the company's own pages, and the address that it talks to. Neither knows cookies."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path

import msgspec
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition, require_POST, require_safe

from heartline.core.errors import HeartlineError

from ..answer_views import public
from . import talking

FILE = Path(__file__).parents[1] / "static" / "surveys" / "hl-ask.js"
FRESH_S = 3_600
"""Browsers ask again after an hour, so that a mended script is everywhere within one."""
MOST_BYTES = 256 * 2**10
RATE = "240/m/ip"
JSON = "application/json"


@cache
def _script() -> tuple[bytes, bytes, str]:
    """Give the script, packed, and its mark."""
    text = FILE.read_bytes()
    return text, gzip.compress(text, 9, mtime=0), f'"{hashlib.sha256(text).hexdigest()[:16]}"'


@require_safe
@condition(etag_func=lambda _: _script()[2])
def script(request: HttpRequest) -> HttpResponse:
    """Give the script to a browser on any site."""
    text, packed, _mark = _script()
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if zipped else text, content_type="text/javascript; charset=utf-8")
    if zipped:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return shared(response)


@require_POST
@public
def talk(request: HttpRequest, key: str) -> HttpResponse:
    """Give the script the page of a survey that is next; a text without credentials, so no browser asks beforehand."""
    limits = {"survey_widget": getattr(settings, "SURVEY_WIDGET_RATE", RATE)}
    if not ratelimit.consume(request, app="heartline", action="survey_widget", config=limits):
        response = HttpResponse(status=429)
        response["Retry-After"] = "60"
        return shared(response)
    try:
        if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
            return shared(HttpResponse(status=413))
        answer = talking.answered(key, talking.heard(request.body), request.headers.get("Accept-Language", ""))
    except HeartlineError as error:
        if error.status >= 500:
            raise
        body = {"asked": False, "error": error.code}
        return shared(HttpResponse(msgspec.json.encode(body), content_type=JSON, status=error.status))
    if answer.status == 204:
        return shared(HttpResponse(status=204))
    return shared(HttpResponse(msgspec.json.encode(answer.body), content_type=JSON, status=answer.status))


def shared(response: HttpResponse) -> HttpResponse:
    """Let pages of any site read an answer."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Retry-After"
    return response
