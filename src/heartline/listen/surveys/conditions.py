"""Does a condition hold? What was not answered is nothing: it equals nothing and is neither above nor below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import Condition

Facts = Mapping[str, Mapping[str, Any]]
"""What is known: by `question`, `hidden` and `trait`, values by key."""


def holds(condition: Condition | None, facts: Facts) -> bool:
    """Tell whether a condition holds; none always does."""
    if condition is None:
        return True
    if condition.all_ is not None:
        return all(holds(part, facts) for part in condition.all_)
    if condition.any_ is not None:
        return any(holds(part, facts) for part in condition.any_)
    if condition.none_ is not None:
        return not any(holds(part, facts) for part in condition.none_)
    value = seen(condition, facts)
    return all(_compare(sign, value, wanted) for sign, wanted in condition.signs.items())


def seen(condition: Condition, facts: Facts) -> Any:
    """Give what a comparison looks at; None where nothing is known."""
    (source,) = condition.looks_at
    value = facts[source].get(getattr(condition, source))
    if condition.row is not None:
        value = value.get(condition.row) if isinstance(value, Mapping) else None
    return value


def _compare(sign: str, value: Any, wanted: Any) -> bool:
    if sign == "answered":
        return (value is not None) is bool(wanted)
    if value is None:
        return False
    if sign in ("is", "not"):
        return (_plain(value) in _several(wanted)) == (sign == "is")
    if sign == "has":
        chosen = _chosen(value)
        return any(one in chosen for one in _several(wanted))
    number = _number(value)
    if number is None:
        return False
    return bool(number > wanted) if sign == "above" else bool(number < wanted)


def _plain(value: Any) -> Any:
    """A choice with words of one's own is that choice."""
    return value.get("choice") if isinstance(value, Mapping) and "choice" in value else value


def _chosen(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        value = value.get("choices", value.get("choice"))
    return list(value) if isinstance(value, list | tuple) else [value]


def _several(wanted: Any) -> list[Any]:
    return list(wanted) if isinstance(wanted, list | tuple) else [wanted]


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
