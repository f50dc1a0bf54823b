"""How many of the people who were asked said something: people are counted, never how often somebody said it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Quote:
    """A highlighted passage: who said it, and what it is about.

    Parameters
    ----------
    key
        Of the quote.
    person
        Who said it: the same for all quotes of one person.
    tags
        What it is tagged with: by `theme`, `touchpoint`, `stage`; one quote may have several themes.
    """

    key: str
    person: str
    text: str
    tags: Mapping[str, Sequence[str]]
    feeling: float | None = None


@dataclass(frozen=True)
class Line:
    """What was said about one thing: by how many of how many people, and by whom in each type of person."""

    key: str
    people: int
    of: int
    types: tuple[tuple[str, int, int], ...]
    """(type of person, how many of them said it, how many of them were asked)"""
    unhappy: int
    """People of whom no quote about it is content, and one at least unhappy."""
    content: int
    quotes: tuple[str, ...]


def lines(quotes: Iterable[Quote], people: Mapping[str, str], by: str) -> list[Line]:
    """Count who said what, what most people said first.

    Parameters
    ----------
    people
        Everybody who was asked, with their type; none: an empty one.
    by
        `theme`, `touchpoint`, `stage`.
    """
    found: dict[str, list[Quote]] = {}
    for quote in quotes:
        for key in dict.fromkeys(quote.tags.get(by, ())):
            found.setdefault(key, []).append(quote)
    asked: dict[str, int] = {}
    for kind in people.values():
        asked[kind] = asked.get(kind, 0) + 1
    made = [_line(key, some, people, asked) for key, some in found.items()]
    return sorted(made, key=lambda line: (-line.people, -len(line.quotes), line.key))


def _line(key: str, quotes: Sequence[Quote], people: Mapping[str, str], asked: Mapping[str, int]) -> Line:
    said: dict[str, list[float]] = {}
    for quote in quotes:
        said.setdefault(quote.person, []).extend([] if quote.feeling is None else [quote.feeling])
    types = [(kind, sum(people.get(person, "") == kind for person in said), number) for kind, number in asked.items()]
    felt = [(min(feelings), max(feelings)) for feelings in said.values() if feelings]
    some = tuple(one for one in sorted(types, key=lambda one: -one[1]) if one[1])
    return Line(
        key, len(said), max(len(people), len(said)), some,
        sum(low < 0 and high <= 0 for low, high in felt), sum(high > 0 and low >= 0 for low, high in felt),
        tuple(quote.key for quote in quotes),
    )  # fmt: skip
