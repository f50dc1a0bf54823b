"""The script for the company's own pages, and the address that it talks to. Neither knows cookies."""

from __future__ import annotations

from pathlib import Path

import msgspec
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from heartline.core.errors import HeartlineError
from heartline.server.shell import on_sites

from ..answer_views import public
from . import talking

FILE = Path(__file__).parents[1] / "static" / "surveys" / "hl-ask.js"
MOST_BYTES = 256 * 2**10
RATE = "240/m/ip"
JSON = "application/json"


script = on_sites.script(FILE)


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
