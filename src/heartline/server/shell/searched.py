"""What features let the search look through, beside what it knows by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

AROUND = 60
"""Letters shown on both sides of what was found in a text."""


@dataclass(frozen=True)
class Found:
    """Something that was found, and where it leads."""

    label: str
    link: str
    more: str = ""


Look = Callable[[HttpRequest, str], tuple[str, list[Found]]]
_looks: list[Look] = []


def look(give: Look) -> None:
    """Have a feature look for what is searched; it gives the name of its group, and what somebody may find there."""
    if give not in _looks:
        _looks.append(give)


def everywhere(request: HttpRequest, text: str) -> list[tuple[str, list[Found]]]:
    """Give what features find, those that find something."""
    return [(name, found) for give in _looks for name, found in [give(request, text)] if found]


def excerpt(said: str, text: str) -> str:
    """Give the words around what was found."""
    flat = re.sub(r"\s+", " ", said)
    place = max(0, flat.casefold().find(text.casefold()))
    start, end = max(0, place - AROUND), place + len(text) + AROUND
    return f"{'…' if start else ''}{flat[start:end].strip()}{'…' if end < len(flat) else ''}"
