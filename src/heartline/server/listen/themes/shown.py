"""What the pages show of themes: a line for each, with its share, how it feels, how it moves, and one text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from heartline.core.result import Result
from heartline.listen.text.themes.values import Theme
from heartline.server.shell import doors, filters, numbers, quotes
from heartline.server.shell.doors import SELECTION
from heartline.store.definitions import Definitions

from . import words

WIDTH, HEIGHT = 100, 24


@dataclass(frozen=True)
class Line:
    """A theme: its share and feeling with the doors to the texts behind, how it moves, a text that stands for it."""

    name: str
    address: str
    share: str
    between: str
    share_link: str
    bar: float
    texts: str
    texts_link: str
    feeling: str
    felt_between: str
    feeling_link: str
    mood: str
    change: str
    mark: str
    points: str
    quote: str


@dataclass(frozen=True)
class Place:
    """A touchpoint at which a theme is spoken of."""

    name: str
    texts: str
    texts_link: str
    share: str
    share_link: str
    between: str


def lines(result: Result, there: Mapping[str, Theme], values: Mapping[str, Any], language: str) -> list[Line]:
    """Make a line of every theme, the most spoken of first."""
    return [line(result, row, there[row["theme"]], values, language) for row in result.rows if row["theme"] in there]


def line(result: Result, row: Mapping[str, Any], theme: Theme, values: Mapping[str, Any], language: str) -> Line:
    """Make the line of one theme."""
    selection = {name: value for name, value in values.items() if name in SELECTION}
    said = row["quotes"][0]["text"].strip() if row["quotes"] else ""
    return Line(
        name=words.name(theme, language),
        address=f"{reverse('theme', args=[theme.key])}?{filters.address(selection)}".rstrip("?"),
        share=numbers.share(row["share"]),
        between=words.between(row["low"], row["high"]),
        share_link=_door(values, row, "share"),
        bar=row["share"] or 0.0,
        texts=numbers.count(row["texts"]),
        texts_link=_door(values, row, "texts"),
        feeling=numbers.number(row["feeling"], 2) if row["feeling"] is not None else "",
        felt_between=words.felt(row["feeling_low"], row["feeling_high"]),
        feeling_link=_door(values, row, "feeling"),
        mood=quotes.tone_of(_sure(row)),
        change=words.moved(result, row),
        mark=words.mark(row),
        points=points(row["line"]),
        quote=said,
    )


def _sure(row: Mapping[str, Any]) -> float | None:
    """Give the feeling where it is surely above or below 0, else 0; None where it is not known."""
    low, high = row["feeling_low"], row["feeling_high"]
    if row["feeling"] is None:
        return None
    return row["feeling"] if low is not None and (low > 0 or high < 0) else 0.0


def points(shares: Sequence[float | None]) -> str:
    """Give the points of a small line, from the left (long ago) to the right (of late); unknown times are left out."""
    known = [(place, share) for place, share in enumerate(shares) if share is not None]
    if len(known) < 2:
        return ""
    top = max(share for _, share in known) or 1.0
    step = WIDTH / (len(shares) - 1)
    return " ".join(f"{place * step:.1f},{HEIGHT - 2 - (HEIGHT - 4) * share / top:.1f}" for place, share in known)


def places(result: Result, definitions: Definitions, values: Mapping[str, Any]) -> list[Place]:
    """Give the touchpoints at which a theme is spoken of, the most first."""
    return places_of(result.rows, definitions, values)


def places_of(rows: Sequence[Mapping[str, Any]], definitions: Definitions, values: Mapping[str, Any]) -> list[Place]:
    """Give the touchpoints of some rows."""
    return [
        Place(
            filters.body_label(definitions, "touchpoint", row["about"]) if row["about"] else words.nowhere(),
            numbers.count(row["texts"]), _door(values, row, "texts", "about"),
            numbers.share(row["share"]), _door(values, row, "share", "about"), words.between(row["low"], row["high"]),
        )
        for row in rows
    ]  # fmt: skip


def _door(values: Mapping[str, Any], row: Mapping[str, Any], column: str, *keys: str) -> str:
    return doors.door("themes", values, row={name: row[name] for name in ("theme", *keys)}, column=column)
