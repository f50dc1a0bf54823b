"""Every address that the server knows, each with one example that can be opened, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import APIRequestContext, APIResponse

LEFT_ALONE = re.compile(r"^(\^?api/|static/|healthz$|language/|accounts/logout/|signin/|feedback/stream/)")
"""What is no page, never ends, or would sign us out."""
FIRST = "/"


@dataclass
class Found:
    """The pages that can be opened, and what cannot, each with the reason."""

    pages: dict[str, str] = field(default_factory=dict)
    """Addresses by route."""
    signed_out: dict[str, str] = field(default_factory=dict)
    """Addresses by route, of pages that only strangers see."""
    closed: dict[str, str] = field(default_factory=dict)
    """Reasons by route."""
    broken: dict[str, int] = field(default_factory=dict)
    """What answered with an error of ours, by address."""


def routes() -> list[str]:
    """Give every route as the resolver has it."""
    return [route for route in dict.fromkeys(_below(get_resolver(), "")) if not LEFT_ALONE.match(route)]


def _below(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield before + str(entry.pattern)
        elif isinstance(entry, URLResolver):
            yield from _below(entry, before + str(entry.pattern))


def find(browser: APIRequestContext, stranger: APIRequestContext, base: str) -> Found:
    """Follow links from the first page, then try what no link led to.

    Parameters
    ----------
    browser
        Asks as the administrator.
    stranger
        Asks as nobody.
    """
    found = Found()
    known = routes()
    walk = _Walk(browser, base, found)
    walk.follow(FIRST)
    for route in known:
        if route not in walk.seen and "<" not in route and "(" not in route:
            walk.follow("/" + route)
    for route in known:
        if route not in walk.seen:
            found.closed[route] = "nothing here leads to it"
    for route, reason in list(found.closed.items()):
        if reason.startswith("leads to") and "<" not in route:
            answer = stranger.get(f"{base}/{route}", max_redirects=0)
            if answer.status == 200 and _is_page(answer):
                found.signed_out[route] = "/" + route
                del found.closed[route]
    return found


class _Walk:
    """Goes from page to page, to each route once."""

    def __init__(self, browser: APIRequestContext, base: str, found: Found) -> None:
        self.browser, self.base, self.found = browser, base, found
        self.seen: set[str] = set()

    def follow(self, first: str) -> None:
        """Open an address and all that it leads to."""
        todo = [first]
        while todo:
            address = todo.pop(0)
            route = _route(address)
            if route is None or route in self.seen or LEFT_ALONE.match(route):
                continue
            self.seen.add(route)
            todo += self._opened(route, address)

    def _opened(self, route: str, address: str) -> list[str]:
        answer = self.browser.get(self.base + address, max_redirects=0)
        if answer.status >= 500:
            self.found.broken[address] = answer.status
        elif answer.status == 405:
            self.found.closed[route] = "not opened by GET"
        elif answer.status >= 400:
            self.found.closed[route] = f"answers {answer.status} by itself"
        elif answer.status >= 300:
            there = urljoin(address, answer.headers.get("location", FIRST))
            self.found.closed[route] = f"leads to {urlsplit(there).path}"
            return [there]
        elif not _is_page(answer):
            self.found.closed[route] = "a download"
        elif "<html" not in answer.text():
            self.found.closed[route] = "a part of a page"
        else:
            self.found.pages[route] = address
            return [urljoin(address, link) for link in Links(answer.text()).found]
        return []


def _is_page(answer: APIResponse) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


def _route(address: str) -> str | None:
    """Give the route of an address of ours; None for addresses elsewhere."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    try:
        return resolve(parts.path).route
    except Resolver404:
        return None


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where a link leads."""
        href = dict(attrs).get("href") if tag == "a" else None
        if href and not href.startswith(("mailto:", "tel:", "#")):
            self.found.append(urldefrag(href).url)
