"""Every address: the features' pages, accounts, and the API."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path

from heartline.server.shell import errors

from . import problems
from .api import serve


def no_route(request: HttpRequest) -> HttpResponse:
    """Answer for addresses that the API does not have."""
    return problems.plain(404, "There is no such route.", code="no_route", remedy="See /api/openapi.json.")


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", serve().urls),
    re_path("^api/", no_route),
    path("", include("heartline.server.accounts.urls")),
    path("", include("heartline.server.shell.urls")),
    *(path("", include(f"heartline.server.{feature}.urls")) for feature in settings.FEATURES),
]
handler400, handler403, handler404, handler500 = errors.bad_request, errors.forbidden, errors.not_found, errors.failed

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
