"""Events that are in the lake already, placed as they would be now: by the rules and touchpoints of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.collect.moving import moved
from heartline.collect.ruling import PLACEMENT
from heartline.store.definitions import Definitions

from . import rules
from .company import Company
from .defaults import Columns, fill_placement, meaning, usual
from .groups import Group, Name
from .wire import ROWS

OURS = '"context":{"type":"'
"""What the properties of every event have, and of nothing that came otherwise."""
READ = ("source", "event", "properties", "channel", "unit", "product", "text", "score", *PLACEMENT)
"""Columns that placing again looks at."""


@dataclass(frozen=True)
class Again:
    """What rows would be.

    Parameters
    ----------
    columns
        New values of `PLACEMENT`, as long as the rows.
    names
        What each row's event is called; None where it is no event of ours.
    found
        Touchpoints among them that nobody has defined.
    """

    columns: Mapping[str, pa.Array]
    names: list[Name | None]
    found: Mapping[str, Mapping[str, Any]]


def regrouped(rows: pa.Table) -> Iterator[Group]:
    """Group rows of the lake as they were grouped when they came."""
    found: dict[tuple[Any, ...], tuple[list[int], list[dict[str, Any]], list[str], list[str]]] = {}
    texts = (rows[name].to_pylist() for name in ("source", "event", "properties"))
    for place, (source, event, text) in enumerate(zip(*texts, strict=True)):
        values = _values(text)
        context = values.pop("context", None)
        if not isinstance(context, dict) or context.get("type") not in ROWS or source is None:
            continue
        if "context_" in values:
            values["context"] = values.pop("context_")
        path, client = str(context.get("path", "")), str(context.get("client", ""))
        kind = context["type"]
        key = (source, kind, event or kind, path if kind == "page" else "", *values)
        known = found.setdefault(key, ([], [], [], []))
        known[0].append(place)
        known[1].append(values)
        known[2].append(path)
        known[3].append(client)
    for (source, kind, event, _page, *keys), (places, properties, paths, clients) in found.items():
        name = Name(source, kind, event)
        yield Group(name, tuple(keys), np.array(places, np.int64), properties, paths, clients)


def _values(text: str | None) -> dict[str, Any]:
    if not text or OURS not in text:
        return {}
    found = msgspec.json.decode(text)
    return found if isinstance(found, dict) else {}


def again(rows: pa.Table, definitions: Definitions) -> Again:
    """Place rows of the lake anew; what was received with them stays as it is.

    Parameters
    ----------
    rows
        With the columns of `READ`.
    """
    company = Company(definitions)
    columns = Columns(rows.num_rows)
    names: list[Name | None] = [None] * rows.num_rows
    for column in ("text", "score", *PLACEMENT):
        columns.get(column)[:] = rows[column].to_pylist()
    for group in regrouped(rows):
        known = meaning(group)
        concerned = [rule for rule in company.rules if rule.concerns(group)]
        touchpoints, channels = usual(group, known, company)
        decided = rules.decide(concerned, group, channels) if concerned else {}
        for column in PLACEMENT:
            columns.get(column)[group.places] = None
        fill_placement(group, known, company, columns, touchpoints, decided)
        for place in group.places.tolist():
            names[place] = group.name
    made = {name: pa.array(columns.get(name), rows.schema.field(name).type) for name in PLACEMENT}
    if company.moves:
        there = {name: rows[name].combine_chunks() for name in ("channel", "unit", "product", "source")} | made
        ours = pa.array([name is not None for name in names], pa.bool_())
        for name, column in moved(there, company.moves).items():
            made[name] = pa.compute.if_else(ours, column.cast(pa.string()), made[name])
    return Again(made, names, company.found)


def caught(rows: pa.Table, rule: rules.Rule, definitions: Definitions) -> npt.NDArray[np.bool_]:
    """Tell which rows a rule is for.

    Parameters
    ----------
    rows
        With the columns of `READ`.
    """
    company = Company(definitions)
    found = np.zeros(rows.num_rows, np.bool_)
    for group in regrouped(rows):
        if rule.concerns(group):
            found[group.places] = rule.marks(group, usual(group, meaning(group), company)[1])
    return found
