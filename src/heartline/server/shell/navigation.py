"""The menu: groups in the order of the daily work, then what is seen to now and then.

Features add their pages; the shell knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, Any] = {
    "today": "",
    "listen": _("Listen"),
    "understand": _("Understand"),
    "act": _("Act"),
    "prove": _("What worked"),
    "collect": _("Collect"),
    "company": _("Company"),
}


SELDOM = ("collect", "company")
"""Groups that are set up once and then seldom opened: they are folded."""


@dataclass(frozen=True)
class Entry:
    """A page in the menu: its group, its name for people, the name of its address, and its place in the group.

    `right` is what somebody must be allowed to find it there (`accounts/access.py`); the menu asks `allowed`.
    `under` names the page that it belongs to: it is listed below that one, while somebody is at either or at one of
    its like, so that the menu stays short.
    """

    group: str
    label: str | Promise
    url: str
    order: int = 50
    right: str = "read"
    under: str = ""


@dataclass(frozen=True)
class Page:
    """A line of the menu as it is drawn; `below` are the pages under it, and `open` says that they are shown."""

    label: str | Promise
    link: str
    here: bool
    below: tuple[Page, ...] = ()

    @property
    def open(self) -> bool:
        """Whether somebody is at this page or at one below it."""
        return self.here or any(page.here for page in self.below)


@dataclass(frozen=True)
class Group:
    """Pages under one heading; `folded` are those that are opened by hand unless somebody is within."""

    label: str | Promise
    pages: tuple[Page, ...]
    folded: bool


_entries: list[Entry] = []
_allowed: list[Callable[[HttpRequest, str], bool]] = []


def check_rights(allowed: Callable[[HttpRequest, str], bool]) -> None:
    """Have the menu ask who may do what; accounts, which know, say so when they are loaded."""
    _allowed[:] = [allowed]


def add(entry: Entry) -> None:
    """Put a page into the menu."""
    if entry not in _entries:
        _entries.append(entry)


def address(name: str, *args: Any) -> str:
    """Give the address of a page of another feature; nothing where that is not part of this installation."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def menu(request: HttpRequest) -> dict[str, list[Group]]:
    """Give templates the menu, with the page that is open marked."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"menu": []}
    entries = [entry for entry in _entries if all(allowed(request, entry.right) for allowed in _allowed)]
    entries.sort(key=lambda entry: entry.order)
    addresses = {entry.url: reverse(entry.url) for entry in entries}
    here = max((url for url in addresses.values() if _within(request.path, url)), key=len, default="")

    def drawn(some: Iterable[Entry]) -> tuple[Page, ...]:
        return tuple(
            Page(entry.label, addresses[entry.url], addresses[entry.url] == here, drawn(_below(entries, entry)))
            for entry in some
        )

    groups = []
    for key, label in GROUPS.items():
        pages = drawn(entry for entry in entries if entry.group == key and entry.under not in addresses)
        if pages:
            groups.append(Group(label, pages, key in SELDOM and not any(page.open for page in pages)))
    return {"menu": groups}


def _below(entries: Iterable[Entry], entry: Entry) -> list[Entry]:
    return [other for other in entries if other.under == entry.url]


def _within(path: str, url: str) -> bool:
    """Tell whether a page is the menu's, or below it."""
    return path == url or (url != "/" and path.startswith(url))
