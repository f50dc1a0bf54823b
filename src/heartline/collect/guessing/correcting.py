"""Correct a plan: one thing at a time, as somebody says it on the page; what cannot be is refused in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from heartline.collect import exports
from heartline.collect.currencies import CURRENCIES
from heartline.core.errors import InvalidInput
from heartline.core.ids import slug
from heartline.core.scales import SCALES

from . import clocks, touching
from .plan import OTHER, PERSONS, USES, WAITS, Column, Plan, Table, Touch

Values = Mapping[str, str]
ALONE = frozenset(
    ["ref", "id", "currency", "channel", "touchpoint", "about", "product", "product_name", "unit", "wait", "succeeded"]
)
"""Uses that one column of a table has; a second one takes it over."""
MOST_DAYS = 2_000


def wrong(field: str, reason: str, remedy: str) -> InvalidInput:
    """Build the error that a correction cannot be made."""
    return InvalidInput("bad_correction", reason, field=field, remedy=remedy)


def column(plan: Plan, values: Values, taken: Mapping[str, Mapping[str, Any]]) -> None:
    """Say what a column is for: `table`, `column`, and `use`, with a detail after a colon.

    Raises
    ------
    InvalidInput
        `bad_correction` for a column or a use that is not there, and for contact data that should be kept.
    """
    table = _table(plan, values.get("table", ""))
    found = table.column(values.get("column"))
    use, _, detail = values.get("use", "").partition(":")
    if found is None or use not in USES:
        raise wrong("use", "There is no such column or meaning.", "Choose from the list.")
    if use == "keep" and found.contact:
        raise wrong("use", "Addresses and names of people are not kept as details.", "Leave the column out.")
    allowed = {"person": (*PERSONS, OTHER), "score": tuple(SCALES), "wait": tuple(WAITS)}.get(use)
    if (allowed and detail not in allowed) or (use == "only" and not detail):
        raise wrong("use", "This meaning needs to be said more exactly.", "Choose from the list.")
    if use == "clock" and not _of_a_date(table, found, detail):
        raise wrong("use", "There is no such date.", "Choose from the list.")
    if use in ("time", "promised") and not detail:
        detail = found.profile.time
    for other in table.columns:
        second = (
            use in ALONE
            or (use == "clock" and other.detail == detail)
            or (use == "time" and (touching.judged(table) or table.one("touchpoint")))
        )
        if second and other is not found and other.use == use:
            other.use, other.detail = "keep" if not other.contact else "leave", ""
    found.use, found.detail = use, detail
    clocks.join(table.columns)
    touching.renew(plan, table, taken)


def _of_a_date(table: Table, found: Column, name: str) -> bool:
    """Tell whether a column's times of day can belong to a column of dates."""
    date = table.column(name)
    return bool(found.profile.clock) and date is not None and date is not found and date.use in ("time", "promised")


def touch(plan: Plan, values: Values) -> None:
    """Say how a touchpoint is called, where it stands, and when it happened."""
    one = _touch(plan, values.get("touch", ""))
    table = plan.table(one.table)
    label = _text(values, "label", one.label)
    if label != one.label:
        one.label = label
        if one.about:
            one.about = slug(label)
        elif not values.get("key_stays"):
            one.key = slug(label)
    one.stage, one.channel = slug(values.get("stage", one.stage)), slug(values.get("channel", one.channel))
    one.department = " ".join(values.get("department", one.department).split())[:80]
    if "wanted" in values:
        one.wanted = values["wanted"] == "yes"
    for name in ("since", "promised"):
        if name in values:
            setattr(one, name, values[name] if table.column(values[name]) else None)
    if "first" in values or "last" in values:
        one.first, one.last = _period(values.get("first", ""), values.get("last", ""))


def step(plan: Plan, values: Values) -> None:
    """Say how a value of the column that names touchpoints is called, and its stage."""
    table = _table(plan, values.get("table", ""))
    value = values.get("value", "")
    if value not in table.steps:
        raise wrong("value", "There is no such touchpoint.", "Choose one of the list.")
    label, stage = table.steps[value]
    table.steps[value] = [_text(values, "label", label), slug(values.get("stage", stage))]


def join(plan: Plan, values: Values) -> None:
    """Say whether two files belong together."""
    for one in plan.joins:
        if (one.left, one.right) == (values.get("left"), values.get("right")):
            one.wanted = values.get("wanted") == "yes"
            return
    raise wrong("left", "These files do not belong together.", "Choose two of the list.")


def journey(plan: Plan, values: Values) -> None:
    """Say what the journey is called, where it starts and where it leads."""
    one = plan.journey
    if one is None:
        raise wrong("goal", "There is no journey to change.", "Give at least two touchpoints a common number first.")
    known = set(goals(plan))
    starts, goal = values.get("starts", one.starts), values.get("goal", one.goal)
    if goal not in known or (starts != "any" and starts not in known):
        raise wrong("goal", "There is no such touchpoint.", "Choose from the list.")
    days = values.get("within_days", str(one.within_days))
    if not days.isdecimal() or len(days) > len(str(MOST_DAYS)) or not 0 < int(days) <= MOST_DAYS:
        raise wrong("within_days", "That is no count of days.", f"Write a number from 1 to {MOST_DAYS}.")
    one.label, one.counted_as = _text(values, "label", one.label), _text(values, "counted_as", one.counted_as)
    one.starts, one.goal, one.within_days, one.edited = starts, goal, int(days), True
    one.wanted = values.get("wanted", "yes" if one.wanted else "no") == "yes"
    if values.get("per") in ("ref", "customer"):
        one.per = values["per"]


def general(plan: Plan, values: Values) -> None:
    """Say what the import is called, and the zone and currency of what it brings."""
    source = slug(values.get("source", plan.source))[:40]
    if not source:
        raise wrong("source", "The name has neither letter nor digit.", "Write a name like “web shop”.")
    zone = values.get("timezone", plan.timezone).strip()
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise wrong("timezone", f"There is no time zone “{zone}”.", "Choose one like Europe/Berlin.") from None
    currency = values.get("currency", plan.currency).strip().upper()
    if currency and currency not in CURRENCIES:
        raise wrong("currency", f"There is no currency “{currency}”.", "Write its three letters, like EUR.")
    other = " ".join(values.get("competitor", plan.competitor).split())[:80]
    if other and not slug(other):
        raise wrong("competitor", "The name has neither letter nor digit.", "Write the name of the other company.")
    plan.source, plan.timezone, plan.currency, plan.competitor = source, zone, currency, other
    plan.as_export = values.get("as_export", "yes" if plan.as_export else "no") == "yes"


def goals(plan: Plan) -> dict[str, str]:
    """Give the touchpoints a journey may start at or lead to: key -> label."""
    if plan.known:
        return {key: str(body["label"]) for key, body in exports.touchpoints(plan.known).items()}
    found: dict[str, str] = {}
    for one in plan.touches:
        if one.wanted and one.key:
            found.setdefault(one.key, one.label)
    for table in plan.tables:
        found |= {slug(value): label for value, (label, _stage) in table.steps.items()}
    return found


def _table(plan: Plan, name: str) -> Table:
    for table in plan.tables:
        if table.name == name:
            return table
    raise wrong("table", "There is no such file.", "Load the page again.")


def _touch(plan: Plan, name: str) -> Touch:
    for one in plan.touches:
        if one.name == name:
            return one
    raise wrong("touch", "There is no such touchpoint.", "Load the page again.")


def _text(values: Values, name: str, before: str) -> str:
    """Give a name as somebody wrote it; nothing written leaves it as it was."""
    text = re.sub(r"\s+", " ", values.get(name, "")).strip()[:80]
    if text and not slug(text):
        raise wrong(name, "The name has neither letter nor digit.", "Write a name like “Delivery”.")
    return text or before


def _period(first: str, last: str) -> tuple[str, str]:
    try:
        start, end = date.fromisoformat(first or last), date.fromisoformat(last or first)
    except ValueError:
        raise wrong("first", "That is not a day.", "Choose the first and the last day.") from None
    if end < start:
        raise wrong("last", "The period ends before it starts.", "Choose a last day on or after the first.")
    return start.isoformat(), end.isoformat()
