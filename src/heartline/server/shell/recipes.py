"""Recipes that features have at hand, for others that run them: how a company's files were read before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Offered:
    """A recipe: by what it is asked for, what it is called, and its text."""

    key: str
    label: str
    text: str


Offer = Callable[[], Iterable[Offered]]
_offers: list[Offer] = []


def offer(some: Offer) -> None:
    """Say which recipes there are; asked each time."""
    if some not in _offers:
        _offers.append(some)


def offered() -> list[Offered]:
    """Give the recipes there are, newest first."""
    return [one for some in _offers for one in some()]
