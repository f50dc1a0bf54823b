"""The three levels of a touchpoint, side by side: what happens, what people do, how they feel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heartline.core.result import Result
from heartline.server.shell import filters, heart, names, numbers, ratings
from heartline.server.shell.doors import door
from heartline.store.definitions import Definitions

from .cells import Cell, Cells, Fact, Row, find


@dataclass(frozen=True)
class Level:
    """One of the three: its name, what it asks, its lines, and what is said where there are none."""

    key: str
    name: str
    question: str
    facts: list[Fact]
    empty: str


@dataclass(frozen=True)
class Heard:
    """What the verbs said about a touchpoint; of steps and whereabouts only within a journey."""

    places: Result
    waits: Result
    scores: Result
    steps: Result | None
    standing: Result | None


def levels(
    key: str, heard: Heard, asked: Mapping[str, Any], body: Mapping[str, Any], definitions: Definitions
) -> list[Level]:
    """Give the three levels.

    Parameters
    ----------
    asked
        The selection, with the journey if there is one.
    body
        The journey's definition; empty without one.
    """
    return [
        Level("facts", _("What happens"), _("Waits and times"), _facts(key, heard, asked),
              _("No wait is known here. A wait is known where data carry when something was asked for and when it"
                " came.")),
        Level("deeds", _("What people do"), _("Who comes, who stops, what is next"),
              _deeds(key, heard, asked, body, definitions), _("Nobody has been here yet.")),
        Level("feelings", _("How it feels"), _("Feeling, unhappy people, ratings"),
              _feelings(key, heard, asked, definitions),
              _("Nobody has said yet how this feels. A rating, a review or a message about it begins the line.")),
    ]  # fmt: skip


def _line(facts: list[Fact], name: str, cell: Cell | None, note: str = "", *, bad: bool = False) -> None:
    if cell is not None:
        facts.append(Fact(name, cell, note or cell.between, bad))


def _facts(key: str, heard: Heard, asked: Mapping[str, Any]) -> list[Fact]:
    facts: list[Fact] = []
    row = find(heard.waits, key)
    cells = Cells("waits", asked, row, {"touchpoint": key})
    expected = row.get("expected_s")
    late = expected is not None and (row.get("median_s") or 0) > expected
    told = _("of %(time)s expected") % {"time": numbers.duration(expected)} if expected else ""
    _line(facts, _("Half wait at most"), cells.of("median_s", numbers.duration), told, bad=late)
    _line(facts, _("One in ten waits longer than"), cells.of("p90_s", numbers.duration))
    if row.get("over") is not None:
        _line(facts, _("Longer than expected"), cells.share("over"), bad=(row["over_low"] or 0) > 0)
    if row.get("knee_s") is not None:
        ends = {"low": numbers.duration(row["knee_s_low"]), "high": numbers.duration(row["knee_s_high"])}
        borne = Cell(numbers.duration(row["knee_s"]), "", _("between %(low)s and %(high)s") % ends)
        _line(facts, _("People bear it for about"), borne)
    if heard.steps is not None:
        step = Cells("steps", asked, find(heard.steps, key), {"touchpoint": key})
        if (step.row.get("first_s") or 0) > 0:
            _line(facts, _("Half are here after"), step.of("first_s", numbers.duration), _("from the beginning"))
    return facts


def _deeds(
    key: str, heard: Heard, asked: Mapping[str, Any], body: Mapping[str, Any], definitions: Definitions
) -> list[Fact]:
    facts: list[Fact] = []
    place = Cells("touchpoints", asked, find(heard.places, key), {"touchpoint": key})
    what = names.counted_as(body)
    if heard.steps is None:
        _line(facts, _("People here"), place.of("people", numbers.count) if place.row.get("people") else None)
        _line(facts, _("How often"), place.of("interactions", numbers.count))
        return facts
    step = Cells("steps", asked, find(heard.steps, key), {"touchpoint": key})
    _line(facts, _("People here"), step.of("customers", numbers.count) if step.row.get("customers") else None)
    _line(facts, what[:1].upper() + what[1:], step.of("trips", numbers.count))
    _line(facts, _("Of all that are over"), step.of("reach", numbers.share))
    _line(facts, _("Stop here") if body.get("goal") else _("End here"), step.of("left", numbers.share))
    if step.row.get("next"):
        label = filters.body_label(definitions, "touchpoint", step.row["next"])
        _line(facts, _("Then most often"), step.of("next_share", numbers.share), label)
    row = find(heard.standing, key) if heard.standing else {}
    standing = Cells("whereabouts", asked, row, {"touchpoint": key})
    time = _("half for %(time)s or less") % {"time": numbers.duration(row.get("median_s"))} if row else ""
    _line(facts, _("Standing here now"), standing.of("trips", numbers.count), time)
    if row.get("past_usual"):
        _line(facts, _("Longer than usual"), standing.of("past_usual", numbers.count), bad=True)
    return facts


def _feelings(key: str, heard: Heard, asked: Mapping[str, Any], definitions: Definitions) -> list[Fact]:
    facts: list[Fact] = []
    row = find(heard.places, key)
    cells = Cells("touchpoints", asked, row, {"touchpoint": key})
    if row.get("feeling") is not None:
        feeling = cells.of("feeling", heart.signed)
        sure = row["feeling_low"] is not None
        _line(facts, _("Feeling"), feeling, "" if sure else _("cannot tell yet"), bad=sure and row["feeling_high"] < 0)
    _line(facts, _("Unhappy"), cells.share("share_bad"), bad=(row.get("share_bad_low") or 0) > 0)
    if heart.beat(row, "").forks:
        _line(facts, _("How it ends where it goes right"), cells.of("after_good", heart.signed))
        bad = (row.get("contrast_low") or 0) > 0
        _line(facts, _("How it ends where it goes wrong"), cells.of("after_bad", heart.signed), bad=bad)
    facts += _ratings(heard.scores, asked, key, definitions)
    return facts


def _ratings(scores: Result, asked: Mapping[str, Any], key: str, definitions: Definitions) -> list[Fact]:
    """Give each scale's own measure."""
    spec = {name: value for name, value in asked.items() if name != "journey"} | {"about": (key,)}
    facts = []
    for row in scores.rows:
        scale = definitions.scales[row["scale"]]
        if row["measure"] != scale.measure:
            continue
        keys: Row = {"scale": row["scale"], "measure": row["measure"]}
        link = door("scores", spec, row=keys, column="value")
        between = ratings.between(row["low"], row["high"], row["measure"])
        cell = Cell(ratings.written(row["value"], row["measure"]), link, between, numbers.count(row["n"]))
        facts.append(Fact(ratings.scale_name(scale), cell, between))
    return facts
