"""The menu: five groups, in the order of the work. Features add their pages; the shell knows none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, Any] = {
    "listen": _("Listen"),
    "understand": _("Understand"),
    "act": _("Act"),
    "prove": _("What worked"),
}


@dataclass(frozen=True)
class Entry:
    """A page in the menu: its group, its name for people, and the name of its address."""

    group: str
    label: str | Promise
    url: str


_entries: list[Entry] = []


def add(entry: Entry) -> None:
    """Put a page into the menu."""
    if entry not in _entries:
        _entries.append(entry)


def menu(request: HttpRequest) -> dict[str, Any]:
    """Give templates the menu, with the page that is open marked."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"menu": []}
    groups = []
    for key, label in GROUPS.items():
        pages = [(entry.label, reverse(entry.url)) for entry in _entries if entry.group == key]
        if pages:
            groups.append((label, [(name, url, request.path == url) for name, url in pages]))
    return {"menu": groups}
