"""Headers that tell the browser what our pages may do: our own files only, nothing inline, no frames."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase

View = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


FORM = "application/x-www-form-urlencoded"


def readable(get_response: View) -> View:
    """Refuse addresses and forms with a NUL in them: no text has one, and databases differ in what they make of it."""

    def check(request: HttpRequest) -> HttpResponseBase:
        said = [request.path.encode(), request.META.get("QUERY_STRING", "").encode("latin-1", "replace")]
        if request.method == "POST" and request.content_type == FORM:
            said.append(request.body)
        if any(b"\0" in part or b"%00" in part for part in said):
            raise BadRequest("A NUL in the address or the form.")
        return get_response(request)

    return check


def headers(get_response: View) -> View:
    """Add the content security policy and the permissions policy to every answer."""

    def add(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        return response

    return add
