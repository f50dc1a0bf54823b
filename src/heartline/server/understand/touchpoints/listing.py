"""The list of touchpoints with the three levels of each: waits, people, feeling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from heartline.core.result import Result
from heartline.server.shell import filters, heart, names, numbers
from heartline.store.definitions import Definitions

from . import splits
from .cells import Cell, Cells, find


@dataclass(frozen=True)
class Line:
    """A touchpoint in the list; where its months come later, `beats` is None."""

    key: str
    label: str
    link: str
    where: str
    department: str
    beats: tuple[heart.Beat, ...] | None
    feeling: Cell | None
    unhappy: Cell | None
    unsure: bool
    before: str
    right: Cell | None
    wrong: Cell | None
    people: Cell | None
    half: Cell | None
    over: Cell | None
    late: bool


def lines(
    found: Result, months: Result | None, waits: Result, asked: Mapping[str, Any], known: Definitions
) -> list[Line]:
    """Make a line for every touchpoint: what hurts most first, where it is clear that it hurts before the rest."""
    query = filters.address(asked)
    made = []
    for row in found.rows:
        key = row["touchpoint"]
        cells = Cells("touchpoints", asked, row, {"touchpoint": key})
        wait = find(waits, key)
        waited = Cells("waits", asked, wait, {"touchpoint": key})
        unhappy = cells.share("share_bad")
        ends = heart.beat(row, "").forks
        made.append(
            Line(
                key=key,
                label=filters.body_label(known, "touchpoint", key),
                link=reverse("touchpoint", args=[key]) + (f"?{query}" if query else ""),
                where=filters.stage(known, row["stage"]) if row["stage"] else "",
                department=names.department(known.all("touchpoint").get(key, {})),
                beats=splits.beats(months, key) if months else None,
                feeling=cells.of("feeling", heart.signed),
                unhappy=unhappy,
                unsure=unhappy is None and bool(row["share_bad_n"]),
                before=_before(row),
                right=cells.of("after_good", heart.signed) if ends else None,
                wrong=cells.of("after_bad", heart.signed) if ends else None,
                people=cells.of("people", numbers.count) if row["people"] else cells.of("interactions", numbers.count),
                half=waited.of("median_s", numbers.duration),
                over=waited.share("over"),
                late=bool(wait.get("expected_s")) and wait["median_s"] > wait["expected_s"],
            )
        )
    made.sort(key=lambda line: line.right is None)  # keeps the verb's order within both
    return made


@dataclass(frozen=True)
class Months:
    """A touchpoint's line of feeling, month by month."""

    key: str
    label: str
    beats: tuple[heart.Beat, ...]


def monthly(months: Result, known: Definitions) -> list[Months]:
    """Give the line of every touchpoint of which anything was felt."""
    keys = dict.fromkeys(row["touchpoint"] for row in months.rows)
    made = (Months(key, filters.body_label(known, "touchpoint", key), splits.beats(months, key)) for key in keys)
    return [one for one in made if one.beats]


def parted(made: list[Line]) -> dict[str, list[Line]]:
    """Tell those of which anything is known apart from those of which nobody has said how they feel."""
    known = [line for line in made if line.feeling or line.unhappy or line.unsure]
    return {"lines": known, "silent": [line for line in made if line not in known]}


def _before(row: Mapping[str, Any]) -> str:
    before = row.get("share_bad_before")
    return numbers.in_hundred(before) if before is not None else ""
