"""Where training is needed: what goes wrong, what is said of friendliness and information, what employees tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from heartline.core.result import Result
from heartline.server.shell import doors, filters, numbers
from heartline.store.definitions import Definitions

from . import words

OF_PEOPLE = ("friendliness", "information")
"""Themes that training changes: how people are met, and whether they are told what they need to know."""
LEAST = 10
"""Experiences, or texts, that something has to rest on."""
Row = Mapping[str, Any]


@dataclass
class Cell:
    """A number with its interval, and the door to what stands behind it."""

    text: str
    link: str
    between: str
    n: str
    value: float
    low: float


@dataclass
class Line:
    """A touchpoint, and what speaks for training there."""

    key: str
    label: str
    wrong: Cell | None = None
    themes: dict[str, Cell] = field(default_factory=dict)
    notes: str = ""
    notes_link: str = ""
    needed: bool = False

    @property
    def weight(self) -> float:
        """How surely much goes wrong there: the largest lower end."""
        return max([cell.low for cell in (self.wrong, *self.themes.values()) if cell] or [0.0])


def beyond(places: Result, known: Definitions) -> list[str]:
    """Name the touchpoints at which all goes wrong by what they are, such as a lost parcel: nobody learns that away."""
    return sorted(filters.body_label(known, "touchpoint", row["touchpoint"]) for row in places.rows if _by_nature(row))


def _by_nature(row: Row) -> bool:
    return row["share_bad"] == 1 and int(row["share_bad_n"] or 0) >= LEAST


def lines(places: Result, themes: Result | None, notes: Result, asked: Row, known: Definitions) -> list[Line]:
    """Give the touchpoints of which anything is known, those first where training is needed most surely.

    What goes wrong by the nature of a touchpoint (`beyond`) speaks for no training, there or elsewhere; what people
    write of how they were met there does.
    """
    made: dict[str, Line] = {}

    def at(key: str) -> Line:
        return made.setdefault(key, Line(key, filters.body_label(known, "touchpoint", key)))

    changeable = [row for row in places.rows if not _by_nature(row)]
    usual = _usual(changeable)
    for row in changeable:
        cell = _cell(row, "share_bad", "touchpoints", asked, {"touchpoint": row["touchpoint"]})
        if cell is not None:
            line = at(row["touchpoint"])
            line.wrong, line.needed = cell, cell.low > usual
    for row in themes.rows if themes else ():
        if row.get("about"):
            own = {**asked, "theme": list(OF_PEOPLE), "by": ["about"]}
            cell = _cell(row, "unhappy", "themes", own, {"theme": row["theme"], "about": row["about"]}, "feeling_n")
            if cell is not None:
                line = at(row["about"])
                line.themes[row["theme"]] = cell
                line.needed = line.needed or cell.low > max(usual, 0.5)
    told = Counter(row["about"] for row in notes.rows if row["about"])
    for key, number in told.items():
        line = at(key)
        line.notes = numbers.count(number)
        own = {**asked, "told_by": "employees", "about": [key]}
        line.notes_link = doors.door("verbatims", own, figure="verbatims")
    return sorted(made.values(), key=lambda line: (not line.needed, -line.weight, line.label))


def _usual(rows: Iterable[Row]) -> float:
    """Give the share of all experiences that were bad."""
    some = [(row["share_bad"], row["share_bad_n"]) for row in rows if row["share_bad"] is not None]
    total = sum(n for _, n in some)
    return sum(share * n for share, n in some) / total if total else 1.0


def _cell(row: Row, name: str, verb: str, asked: Row, keys: Row, n_name: str = "") -> Cell | None:
    value, low, high = row.get(name), row.get(f"{name}_low"), row.get(f"{name}_high")
    n = int(row.get(n_name or f"{name}_n") or 0)
    if value is None or low is None or high is None or n < LEAST:
        return None
    link = doors.door(verb, asked, row=keys, column=name)
    return Cell(numbers.share(value), link, words.shares(low, high), numbers.count(n), float(value), float(low))
