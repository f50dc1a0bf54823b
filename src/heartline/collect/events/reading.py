"""What properties say, column by column: texts, numbers, yes or no; what holds something else is counted as a doubt."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from heartline.collect.currencies import CURRENCIES

from .groups import Group

KEYS: dict[str, tuple[str, ...]] = {
    "ref": (
        "ref", "order_id", "orderId", "order_number", "ticket_id", "ticketId", "conversation_id", "conversationId",
        "case_id", "caseId", "booking_id", "bookingId", "reservation_id", "appointment_id", "call_id", "callId",
    ),
    "product": ("product", "product_id", "productId", "sku"),
    "unit": ("unit", "store_id", "storeId", "location_id"),
    "amount": ("amount", "total", "revenue", "value"),
    "currency": ("currency",),
    "score": ("score", "rating", "stars"),
    "scale": ("scale",),
    "wait_s": ("wait_s", "wait_seconds", "waiting_time_s"),
    "succeeded": ("succeeded", "success"),
    "text": (
        "text", "comment", "comments", "review_body", "message_body", "message", "feedback", "verbatim", "answer",
        "body", "description",
    ),
    "language": ("language",),
    "touchpoint": ("touchpoint",),
    "stage": ("stage",),
    "about": ("about",),
    "channel": ("channel",),
}  # fmt: skip
"""Column -> the properties that may hold it; the first of them that an event has."""
MOST_MONEY = 10**13


def held(group: Group, column: str) -> tuple[str, list[Any]] | None:
    """Give the property that holds a column, and its values; None where there is none."""
    key = next((key for key in KEYS[column] if key in group.keys), None)
    return None if key is None else (key, group.values(key))


def words(group: Group, column: str) -> list[str | None] | None:
    """Give a column of texts."""
    found = held(group, column)
    if found is None:
        return None
    key, values = found
    if group.kinds(key) == {str}:  # each different one is looked at once
        known = {value: word(value) for value in set(values)}
        made = [known[value] for value in values]
    else:
        made = [word(value) for value in values]
    _doubt(group, column, values, made)
    return made


def numbers(group: Group, column: str) -> list[float | None] | None:
    """Give a column of numbers."""
    found = held(group, column)
    if found is None:
        return None
    made = [number(value) for value in found[1]]
    _doubt(group, column, found[1], made)
    return made


def answers(group: Group, column: str) -> list[bool | None] | None:
    """Give a column of yes or no."""
    found = held(group, column)
    if found is None:
        return None
    made = [value if type(value) is bool else None for value in found[1]]
    _doubt(group, column, found[1], made)
    return made


def word(value: Any) -> str | None:
    """Give a text; whole numbers are texts as well."""
    if type(value) is str:
        return value.strip()[:500] or None
    return str(value) if type(value) is int else None


def number(value: Any) -> float | None:
    """Give a number, also where it is written as a text."""
    if type(value) is str:
        try:
            value = float(value)
        except ValueError:
            return None
    if type(value) is int:
        return float(value) if abs(value) < 1e300 else None
    return value if type(value) is float and math.isfinite(value) else None


def amounts(group: Group) -> list[float | None] | None:
    """Give amounts of money that the lake can hold."""
    found = numbers(group, "amount")
    if found is None:
        return None
    large = sum(value is not None and abs(value) >= MOST_MONEY for value in found)
    if large:
        group.doubts["bad_amount"] += large
    return [None if value is None or abs(value) >= MOST_MONEY else value for value in found]


def currencies(group: Group, usual: str | None, decided: Sequence[str | None] | None = None) -> list[str | None]:
    """Give the currency of each, the company's where none is said; None where what is said is no currency."""
    said: Sequence[str | None] | None = words(group, "currency")
    if decided is not None:
        said = [other if one is None else one for one, other in zip(decided, said or [None] * len(group), strict=True)]
    if said is None:
        return [usual] * len(group)
    made = [usual if one is None else one.upper() if one.upper() in CURRENCIES else None for one in said]
    _doubt(group, "currency", said, made)
    return made


def product(group: Group) -> list[str | None] | None:
    """Give the product of each: its own, or that of an order that has one only."""
    found = words(group, "product")
    if found is not None or "products" not in group.keys:
        return found
    return [_only(value) for value in group.values("products")]


def _only(value: Any) -> str | None:
    if type(value) is not list or len(value) != 1 or type(value[0]) is not dict:
        return None
    return next((word(value[0][key]) for key in KEYS["product"] if key in value[0]), None)


def _doubt(group: Group, column: str, given: Sequence[Any], made: Sequence[Any]) -> None:
    """Count what says something that cannot be read."""
    if None not in made:
        return
    bad = sum(one is None and value is not None and value != "" for value, one in zip(given, made, strict=True))
    if bad:
        group.doubts[f"bad_{column}"] += bad
