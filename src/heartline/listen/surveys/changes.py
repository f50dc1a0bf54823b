"""What differs between two versions of a survey, in the words of its places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .reading import plain
from .values import Survey


@dataclass(frozen=True)
class Difference:
    """One place that is not as it was: `before` is None where it is new, `after` where it is gone."""

    place: str
    before: Any
    after: Any


def changes(before: Survey, after: Survey) -> list[Difference]:
    """Give what differs; parts with a key are compared with their namesakes, wherever they stand."""
    return list(_compare("", plain(before), plain(after)))


def _compare(place: str, before: Any, after: Any) -> list[Difference]:
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        names = [*before, *(name for name in after if name not in before)]
        return [one for name in names for one in _compare(_under(place, name), before.get(name), after.get(name))]
    if _keyed(before) and _keyed(after):
        olds, news = {part["key"]: part for part in before}, {part["key"]: part for part in after}
        found = _compare(place, olds, news)
        stay = [key for key in olds if key in news]
        if stay != [key for key in news if key in olds]:
            found.append(Difference(_under(place, "order"), list(olds), list(news)))
        return found
    return [Difference(place, before, after)]


def _keyed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, dict) and "key" in part for part in value)


def _under(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
