"""The definitions that a recipe brings: written once, and not again over what somebody has changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from heartline.store.definitions import Definitions
from heartline.store.snapshot import Snapshot
from heartline.store.supposing import NARROW, Move
from heartline.store.writer import Writer

from .recipe import Query, Recipe

UNIT = ("key", "name", "parent", "kind", "country", "timezone", "hours")
PRODUCT = ("key", "name", "category", "brand", "price", "margin")
RATING = ("key", "name", "of", "value", "count", "best", "worst", "at", "link")

Rows = Callable[[Query, tuple[str, ...]], list[dict[str, Any]]]
Body = tuple[str, str, dict[str, Any]]
"""A definition that a recipe brings: kind, key and what it says."""


def define(
    writer: Writer, snapshot: Snapshot, recipe: Recipe, found: Mapping[str, str], bodies: Iterable[Body]
) -> None:
    """Write what the recipe defines and its rows showed.

    A definition that this source has written before, alike, is left as it is now; what a recipe does not say of a
    touchpoint that is defined already stays; touchpoints that only turned up in rows are defined where nobody has.

    Parameters
    ----------
    found
        Touchpoints seen in rows: key -> label.
    bodies
        What the recipe defines; see `brought`.
    """
    before = _written(snapshot, recipe.source)
    away = merged(snapshot.definitions)
    for kind, key, body in bodies:
        if kind == "touchpoint":
            if key not in away and not _said(body, before.get((kind, key), ())):
                there = snapshot.definitions.all(kind).get(key, {})
                writer.define(kind, key, {**there, **body}, source=recipe.source)
        elif body not in before.get((kind, key), ()):
            writer.define(kind, key, body, source=recipe.source)
    for key, label in found.items():
        if key not in recipe.touchpoints and key not in snapshot.definitions.all("touchpoint"):
            writer.define("touchpoint", key, {"label": label}, source=recipe.source)
    _settle(writer, snapshot, recipe)


def touchpoints(snapshot: Snapshot, recipe: Recipe) -> dict[str, dict[str, Any]]:
    """Give the bodies of touchpoints as they stand while a recipe's rows are placed.

    What somebody changed since the recipe wrote it goes before the recipe, as in `define`.
    """
    before = _written(snapshot, recipe.source)
    there = snapshot.definitions.all("touchpoint")
    new = {
        key: {**there.get(key, {}), **body}
        for key, body in recipe.touchpoints.items()
        if not _said(body, before.get(("touchpoint", key), ()))
    }
    return {**recipe.touchpoints, **there, **new}


def _said(body: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether a source has said all this of a touchpoint before."""
    return any(all(one.get(name) == value for name, value in body.items()) for one in before)


def merged(definitions: Definitions) -> dict[str, str]:
    """Give the touchpoints that were merged into others: the name that sources use -> the touchpoint's key."""
    return {name: key for key, body in definitions.all("touchpoint").items() for name in body.get("also") or ()}


def taken(definitions: Definitions) -> tuple[Move, ...]:
    """Give the moves of rows that land: what touchpoints take from others by a rule, with the stage that follows."""
    bodies = definitions.all("touchpoint")
    made = []
    for to, body in bodies.items():
        for rule in body.get("takes") or ():
            where = tuple((name, tuple(_several(rule[name]))) for name in NARROW if name in rule)
            for touchpoint in _several(rule["touchpoint"]):
                old, new = bodies.get(touchpoint, {}).get("stage"), body.get("stage")
                staged = {} if old == new else {"stage": new or "", "from_stage": old or ""}
                made.append(Move(touchpoint, to=to, where=where, **staged))
    return tuple(made)


def _several(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def brought(recipe: Recipe, rows: Rows) -> Iterator[Body]:
    """Give the definitions that a recipe brings.

    Parameters
    ----------
    rows
        Runs a query for definitions; knows its columns.
    """
    for key in recipe.stages:
        yield "stage", key, {"label": key.replace("_", " ").capitalize()}
    for kind, power in recipe.identifiers.items():
        yield "identifier_kind", kind, {"power": power}
    for key, body in recipe.touchpoints.items():
        yield "touchpoint", key, body
    for key, body in recipe.journeys.items():
        yield "journey", key, body
    for key, body in recipe.events.items():
        yield "event", key, body
    if recipe.competitor:
        yield "unit", recipe.their_unit, {"name": recipe.competitor, "kind": "competitor"}
    for kind, queries, columns in (
        ("unit", () if recipe.competitor else recipe.units, UNIT),
        ("product", recipe.products, PRODUCT),
        ("rating", recipe.ratings, RATING),
    ):
        for query in queries:
            for row in rows(query, columns):
                key = row.pop("key")
                if key is not None:
                    said = {name: _plain(value) for name, value in row.items() if value is not None}
                    yield kind, str(key), {**said, **_rated(recipe, kind)}


def _rated(recipe: Recipe, kind: str) -> dict[str, str]:
    """Say where a rating of the whole stands, and whose it is."""
    if kind != "rating":
        return {}
    return {"source": recipe.source, **({"unit": recipe.their_unit} if recipe.competitor else {})}


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _written(snapshot: Snapshot, source: str) -> dict[tuple[str, str], list[Any]]:
    """Give every body that a source has written, by kind and key."""
    table = snapshot.table("definitions")
    found: dict[tuple[str, str], list[Any]] = {}
    for kind, key, body, who in zip(
        *(table[name].to_pylist() for name in ("kind", "key", "body", "source")), strict=True
    ):
        if who == source and body is not None:
            found.setdefault((kind, key), []).append(msgspec.json.decode(body))
    return found


def _settle(writer: Writer, snapshot: Snapshot, recipe: Recipe) -> None:
    """Take the recipe's zone and currency as the company's where it has none yet."""
    company = dict(snapshot.definitions.all("settings").get("company", {}))
    wanted = {"timezone": recipe.timezone if recipe.timezone_given else None, "currency": recipe.currency}
    missing = {name: value for name, value in wanted.items() if value and not company.get(name)}
    if missing:
        writer.define("settings", "company", {**company, **missing}, source=recipe.source)
