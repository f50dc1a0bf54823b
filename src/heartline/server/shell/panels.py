"""What pages show of features that they do not know: each adds its piece to a place, by name."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

Panel = Callable[[HttpRequest, str], SafeString | str]
_panels: dict[str, list[Panel]] = {}


def add(place: str, panel: Panel) -> None:
    """Show a panel at a place; it gives escaped HTML, or nothing where it has nothing to say."""
    there = _panels.setdefault(place, [])
    if panel not in there:
        there.append(panel)


def at(place: str, request: HttpRequest, subject: str) -> list[SafeString | str]:
    """Give the panels of a place that have something to say."""
    return [made for panel in _panels.get(place, []) if (made := panel(request, subject))]
