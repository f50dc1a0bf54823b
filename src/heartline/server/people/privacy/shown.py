"""What the pages of privacy show."""

from __future__ import annotations

from datetime import date
from typing import Any

from heartline.collect.person import Person
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake

from . import words
from .models import Request, Sheet


def request(one: Request, today: date) -> dict[str, Any]:
    """Give a request as a row."""
    days = one.days_left(today)
    return {
        "number": one.pk,
        "kind": one.get_kind_display(),
        "state": one.get_state_display(),
        "asked": words.day(one.asked_on),
        "due": words.day(one.due_on),
        "left": "" if one.over else words.left(days),
        "late": not one.over and days < 0,
        "closed": one.closed_at,
        "over": one.over,
        "answer": one.answer,
        "note": one.note,
        "longer": one.longer_because,
        "customer": one.customer,
        "by": one.by,
    }


def sheet(one: Sheet) -> dict[str, Any]:
    """Give a sheet's own words."""
    return {
        "number": one.pk,
        "answer": words.erased(one),
        "waiting": one.state == Sheet.State.WAITING,
        "failed": one.reason if one.state == Sheet.State.FAILED else "",
        "at": one.done_at or one.made_at,
        "by": one.by,
        "version": one.version,
        "identifiers": one.identifiers,
        "why": one.why,
        "overwritten": one.overwritten,
        "unlanded": one.waiting_requests,
    }


def places(one: Sheet) -> list[dict[str, Any]]:
    """Give what was searched, place by place."""
    return [{**line, "name": words.place(line["place"]), "of": words.counted(line["counts"])} for line in one.places]


def document(one: Sheet) -> dict[str, Any]:
    """Give a sheet as a document."""
    return {
        "sheet": one.pk, "state": one.state, "why": one.why, "by": one.by, "asked": one.made_at, "done": one.done_at,
        "version": one.version, "identifiers": one.identifiers, "places": one.places,
        "database_written_over": one.overwritten, "requests_not_landed_yet": one.waiting_requests,
    }  # fmt: skip


def interactions(lake: Lake, person: Person) -> int:
    """Count what is held of somebody."""
    snapshot = lake.at()
    rows = snapshot.rows("identifier")
    return int(
        snapshot.execute(rows.filter(rows.identifier.isin(sorted(person.names))).count().as_table())[0][0].as_py()
    )


def kinds() -> list[tuple[str, str]]:
    """Give the kinds of interactions that there are."""
    return [(key, words.kind(key)) for key in _distinct("kind")]


def sources() -> list[str]:
    """Give the sources that there are."""
    return _distinct("source")


def _distinct(column: str) -> list[str]:
    snapshot = workspace().lake.at()
    found = snapshot.execute(snapshot.rows(column).distinct())[column].to_pylist()
    return sorted(value for value in found if value)
