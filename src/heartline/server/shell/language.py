"""The language of a page: what the person chose, else what the browser asks for."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from .security import View

COOKIE = "language"


def chosen(get_response: View) -> View:
    """Answer in the person's language."""
    known = {code for code, _ in settings.LANGUAGES}

    def answer(request: HttpRequest) -> HttpResponseBase:
        wanted = request.COOKIES.get(COOKIE, "")
        language = wanted if wanted in known else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return answer
