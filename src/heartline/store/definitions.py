"""Definitions as of a version: touchpoints, stages, journeys, scales, units, products, segments, settings.

An append-only table; the last row of a (kind, key) at or before a version is its definition, a null body its removal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.errors import unknown
from heartline.core.scales import SCALES, Scale

KINDS = (
    "touchpoint",
    "stage",
    "channel",
    "journey",
    "identifier_kind",
    "scale",
    "unit",
    "segment",
    "product",
    "settings",
    "event",
    "purpose",
    "theme",
    "rating",
    "others",
)
STAGES = ("awareness", "consideration", "purchase", "delivery", "use", "support", "loyalty", "advocacy")
SETTINGS: dict[str, Any] = {"timezone": "UTC", "week_start": "monday", "currency": None, "rates": []}


@dataclass(frozen=True)
class Definitions:
    """All definitions as of one version, by kind and key, in the order in which they were first written."""

    by_kind: Mapping[str, Mapping[str, dict[str, Any]]] = field(default_factory=dict)

    @classmethod
    def read(cls, rows: pa.Table, version: int) -> Definitions:
        """Fold the rows of the definitions table that landed at or before a version."""
        rows = rows.filter(pc.less_equal(rows["landed"], version)).sort_by("landed")
        found: dict[str, dict[str, dict[str, Any]]] = {}
        for kind, key, body in zip(*(rows[name].to_pylist() for name in ("kind", "key", "body")), strict=True):
            if body is None:
                found.get(kind, {}).pop(key, None)
            else:
                found.setdefault(kind, {})[key] = msgspec.json.decode(body)
        return cls(found)

    def all(self, kind: str) -> Mapping[str, dict[str, Any]]:
        """Give every definition of a kind by key."""
        return self.by_kind.get(kind, {})

    def get(self, kind: str, key: str, *, field: str | None = None) -> dict[str, Any]:
        """Give one definition, or say which there are."""
        known = self.all(kind)
        if key not in known:
            raise unknown(kind, key, list(known), field=field or kind)
        return known[key]

    @property
    def settings(self) -> dict[str, Any]:
        """The company's settings, with defaults: timezone, week_start, currency, rates."""
        return {**SETTINGS, **self.all("settings").get("company", {})}

    @property
    def scales(self) -> dict[str, Scale]:
        """The scales that come with Heartline and those that were defined, by key."""
        defined = {key: Scale(key, **body) for key, body in self.all("scale").items()}
        return {**SCALES, **defined}

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages in their order: those defined, by their `place`, else as first written; else the default ones."""
        defined = list(self.all("stage").items())
        places = {key: body.get("place") or number for number, (key, body) in enumerate(defined, 1)}
        return tuple(sorted(places, key=lambda key: places[key])) or STAGES

    def units_below(self, keys: Iterable[str]) -> set[str]:
        """Give units and everything below them in the tree."""
        children: dict[str | None, list[str]] = {}
        for key, body in self.all("unit").items():
            children.setdefault(body.get("parent"), []).append(key)
        found: set[str] = set()
        todo = list(keys)
        while todo:
            key = todo.pop()
            if key not in found:
                found.add(key)
                todo += children.get(key, [])
        return found

    def products_in(self, categories: Iterable[str]) -> set[str]:
        """Give the products of any of the categories."""
        wanted = set(categories)
        return {key for key, body in self.all("product").items() if body.get("category") in wanted}
