"""Sharing a page by link: making one, opening one, and taking one back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.server.shell import errors, numbers, published, tables
from heartline.server.shell.opened import workspace

from . import access, commands, sharing
from .asking import may
from .models import ShareLink, User

PAGE = 50


@require_POST
def share(request: HttpRequest) -> HttpResponse:
    """Make a link to a page and show it."""
    assert isinstance(request.user, User)
    form = request.POST
    try:
        days = int(form.get("days") or 14)
    except ValueError:
        raise InvalidInput("bad_value", "That is no number of days.", field="days") from None
    version = published.version() or workspace().lake.at().version
    try:
        made = commands.share(
            by=request.user,
            path=form.get("path", ""),
            title=form.get("title", ""),
            version=version,
            rows=bool(form.get("rows")),
            days=days,
        )
    except HeartlineError as error:
        if error.status >= 500:
            raise
        return _answer(request, {"wrong": errors.told(error)}, error.status)
    address = request.build_absolute_uri(reverse("shared", args=[sharing.token(made)]))
    return _answer(request, {"address": address, "link": made, "until": made.expires_at}, 200)


def _answer(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    """Answer a form on a page with what goes below it, and one sent without scripts with a page."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "accounts/_made.html", context)  # htmx shows only what succeeded
    return render(request, "accounts/made.html", {**context, "title": _("Share this page")}, status=status)


@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """List the links one has made; an administrator sees everybody's."""
    assert isinstance(request.user, User)
    access.require(request.user, "share")
    everything = ShareLink.objects.select_related("made_by")
    own = everything if may(request, "administer") else everything.filter(made_by=request.user)
    page = replace(tables.Page.asked(request.GET.get("page"), PAGE), total=own.count())
    zone = workspace().lake.at().definitions.settings["timezone"]
    shown: list[dict[str, Any]] = [
        {
            "link": link,
            "address": request.build_absolute_uri(reverse("shared", args=[sharing.token(link)])),
            "made": numbers.moment(link.made_at, zone),
        }
        for link in own[page.offset : page.offset + page.size]
    ]
    context = {
        "title": _("Shared links"), "links": shown, "page": page, "everybody": may(request, "administer"),
        "living": sum(entry["link"].lives for entry in shown),
    }  # fmt: skip
    return render(request, "accounts/links.html", context)


@require_POST
def revoke(request: HttpRequest, number: int) -> HttpResponse:
    """Take a link back."""
    assert isinstance(request.user, User)
    commands.revoke_share(by=request.user, number=number)
    return redirect("share_links")


@require_safe
@never_cache
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show a shared page to whoever has its link."""
    return _opened(request, token, lambda link: sharing.page(request, link, _context(link, token)))


@require_safe
@never_cache
def rows(request: HttpRequest, token: str, door: str) -> HttpResponse:
    """Show the rows behind a number of a shared page."""
    return _opened(request, token, lambda link: sharing.rows(request, link, door, _context(link, token)))


def _opened(request: HttpRequest, token: str, show: Callable[[ShareLink], HttpResponse]) -> HttpResponse:
    limits = {"shared": settings.SHARED_RATE}
    if not ratelimit.consume(request, app="heartline", action="shared", config=limits, limit_get=True):
        return _closed(request, 429, _("Too many at once"), _("Please wait a minute and open the link again."))
    try:
        return show(commands.open_share(token=token))
    except Http404:
        status = 404
    except HeartlineError as error:
        if error.status >= 500:
            raise
        status = 404 if error.status == 404 else 403
    return _closed(
        request, status, _("This link no longer works"),
        _("It has ended, was taken back, or whoever made it may no longer show this page."),
    )  # fmt: skip


def _closed(request: HttpRequest, status: int, title: str, reason: str) -> HttpResponse:
    response = render(request, "accounts/closed.html", {"title": title, "reason": reason}, status=status)
    for name, value in sharing.HEADERS.items():
        response[name] = value
    return response


def _context(link: ShareLink, token: str) -> dict[str, Any]:
    snapshot = workspace().lake.at(link.version)
    zone = snapshot.definitions.settings["timezone"]
    return {
        "token": token,
        "maker": str(link.made_by),
        "as_of": numbers.moment(snapshot.time, zone) if numbers.known(snapshot.time) else "",
        "until": link.expires_at,
    }
