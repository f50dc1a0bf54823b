"""The version that pages read: published in the background, with the pages' first answers already made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .models import Publication


@dataclass(frozen=True)
class Asked:
    """A question that a page asks when it is opened without filters."""

    verb: str
    values: Mapping[str, Any] = field(default_factory=dict)


_asked: list[Asked] = []
_of_each_journey: list[Asked] = []


def ask_ahead(verb: str, **values: Any) -> None:
    """Have a question answered before anybody opens the page; features say so when they are loaded."""
    question = Asked(verb, values)
    if question not in _asked:
        _asked.append(question)


def ask_ahead_of_each_journey(verb: str, **values: Any) -> None:
    """Have a question answered ahead once for every journey that is defined, with its key as `journey`."""
    question = Asked(verb, values)
    if question not in _of_each_journey:
        _of_each_journey.append(question)


def questions(journeys: Iterable[str] = ()) -> tuple[Asked, ...]:
    """Give every question that is answered ahead, where these journeys are defined."""
    of_each = (Asked(one.verb, {**one.values, "journey": key}) for key in journeys for one in _of_each_journey)
    return (*_asked, *of_each)


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
