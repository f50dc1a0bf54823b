"""Figures about single employees: refused unless the company allows them, and withheld where few people stand behind.

A verb that can split by employees calls that split, and its column, `employee`; a test sees that none does so under
another name. Such a verb also gives `people`: how many customers stand behind each row. Both is checked here, where all
doors meet, before and after the verb.

What a row withheld could be made of, the total less the rows that are shown, is withheld with it: as long as that rest
is one row, or stands for fewer than five people, the smallest row that is shown goes, too. Who asks for many periods
and subtracts their answers from each other is not held up by this; the audit trail and the setting are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .errors import Forbidden
from .result import Result
from .sentence import Sentence

SPLIT = "employee"
"""The name of a split by employees, and of its column."""
PEOPLE = "people"
"""The column that says how many customers stand behind a row."""
SETTING = "employee_figures"
FEWEST = 5
OTHER_NAMES = frozenset(
    {"agent", "staff", "operator", "clerk", "assignee", "colleague", "worker", "resource", "handler", "seller_name"}
)
"""What a split by employees is not to be called, since it would not be known for one."""


def splits(spec: Mapping[str, Any]) -> bool:
    """Tell whether a spec asks for a split by employees, or for the rows behind one."""
    by, nested = spec.get("by"), spec.get("spec")
    chosen = (by,) if isinstance(by, str) else tuple(by or ())
    return SPLIT in chosen or SPLIT in (spec.get("row") or {}) or (isinstance(nested, Mapping) and splits(nested))


def require(allowed: bool) -> None:
    """Refuse a split by employees that the company has not allowed.

    Raises
    ------
    Forbidden
        `about_employees`.
    """
    if not allowed:
        raise Forbidden(
            "about_employees", "This company shows no figures about single employees.", field="by",
            remedy="Ask for teams; an administrator may allow it in the company settings.",
        )  # fmt: skip


def published(result: Result, key: Sequence[str]) -> Result:
    """Give an answer without the rows about employees behind whom too few people stand.

    Parameters
    ----------
    key
        Columns that identify a row; rows that differ in the employee only are looked at together.
    """
    names = {column.name for column in result.columns}
    if SPLIT not in names:
        return result
    if PEOPLE not in names:
        raise TypeError(f"{result.verb} splits by employees and does not say how many people stand behind a row.")
    together: dict[tuple[Any, ...], list[int]] = {}
    for place, row in enumerate(result.rows):
        together.setdefault(tuple(repr(row.get(name)) for name in key if name != SPLIT), []).append(place)
    gone: set[int] = set()
    for places in together.values():
        gone.update(withheld([_people(result.rows[place]) for place in places], places))
    if not gone:
        return result
    rows = [row for place, row in enumerate(result.rows) if place not in gone]
    note = Sentence(
        "Rows about employees are left out where fewer than {fewest} people stand behind them, or could be told from"
        " the rest: {count}.", {"fewest": FEWEST, "count": len(gone)},
    )  # fmt: skip
    return replace(result, rows=rows).with_notes(note)


def _people(row: Mapping[str, Any]) -> int:
    return int(row.get(PEOPLE) or 0)


def withheld(people: Sequence[int], places: Sequence[int]) -> list[int]:
    """Say which rows are withheld: the small ones, and as many of the next as keep these from being told by a total."""
    order = sorted(range(len(people)), key=lambda number: (people[number], places[number]))
    small = [number for number in order if people[number] < FEWEST]
    if not small:
        return []
    rest = order[len(small) :]
    while rest and (len(small) < 2 or sum(people[number] for number in small) < FEWEST):
        small.append(rest.pop(0))
    return [places[number] for number in small]
