"""What a rule of placement may say: which events it is for, and what it makes of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .bodies import CONDITIONS, EVENT_TYPES, SIGNS, Field
from .values import BadDefinition, wrong
from .yaml_marks import Marked

if TYPE_CHECKING:
    from .catalogue import Change

SETS = (
    "touchpoint", "stage", "about", "kind", "channel", "unit", "product", "ref", "amount", "currency", "wait_s",
    "score", "scale", "succeeded", "text",
)  # fmt: skip
"""Columns that a rule may fill."""
PLACEMENT = ("touchpoint", "stage", "about", "kind", "wait_s", "succeeded")
"""Those of them that may change for events that are there already; the others are as they were received."""
LONGEST = 500
MOST_TESTS = 20


def when(field: Field, item: Marked) -> dict[str, Any]:
    """Read which events a rule is for.

    Raises
    ------
    BadDefinition
        `no_condition`, `unknown_field`, `bad_choice`, `bad_text`, `bad_test`.
    """
    if not isinstance(item.value, dict) or not item.value:
        raise wrong(item, field, "no_condition", "A rule does not say which events it is for.",
                    "Expected `when: {event: Order Completed}`.")  # fmt: skip
    made: dict[str, Any] = {}
    for name, part in item.value.items():
        if name == "properties":
            made[name] = _tests(field, part)
        elif name in CONDITIONS:
            texts = [_text(field, one) for one in (part.value if isinstance(part.value, list) else [part])]
            if name == "type" and not set(texts) <= set(EVENT_TYPES):
                raise wrong(part, field, "bad_choice", f"type is “{', '.join(texts)}”.",
                            f"Expected one of: {', '.join(EVENT_TYPES)}.")  # fmt: skip
            made[name] = texts
        else:
            known = ", ".join((*CONDITIONS, "properties"))
            raise wrong(part, field, "unknown_field", f"A rule cannot look at “{name}”.", f"Expected one of: {known}.")
    made = {name: value for name, value in made.items() if value}
    if not made:
        raise wrong(item, field, "no_condition", "A rule does not say which events it is for.",
                    "Expected `when: {event: Order Completed}`.")  # fmt: skip
    return made


def _text(field: Field, item: Marked) -> str:
    if isinstance(item.value, bool) or not isinstance(item.value, str | int | float):
        raise wrong(item, field, "bad_text", "A condition is not text.", "Expected some words.")
    text = str(item.value).strip()
    if not text or len(text) > LONGEST:
        raise wrong(item, field, "bad_text", "A condition is empty or too long.", f"Expected up to {LONGEST} letters.")
    return text


def _tests(field: Field, item: Marked) -> list[dict[str, Any]]:
    parts = item.value if isinstance(item.value, list) else [item]
    if len(parts) > MOST_TESTS:
        raise wrong(item, field, "bad_test", "A rule looks at too many properties.", f"Expected up to {MOST_TESTS}.")
    return [_test(field, part) for part in parts]


def _test(field: Field, item: Marked) -> dict[str, Any]:
    expected = "Expected `{property: category, is: Games}`, or `not`, `has`, `above`, `below`, `there: true`."
    if not isinstance(item.value, dict) or "property" not in item.value or len(item.value) != 2:
        raise wrong(item, field, "bad_test", "A condition on a property has another shape than expected.", expected)
    name = _text(field, item.value["property"])
    (sign,) = (one for one in item.value if one != "property")
    part = item.value[sign]
    if sign not in SIGNS:
        raise wrong(part, field, "bad_test", f"A property cannot be compared by “{sign}”.", expected)
    value = part.value
    if sign in ("above", "below"):
        fine = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    elif sign == "there":
        fine = isinstance(value, bool)
    elif sign == "has":
        fine = isinstance(value, str) and bool(value)
    else:
        fine = isinstance(value, str | int | float | bool) and value != ""
    if not fine:
        raise wrong(part, field, "bad_test", f"“{name}” cannot be compared with this.", expected)
    return {"property": name, sign: value}


def given(field: Field, item: Marked) -> Any:
    """Read what a rule puts into a column: always the same, or what a property holds, `{property: wait, times: 0.001}`.

    Raises
    ------
    BadDefinition
        `bad_value`.
    """
    value = item.value
    expected = f"Expected `{field.alias}: …` with one value, or `{{property: NAME}}`."
    if isinstance(value, dict):
        if not {"property"} <= set(value) <= {"property", "times"}:
            raise wrong(item, field, "bad_value", f"{field.alias} has another shape than expected.", expected)
        made: dict[str, Any] = {"property": _text(field, value["property"])}
        if "times" in value:
            times = value["times"].value
            if isinstance(times, bool) or not isinstance(times, int | float) or not math.isfinite(times) or not times:
                raise wrong(value["times"], field, "bad_value", "times is not a number other than 0.", expected)
            made["times"] = times
        return made
    if field.name in NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise wrong(item, field, "bad_value", f"{field.alias} is not a number.", expected)
        return value
    if field.name == "succeeded":
        if not isinstance(value, bool):
            raise wrong(item, field, "bad_value", f"{field.alias} is neither true nor false.", expected)
        return value
    return _text(field, item)


NUMBERS = ("amount", "wait_s", "score")


def by_itself(change: Change, body: Mapping[str, Any]) -> None:
    """Refuse a rule that makes nothing of its events.

    Raises
    ------
    BadDefinition
        `sets_nothing`.
    """
    if not any(name in body for name in (*SETS, "mask", "plain")):
        raise BadDefinition("sets_nothing", change.place, f"{change.key} does not say what its events are.",
                            "Expected `touchpoint: …` or another column.", name="touchpoint")  # fmt: skip
