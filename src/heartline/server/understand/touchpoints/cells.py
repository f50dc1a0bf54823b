"""Numbers of a touchpoint as people read them, each with its door and how exactly it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Result
from heartline.server.shell import numbers
from heartline.server.shell.doors import door

UNSURE = 0.4
"""A share whose interval is wider cannot be told yet."""

Row = Mapping[str, Any]
Write = Callable[[Any], str]


@dataclass(frozen=True)
class Cell:
    """A number: as people read it, the way to its rows, how exactly it is known, and how many it rests on."""

    text: str
    link: str
    between: str = ""
    n: str = ""


@dataclass(frozen=True)
class Fact:
    """A line of a level: what it is, its number, and what there is to add."""

    name: str
    cell: Cell | None
    note: str = ""
    bad: bool = False


class Cells:
    """Makes the numbers of one row of a verb.

    Parameters
    ----------
    asked
        What the verb was asked with.
    keys
        What names the row: its touchpoint, and its group where touchpoints are split.
    """

    def __init__(self, verb: str, asked: Mapping[str, Any], row: Row, keys: Row) -> None:
        self.verb, self.asked, self.row, self.keys = verb, asked, row, keys

    def of(self, column: str, write: Write, exact: Write | None = None) -> Cell | None:
        """Make a number; None where nothing is known."""
        value = self.row.get(column)
        if value is None:
            return None
        exact = exact or write
        low, high, n = (self.row.get(f"{column}_{part}") for part in ("low", "high", "n"))
        ends = {"low": exact(low), "high": exact(high)}
        between = _("between %(low)s and %(high)s") % ends if low is not None else ""
        link = door(self.verb, self.asked, row=self.keys, column=column)
        return Cell(write(value), link, between, numbers.count(n) if n is not None else "")

    def share(self, column: str) -> Cell | None:
        """Make a share as a sentence says it; None where too little is known to tell."""
        low, high = self.row.get(f"{column}_low"), self.row.get(f"{column}_high")
        if low is None or high is None or high - low > UNSURE:
            return None
        return self.of(column, numbers.in_hundred, numbers.share)


def find(result: Result, key: str) -> Row:
    """Give a touchpoint's row; an empty one where it has none."""
    return next((row for row in result.rows if row["touchpoint"] == key), {})


def people(number: int) -> str:
    """Count people in words."""
    return ngettext("%(number)s person", "%(number)s people", number) % {"number": numbers.count(number)}
