"""The version that pages read: published in the background, with the pages' first answers already made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


_publishers: list[Callable[[], object]] = []


def publish_with(start: Callable[[], object]) -> None:
    """Say how publishing is started; jobs, who do it, say so when they are loaded."""
    _publishers[:] = [start]


def soon() -> None:
    """Have what was just written published now, rather than at the next turn."""
    for start in _publishers:
        start()
