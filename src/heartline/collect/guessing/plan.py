"""The plan of a guided import: what every column is for, which steps follow, what joins what. Plain values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from .loose_text import Told
from .values import Profile

PERSONS = ("customer_id", "user_id", "email", "phone", "card", "anonymous_id")
"""Kinds of identifier that are offered; the first stands for a customer's number."""
OTHER = "other"
"""A person's number of a kind of its own, named as its column."""
WAITS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
USES = (
    "leave", "keep", "time", "promised", "person", "touchpoint", "about", "ref", "id", "score", "text", "amount",
    "unit_price", "quantity", "currency", "product", "product_name", "product_category", "unit", "channel", "wait",
    "succeeded", "only", "clock",
)  # fmt: skip
"""What a column may be for. With a detail: `person` (kind), `score` (scale), `wait` (unit), `time` and `promised`
(format), `only` (the value that lines must have, or several), `clock` (the date that its time of day belongs to)."""
SEVERAL = " | "
"""Stands between the values that lines may have."""


@dataclass
class Clock:
    """A column with the time of day of a date in another column, and how it writes it."""

    name: str
    type: str
    how: str


@dataclass
class Column:
    """A column and its use; `contact` ones say how to reach a person and never enter the lake as they are.

    Parameters
    ----------
    clock
        For a date: the column with its time of day, if another has it.
    """

    name: str
    type: str = "VARCHAR"
    use: str = "keep"
    detail: str = ""
    contact: bool = False
    profile: Profile = field(default_factory=Profile)
    clock: Clock | None = None

    @property
    def wanted(self) -> list[str]:
        """The values that lines must have, where it says so."""
        known = any(value == self.detail for value, _count in self.profile.top)
        return [self.detail] if known else self.detail.split(SEVERAL)

    @property
    def days(self) -> bool:
        """Whether it says on which day, and not at what time."""
        return self.profile.days and self.clock is None


@dataclass
class Table:
    """One file: its name in SQL, as the recipe names it, and as it was brought.

    Parameters
    ----------
    key
        Columns that together name a row for ever; empty where none do.
    steps
        Values of the column that names the touchpoint -> label and stage; only where there is one.
    """

    name: str
    file: str
    title: str
    columns: list[Column]
    rows: int = 0
    key: list[str] = field(default_factory=list)
    steps: dict[str, list[str]] = field(default_factory=dict)
    told: Told = field(default_factory=Told)

    def of(self, *uses: str) -> list[Column]:
        """Give the columns of these uses, in their order."""
        return [column for column in self.columns if column.use in uses]

    def one(self, use: str) -> Column | None:
        """Give the first column of a use."""
        return next(iter(self.of(use)), None)

    def column(self, name: str | None) -> Column | None:
        """Give a column by its name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass
class Touch:
    """One kind of interaction that every row of a table gives.

    Parameters
    ----------
    time
        The column that says when; None where a period is declared, or the touchpoint is one of a column's values.
    main
        Carries what the row says: score, text, money, details.
    since, promised
        Columns: the wait began then; it went right if it was not later than that.
    score
        The column with the score.
    about
        What a further score judges; such a touch is no step.
    """

    table: str
    key: str
    label: str = ""
    stage: str = ""
    channel: str = ""
    department: str = ""
    time: str | None = None
    main: bool = False
    wanted: bool = True
    since: str | None = None
    promised: str | None = None
    about: str = ""
    score: str | None = None
    first: str = ""
    last: str = ""

    @property
    def name(self) -> str:
        """Name the touch within its plan."""
        return f"{self.table}.{(self.score if self.about else self.time) or 'row'}"


@dataclass
class Join:
    """Two columns of two tables that speak of the same things; `share` of the left one's values are in the right."""

    left: str
    left_column: str
    right: str
    right_column: str
    share: float = 0.0
    wanted: bool = True


@dataclass
class Journey:
    """A journey that the import defines."""

    wanted: bool = True
    edited: bool = False
    key: str = ""
    label: str = ""
    counted_as: str = ""
    per: str = "ref"
    starts: str = "any"
    goal: str = ""
    within_days: int = 90
    designed: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """Everything that a recipe is written from.

    Parameters
    ----------
    export, as_export
        The known export of a tool that the files are (`collect.exports`), and whether to read them as that.
    competitor
        The name of another company that all of it is about; empty: it is the company's own.
    """

    source: str
    tables: list[Table]
    touches: list[Touch] = field(default_factory=list)
    joins: list[Join] = field(default_factory=list)
    journey: Journey | None = None
    timezone: str = "UTC"
    currency: str = ""
    export: str = ""
    as_export: bool = True
    competitor: str = ""

    @property
    def known(self) -> str:
        """The export that the files are read as; empty where they are read column by column."""
        return self.export if self.as_export else ""

    def table(self, name: str) -> Table:
        """Give a table by its name in SQL."""
        return next(table for table in self.tables if table.name == name)

    def touches_of(self, name: str) -> list[Touch]:
        """Give a table's wanted touches, the main one first."""
        found = [touch for touch in self.touches if touch.table == name and touch.wanted]
        return sorted(found, key=lambda touch: not touch.main)

    def joined(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Give what joins a table: its own column, the other table, and that one's column."""
        for join in self.joins:
            if join.wanted and join.left == name:
                yield join.left_column, join.right, join.right_column
            elif join.wanted and join.right == name:
                yield join.right_column, join.left, join.left_column

    def stored(self) -> dict[str, Any]:
        """Give the plan as plain values that JSON can hold; where order tells something, in lists."""
        made: dict[str, Any] = msgspec.to_builtins(self)
        for table in made["tables"]:
            table["steps"] = list(table["steps"].items())
        return made


def restored(values: dict[str, Any]) -> Plan:
    """Read a plan from plain values."""
    tables = [{**table, "steps": dict(table.get("steps", ()))} for table in values.get("tables", ())]
    return msgspec.convert({**values, "tables": tables} if tables else values, Plan)
