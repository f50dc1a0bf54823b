"""What schema.org says of reviews: types, their properties, and what each may hold.

Written down from the published vocabulary (https://schema.org/Review, /Rating, /AggregateRating, /Organization,
/Product, /Brand); only the properties that we may write are here, so that any other is a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

NUMBER, TEXT, DATE = "Number", "Text", "Date"
THING: dict[str, tuple[str, ...]] = {"name": (TEXT,)}
RATING: dict[str, tuple[str, ...]] = {
    **THING,
    "ratingValue": (NUMBER,),
    "bestRating": (NUMBER,),
    "worstRating": (NUMBER,),
}
TYPES: dict[str, dict[str, tuple[str, ...]]] = {
    "Rating": RATING,
    "AggregateRating": {**RATING, "ratingCount": ("Integer",), "reviewCount": ("Integer",)},
    "Review": {
        **THING, "datePublished": (DATE,), "reviewBody": (TEXT,), "inLanguage": (TEXT,), "reviewRating": ("Rating",),
    },
    "Brand": THING,
    "Organization": {**THING, "aggregateRating": ("AggregateRating",), "review": ("Review",)},
    "Product": {
        **THING, "productID": (TEXT,), "category": (TEXT,), "brand": ("Brand",),
        "aggregateRating": ("AggregateRating",), "review": ("Review",),
    },
}  # fmt: skip
NEEDED = {
    "AggregateRating": ({"ratingValue"}, {"ratingCount", "reviewCount"}),
    "Rating": ({"ratingValue"},),
    "Review": ({"reviewBody"},),
}
"""Of each set at least one has to be there."""


def problems(item: Mapping[str, Any]) -> list[str]:
    """Say what is wrong with a document."""
    found = [] if item.get("@context") == "https://schema.org" else ["no @context"]
    return found + list(_wrong({name: value for name, value in item.items() if name != "@context"}, "$"))


def _wrong(item: Mapping[str, Any], where: str) -> Iterator[str]:
    kind = str(item.get("@type"))
    if kind not in TYPES:
        yield f"{where}: unknown type {kind}"
        return
    for name, value in item.items():
        if name == "@type":
            continue
        allowed = TYPES[kind].get(name)
        if allowed is None:
            yield f"{where}: {kind} has no {name}"
            continue
        for one in value if isinstance(value, list) else [value]:
            yield from _value(one, allowed, f"{where}.{name}")
    for some in NEEDED.get(kind, ()):
        if not some & set(item):
            yield f"{where}: {kind} needs one of {sorted(some)}"
    yield from _rated(item, where)


def _value(value: Any, allowed: tuple[str, ...], where: str) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("@type") not in allowed:
            yield f"{where}: {value.get('@type')} is not {allowed}"
        yield from _wrong(value, where)
    elif isinstance(value, bool):
        yield f"{where}: a boolean"
    elif isinstance(value, int | float):
        if NUMBER not in allowed and not (isinstance(value, int) and "Integer" in allowed):
            yield f"{where}: a number"
    elif DATE in allowed:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            yield f"{where}: no date"
    elif TEXT not in allowed or not str(value).strip():
        yield f"{where}: no text"


def _rated(item: Mapping[str, Any], where: str) -> Iterator[str]:
    """A rating lies between the worst and the best, and counts somebody."""
    if isinstance(item.get("ratingValue"), int | float):
        low, high = item.get("worstRating", 1), item.get("bestRating", 5)
        if not low <= item["ratingValue"] <= high:
            yield f"{where}: {item['ratingValue']} is not between {low} and {high}"
    if item.get("ratingCount", 1) < 1:
        yield f"{where}: a rating by nobody"
