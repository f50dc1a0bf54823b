"""Error pages in plain words, and problems where the API was asked."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from heartline.core.errors import HeartlineError

from .security import View

PROBLEM = "application/problem+json"


def explained(get_response: View) -> View:
    """Give the API's refusals that Django itself makes (405, 413, a wrong host) the shape of all its errors."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        wrong = response.status_code >= HTTPStatus.BAD_REQUEST
        if wrong and request.path.startswith("/api/") and response.headers.get("Content-Type") != PROBLEM:
            phrase = HTTPStatus(response.status_code).phrase
            explained = problem(HeartlineError(phrase.lower().replace(" ", "_"), f"{phrase}."), response.status_code)
            if "Allow" in response.headers:
                explained["Allow"] = response.headers["Allow"]
            return explained
        return response

    def page(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DataError | OverflowError) and not request.path.startswith("/api/"):
            return bad_request(request, error)  # too long or too large for its column; nothing was written
        return said(request, error) if isinstance(error, HeartlineError) else None

    answer.process_exception = page  # type: ignore[attr-defined]  # how Django finds it on a middleware
    return answer


def problem(error: HeartlineError, status: int) -> HttpResponse:
    """Answer with a problem document."""
    return HttpResponse(msgspec.json.encode(error.problem() | {"status": status}), content_type=PROBLEM, status=status)


def told(error: HeartlineError) -> str:
    """Say a coded error in the language of the page; what pages cannot cause by themselves stays as it is."""
    known = {
        "bad_period": _("That is not a period we can read. Choose one from the list, or two months."),
        "open_period": _("There is nothing before a period without a beginning. Choose two months."),
        "not_your_unit": _("You may not see that part of the company."),
        "not_allowed": _("Your role does not allow this."),
        "bad_value": _("One of the filters in the address cannot be used."),
        "unknown_customer": _("Nothing is known of this person here."),
        "unknown_version": _("The data of that moment are not here."),
    }
    if error.code.startswith("unknown_") and error.code not in known:
        return _("One of the filters in the address names something that is not here.")
    return known.get(error.code) or f"{error.reason} {error.remedy}".strip()


def said(request: HttpRequest, error: HeartlineError) -> HttpResponse:
    """Show a coded error as a page."""
    return _page(request, error.status, _("That did not work"), told(error))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read."""
    return _page(request, 400, _("We could not read that"), _("Something in the address or the form is not right."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer where a right is missing."""
    return _page(request, 403, _("This is not open to you"), _("Your role does not allow this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for a page that is not there."""
    return _page(request, 404, _("There is no such page"), _("The address may have a typing error, or the page moved."))


def failed(request: HttpRequest) -> HttpResponse:
    """Answer when we failed."""
    return _page(request, 500, _("Something broke on our side"), _("Nothing you entered was lost. Please try again."))


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from our pages, or is too old."""
    return _page(request, 403, _("This form is too old"), _("Go back, load the page again, and send it once more."))


def _page(request: HttpRequest, status: int, title: str, reason: str, remedy: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem(HeartlineError(HTTPStatus(status).name.lower(), reason, remedy=remedy), status)
    context = {"title": title, "reason": reason, "remedy": remedy, "status": status}
    return render(request, "shell/error.html", context, status=status)
