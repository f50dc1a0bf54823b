"""The menu: groups in the order of the daily work, then what is seen to now and then.

Features add their pages; the shell knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable
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


@dataclass(frozen=True)
class Entry:
    """A page in the menu: its group, its name for people, the name of its address, and its place in the group.

    `right` is what somebody must be allowed to find it there (`accounts/access.py`); the menu asks `allowed`.
    """

    group: str
    label: str | Promise
    url: str
    order: int = 50
    right: str = "read"


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


def menu(request: HttpRequest) -> dict[str, Any]:
    """Give templates the menu, with the page that is open marked."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"menu": []}
    entries = [entry for entry in _entries if all(allowed(request, entry.right) for allowed in _allowed)]
    entries.sort(key=lambda entry: entry.order)
    addresses = {entry: reverse(entry.url) for entry in entries}
    here = max((url for url in addresses.values() if _within(request.path, url)), key=len, default="")
    groups = []
    for key, label in GROUPS.items():
        pages = [(entry.label, url, url == here) for entry, url in addresses.items() if entry.group == key]
        if pages:
            groups.append((label, pages))
    return {"menu": groups}


def _within(path: str, url: str) -> bool:
    """Tell whether a page is the menu's, or below it."""
    return path == url or (url != "/" and path.startswith(url))
