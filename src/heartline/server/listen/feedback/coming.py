"""What came since a version, read once for everybody who asks, and given to each as far as they may see and want it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from heartline.core.selection import Selection
from heartline.server.accounts import access
from heartline.server.accounts.asking import ask, asker, may
from heartline.server.shell.opened import workspace
from heartline.store.snapshot import Snapshot

from .hearing import READER, Heard

TOGETHER = 300
"""Pieces that are read for all at once; when more came, each asks for what is theirs."""
PLAIN = frozenset(("period", "as_of", "unit", "channel", "touchpoint", "feeling", "theme", "scale", "only"))
"""Filters that a row answers by itself; whoever filters by others asks the lake."""

Row = dict[str, Any]
Test = Callable[[Row], bool]


@dataclass(frozen=True)
class Came:
    """The newest pieces, and how many came beyond them."""

    rows: list[Row]
    beyond: int


def since(request: HttpRequest, narrowed: Mapping[str, Any], place: int, heard: Heard, most: int) -> Came:
    """Give what came after a place, as somebody may see it and asks for it.

    Raises
    ------
    Forbidden
        `not_allowed`, `not_your_unit`.
    """
    who = asker(request)
    access.require(who, "read")
    values = access.narrowed(who, workspace(), narrowed)
    if heard.before <= place < heard.said:
        place = heard.before  # nothing was said between: whoever was told up to here or there asks the same
    rows, every = READER.once(("rows", place, heard.version), lambda: _read(place, heard))
    if every > len(rows) or set(values) - PLAIN:
        asked = {**narrowed, "since": place, "as_of": heard.version, "limit": most}
        result = ask(request, "feedback", asked)
        return Came(result.rows, (result.figures["feedback"].n or 0) - len(result.rows))
    tests = _tests(workspace().lake.at(heard.version), values)
    found = [row for row in rows if all(holds(row) for holds in tests)]
    if not may(request, "read_people"):
        found = [row | {"customer": None} for row in found]
    return Came(found[:most], max(0, len(found) - most))


def _read(place: int, heard: Heard) -> tuple[list[Row], int]:
    asked = {"period": "all", "since": place, "as_of": heard.version, "limit": TOGETHER}
    result = workspace().call("feedback", asked)
    return result.rows, result.figures["feedback"].n or 0


def _tests(snapshot: Snapshot, values: Mapping[str, Any]) -> list[Test]:
    """Give what a row has to hold; `heartline.listen.pieces` asks the lake the same."""
    start, end = snapshot.period(Selection(period=values.get("period"))).bounds(
        snapshot.definitions.settings["timezone"]
    )
    tests: list[Test] = []
    if start is not None:
        tests.append(lambda row: row["occurred_at"] >= start)
    if end is not None:
        tests.append(lambda row: row["occurred_at"] < end)
    accepted = {name: frozenset(values[name]) for name in ("channel", "touchpoint", "scale") if values.get(name)}
    if values.get("unit"):
        accepted["unit"] = frozenset(snapshot.definitions.units_below(list(values["unit"])))
    tests += [_in(name, keys) for name, keys in accepted.items()]
    if values.get("theme"):
        themes = frozenset(values["theme"])
        tests.append(lambda row: not themes.isdisjoint(row["themes"] or ()))
    return [*tests, *(test for test in (_feels(values.get("feeling")), _only(values.get("only"))) if test)]


def _in(name: str, keys: frozenset[str]) -> Test:
    return lambda row: row[name] in keys


def _feels(feeling: str | None) -> Test | None:
    known: dict[str, Test] = {
        "unknown": lambda row: row["feeling"] is None,
        "neutral": lambda row: row["feeling"] == 0,
        "good": lambda row: (row["feeling"] or 0) > 0,
        "bad": lambda row: (row["feeling"] or 0) < 0,
    }
    return known[feeling] if feeling else None


def _only(only: str | None) -> Test | None:
    known: dict[str, Test] = {
        "texts": lambda row: bool(row["text"]),
        "low": lambda row: row["score"] is not None and (row["feeling"] or 0) < 0,
        "unread": lambda row: bool(row["text"]) and row["themes"] is None,
    }
    return known[only] if only else None
