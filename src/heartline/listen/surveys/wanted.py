"""What a survey wants to know of whom it asks: the traits that its texts and conditions name."""

from __future__ import annotations

from typing import Any

from .piping import pipes
from .values import Survey


def traits(survey: Survey) -> frozenset[str]:
    """Give the names of the traits that a survey puts into texts, or decides by."""
    found: set[str] = set()
    _into(found, survey.model_dump(by_alias=True, exclude_defaults=True))
    return frozenset(found)


def _into(found: set[str], part: Any) -> None:
    if isinstance(part, str):
        found.update(key for source, key in pipes(part) if source == "trait")
    elif isinstance(part, dict):
        if isinstance(part.get("trait"), str) and "text" not in part:
            found.add(part["trait"])
        for inside in part.values():
            _into(found, inside)
    elif isinstance(part, list | tuple):
        for inside in part:
            _into(found, inside)
