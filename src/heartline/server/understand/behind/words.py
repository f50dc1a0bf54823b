"""What a number is, and what its rows' columns are, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.period import parse_period
from heartline.server.shell import filters, numbers, ratings
from heartline.server.shell.doors import Door
from heartline.store.definitions import Definitions

from . import surveyed


def counted(n: int, counts: str) -> str:
    """Say how many rows there are, and of what."""
    values = {"number": numbers.count(n)}
    if counts == "trips":
        return ngettext("%(number)s passage", "%(number)s passages", n) % values
    if counts == "customers":
        return ngettext("%(number)s person", "%(number)s people", n) % values
    return ngettext("%(number)s entry", "%(number)s entries", n) % values


def number(door: Door, definitions: Definitions) -> str:
    """Say which number an address is about: “Delivery: share who were unhappy”."""
    if door.verb in surveyed.VERBS:
        return surveyed.number(door, definitions)
    name = (door.figure or door.column or "").removesuffix("_before")
    if door.verb in ("feedback", "heard") and name in ("good", "bad"):
        name = f"pieces_{name}"
    parts = [of for key, value in (door.row or {}).items() if (of := _of(key, value, definitions))]
    return ": ".join([*parts, measure(name)])


def _of(key: str, value: Any, definitions: Definitions) -> str:
    if value in (None, "", []):
        return ""
    if key in ("touchpoint", "about", "step", "from", "to"):
        return filters.body_label(definitions, "touchpoint", str(value))
    if key == "path" and isinstance(value, list):
        return " → ".join(filters.body_label(definitions, "touchpoint", str(step)) for step in value)
    if key == "channel":
        return filters.channel(definitions, str(value))
    if key == "stage":
        return filters.stage(definitions, str(value))
    if key in ("journey", "unit", "product", "segment"):
        return filters.body_label(definitions, key, str(value))
    if key == "scale" and str(value) in definitions.scales:
        return ratings.scale_name(definitions.scales[str(value)])
    if key == "period":
        return filters.said(parse_period(str(value)))
    return "" if key in ("measure", "position", "id") else str(value)


def measure(name: str) -> str:
    """Name a figure or a column."""
    known = {
        "trips": _("passages"),
        "open_trips": _("still on the way"),
        "customers": _("people"),
        "people": _("people"),
        "interactions": _("entries"),
        "people_unknown": _("entries without a known person"),
        "paths": _("different paths"),
        "goal_share": _("reached the goal"),
        "through_trips": _("came by"),
        "through_customers": _("people who came by"),
        "through_paths": _("different paths through it"),
        "through_goal_trips": _("came by and reached the goal"),
        "through_goal_paths": _("different paths through it to the goal"),
        "through_goal_share": _("of those who came by, reached the goal"),
        "median_goal_steps": _("steps to the goal (half need fewer)"),
        "median_goal_s": _("time to the goal (half are faster)"),
        "median_s": _("time it takes (half are faster)"),
        "p90_s": _("time that one in ten exceeds"),
        "mean_s": _("average time"),
        "total_s": _("time waited in all"),
        "longest_s": _("longest time"),
        "over": _("waited longer than expected"),
        "n": _("answers"),
        "waits": _("waits"),
        "share": _("share"),
        "count": _("how often"),
        "feeling": _("feeling"),
        "feeling_n": _("entries with a known feeling"),
        "share_bad": _("share who were unhappy"),
        "share_bad_n": _("people whose feeling is known"),
        "after_good": _("feeling at the end, where it went right"),
        "after_bad": _("feeling at the end, where it went wrong"),
        "after_none": _("feeling at the end of those who never came here"),
        "contrast": _("what going wrong costs in feeling"),
        "hurts": _("how much it hurts"),
        "past_usual": _("here longer than usual"),
        "verbatims": _("texts"),
        "texts": _("texts"),
        "feedback": _("pieces of feedback"),
        "scored": _("answers on a scale"),
        "score": _("answer on a scale"),
        "unhappy": _("share who were unhappy"),
        "pieces_good": _("feedback of contented people"),
        "pieces_bad": _("feedback of discontented people"),
        "good": _("texts of contented people"),
        "bad": _("texts of discontented people"),
        "answers": _("answers"),
        "value": _("rating"),
        "outside_share": _("outside of every passage"),
        "transitions": _("steps"),
    }
    return known.get(name, name.replace("_", " "))


COLUMNS: tuple[str, ...] = (
    "occurred_at",
    "start",
    "owner",
    "customer",
    "touchpoint",
    "about",
    "channel",
    "path",
    "steps",
    "duration_s",
    "goal_s",
    "standing",
    "since_s",
    "wait_s",
    "score",
    "succeeded",
    "reached_goal",
    "amount",
    "feeling",
    "group",
    "text",
)
"""Columns of a listing that a page shows, in their order; a CSV has them all."""


def column(name: str) -> str:
    """Name a column."""
    return {
        "occurred_at": _("When"),
        "start": _("Began"),
        "owner": _("Number"),
        "customer": _("Person"),
        "touchpoint": _("Touchpoint"),
        "about": _("About"),
        "channel": _("Channel"),
        "path": _("Path"),
        "steps": _("Steps"),
        "duration_s": _("Took"),
        "goal_s": _("To the goal"),
        "standing": _("Stands at"),
        "since_s": _("For"),
        "wait_s": _("Waited"),
        "score": _("Answer"),
        "succeeded": _("Went right"),
        "reached_goal": _("Reached the goal"),
        "amount": _("Amount"),
        "feeling": _("Feeling"),
        "group": _("Side"),
        "text": _("Words"),
    }[name]


def cell(name: str, row: Mapping[str, Any], definitions: Definitions) -> str:
    """Write a cell for people."""
    value = row.get(name)
    if value is None or value == "":
        return numbers.NONE
    if name in ("occurred_at", "start"):
        return numbers.moment(value, definitions.settings["timezone"])
    if name in ("touchpoint", "about", "standing"):
        return filters.body_label(definitions, "touchpoint", str(value))
    if name == "channel":
        return filters.channel(definitions, str(value))
    if name == "path":
        return " → ".join(filters.body_label(definitions, "touchpoint", step) for step in str(value).split(" > "))
    if name in ("duration_s", "goal_s", "since_s", "wait_s"):
        return numbers.duration(value)
    if name in ("succeeded", "reached_goal"):
        return _("yes") if value else _("no")
    if name == "customer":
        return numbers.person(str(value))
    if name == "owner":
        return str(value)[:24]
    if name == "group":
        return {"good": _("went right"), "bad": _("went wrong")}.get(str(value), str(value))
    if name in ("score", "amount", "feeling", "steps"):
        return numbers.number(float(value), 0 if float(value).is_integer() else 2)
    return str(value)


NUMERIC = frozenset({"steps", "duration_s", "goal_s", "since_s", "wait_s", "score", "amount", "feeling"})
