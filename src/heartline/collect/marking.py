"""Marked events that a recipe brings: what happened at a time, as a question that was worded anew."""

from __future__ import annotations

from datetime import date
from typing import Any

from heartline.core.ids import slug

from .yaml_marks import Marked

EVENT = ("label", "labels", "first", "last", "kind", "unit")


def read_events(item: Marked | None) -> dict[str, dict[str, Any]]:
    """Read the events of a recipe, as the lake keeps them, by key."""
    found = {}
    for name, body in (item.mapping("“events”") if item else {}).items():
        values = body.only(f"Event “{name}”", EVENT)
        if "first" not in values:
            raise body.place.wrong("“first” is missing.", "Expected `first: 2017-01-01` here.")
        made: dict[str, Any] = {"label": name}
        for key, value in values.items():
            made[key] = _value(key, value)
        if made.get("last", made["first"]) < made["first"]:
            raise values["last"].place.wrong("The event ends before it starts.", "Expected `last` on or after `first`.")
        found[slug(name)] = made
    return found


def _value(key: str, value: Marked) -> Any:
    if key == "labels":
        return {language: text.text("a label") for language, text in value.mapping("“labels”").items()}
    if key not in ("first", "last"):
        return value.text(key)
    if type(value.value) is not date:
        raise value.place.wrong(f"“{value.value}” is not a day.", "Expected a day like 2017-01-01.")
    return value.value.isoformat()
