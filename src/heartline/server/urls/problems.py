"""Every error of the API as an RFC 9457 problem: one shape, one media type."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel

from heartline.core.errors import HeartlineError

MEDIA_TYPE = "application/problem+json"
log = logging.getLogger("heartline.api")


class Problem(BaseModel):
    """What went wrong (RFC 9457), with the field it concerns and what to do about it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    reason: str
    remedy: str = ""


def respond(error: HeartlineError, **headers: str) -> HttpResponse:
    """Answer with a coded error."""
    response = HttpResponse(msgspec.json.encode(error.problem()), content_type=MEDIA_TYPE, status=error.status)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = 'Bearer realm="Heartline"'
    for name, value in headers.items():
        response[name] = value
    return response


def plain(status: int, reason: str, *, code: str, field: str | None = None, remedy: str = "") -> HttpResponse:
    """Answer with an error that only the web knows."""
    error = HeartlineError(code, reason, field=field, remedy=remedy)
    error.status = status
    return respond(error)


def handle(api: NinjaAPI) -> None:
    """Make every exception a problem."""
    api.add_exception_handler(HeartlineError, _coded)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(ValidationError, _validation)
    api.add_exception_handler(Exception, _unexpected)


def _coded(request: HttpRequest, error: Any) -> HttpResponse:
    return respond(error)


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    status = HTTPStatus(error.status_code)
    return plain(status, f"{status.phrase}.", code=status.name.lower())


def _validation(request: HttpRequest, error: Any) -> HttpResponse:
    first = error.errors[0]
    field = ".".join(str(part) for part in first["loc"][2:]) or None
    return plain(400, f"{first['msg']}.", code="bad_value", field=field, remedy="See /api/openapi.json.")


def _unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return plain(500, "Something went wrong here.", code="internal", remedy="It was logged; try again later.")
