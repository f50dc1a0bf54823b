"""The version that pages read: published in the background, with the pages' first answers already made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .models import Publication


@dataclass(frozen=True)
class Asked:
    """A question that a page asks when it is opened without filters."""

    verb: str
    values: Mapping[str, Any] = field(default_factory=dict)


_asked: list[Asked] = []


def ask_ahead(verb: str, **values: Any) -> None:
    """Have a question answered before anybody opens the page; features say so when they are loaded."""
    question = Asked(verb, values)
    if question not in _asked:
        _asked.append(question)


def questions() -> tuple[Asked, ...]:
    """Give every question that is answered ahead."""
    return tuple(_asked)


def version() -> int | None:
    """Give the published version; None before the first."""
    newest = Publication.objects.order_by("-version").first()
    return newest.version if newest else None
