"""The shell's own addresses: the sign of life, and the choice of language."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from . import language


def health(request: HttpRequest) -> HttpResponse:
    """Tell the front that pages answer."""
    return HttpResponse("ready", content_type="text/plain")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember a language for this browser and go back to where the person was."""
    code = request.POST.get("language", "")
    if code not in {known for known, _ in settings.LANGUAGES}:
        raise Http404
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = redirect(back)
    response.set_cookie(
        language.COOKIE, code, max_age=365 * 86_400, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response
