"""Showing a page to somebody without an account: the page itself, asked as a guest and reduced to what it says."""

from __future__ import annotations

import copy
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django_htmx.middleware import HtmxDetails

from heartline.core.errors import Forbidden, InvalidInput, NotFound

from . import access, reduced
from .models import ShareLink

SALT = "heartline.share"
DOOR_SALT = "heartline.share.door"
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",  # the address is the secret
    "Cache-Control": "no-store",
}


def token(link: ShareLink) -> str:
    """Write a link's number so that nobody can guess another."""
    return signing.Signer(salt=SALT).sign(str(link.pk))


def numbered(text: str) -> int:
    """Read the number of a link.

    Raises
    ------
    NotFound
        `unknown_link` when we did not write it.
    """
    try:
        return int(signing.Signer(salt=SALT).unsign(text))
    except (signing.BadSignature, ValueError):
        raise NotFound("unknown_link", "This link was never made here.") from None


def shareable(path: str) -> tuple[str, str]:
    """Give a page's address as it is shared, without empty fields and version, and the name of the page.

    Raises
    ------
    InvalidInput
        `not_shareable` when no page of ours is there, or one that is not shown to guests.
    """
    parts = urlsplit(path)
    match = _found(parts.path)
    if parts.scheme or parts.netloc or match is None or not access.is_shareable(match.url_name):
        raise InvalidInput("not_shareable", "This page cannot be shared.", field="path")
    query = QueryDict(parts.query, mutable=True)
    query.pop("as_of", None)
    for name, values in list(query.lists()):
        kept = [value for value in values if value]
        query.setlist(name, kept) if kept else query.pop(name)
    return parts.path + (f"?{query.urlencode()}" if query else ""), str(match.url_name)


def guest(link: ShareLink) -> access.Guest:
    """Give who opens a link: with what its maker may see now, and with rows only as long as the maker may see people.

    Raises
    ------
    Forbidden
        `link_closed` when it ended, or its maker left or may share no more.
    """
    if not link.lives or not access.may(link.made_by, "share"):
        raise Forbidden("link_closed", "This link no longer works.", remedy="Ask whoever sent it for a new one.")
    maker = link.made_by
    return access.Guest(maker.role, list(maker.units), link.version, link.rows and access.may(maker, "read_people"))


def page(request: HttpRequest, link: ShareLink, context: dict[str, Any]) -> HttpResponse:
    """Show the shared page."""
    return _shown(request, link, link.path, context, rows=False)


def rows(request: HttpRequest, link: ShareLink, door: str, context: dict[str, Any]) -> HttpResponse:
    """Show the rows behind a number of the shared page.

    Raises
    ------
    NotFound
        `unknown_link` for a number that is not on it.
    """
    try:
        path = str(signing.loads(door, salt=f"{DOOR_SALT}.{link.pk}"))
    except signing.BadSignature:
        raise NotFound("unknown_link", "This number is not on the shared page.") from None
    return _shown(request, link, path, context, rows=True)


def _shown(request: HttpRequest, link: ShareLink, path: str, context: dict[str, Any], *, rows: bool) -> HttpResponse:
    who = guest(link)
    parts = urlsplit(path)
    match = _found(parts.path)
    if match is None or not access.is_shareable(match.url_name, rows=rows) or (rows and not who.rows):
        raise Forbidden("link_closed", "This page is no longer shared.", remedy="Ask whoever sent it for a new link.")
    inner = _asked(request, who, parts.path, parts.query, match)
    response = match.func(inner, *match.args, **match.kwargs)
    if response.status_code != 200 or response.streaming:
        raise Http404
    if not response.headers["Content-Type"].startswith("text/html"):
        raise Http404
    banner = render_to_string("accounts/_shared.html", {**context, "link": link, "rows": rows}, request)
    content = reduced.reduced(
        response.content.decode(), banner, lambda address: _led(urljoin(path, address), link, who), _own
    )
    shown = HttpResponse(content)
    for name, value in HEADERS.items():
        shown[name] = value
    return shown


def _asked(request: HttpRequest, who: access.Guest, path: str, query: str, match: ResolverMatch) -> HttpRequest:
    """Make the request that the page itself would get, from a guest, without cookies and without htmx."""
    inner = copy.copy(request)
    inner.__dict__.pop("headers", None)
    asked = QueryDict(query, mutable=True)
    asked["as_of"] = str(who.version)
    kept = {name: value for name, value in request.META.items() if not name.startswith("HTTP_HX_")}
    for name in ("HTTP_COOKIE", "HTTP_REFERER"):
        kept.pop(name, None)
    inner.META = {**kept, "PATH_INFO": path, "QUERY_STRING": asked.urlencode(), "REQUEST_METHOD": "GET"}
    inner.method, inner.path, inner.path_info = "GET", path, path
    inner.GET, inner.POST, inner.COOKIES = QueryDict(inner.META["QUERY_STRING"]), QueryDict(), {}
    inner.user, inner.resolver_match = who, match  # type: ignore[assignment]  # views ask through `asking` only
    inner.htmx = HtmxDetails(inner)  # type: ignore[attr-defined]
    return inner


def _led(address: str, link: ShareLink, who: access.Guest) -> str | None:
    """Give where a link of the page leads a guest: to rows that were given along, else nowhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not who.rows:
        return None
    match = _found(parts.path)
    if match is None or not access.is_shareable(match.url_name, rows=True):
        return None
    door = signing.dumps(address, salt=f"{DOOR_SALT}.{link.pk}", compress=True)
    return reverse("shared_rows", args=[token(link), door])


def _own(text: str) -> bool:
    """Tell whether a text is an address of a page of ours."""
    return _found(urlsplit(text).path) is not None


def _found(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None
