"""What a company has defined, as far as placing events asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heartline.collect import defining
from heartline.core.ids import slug
from heartline.store.definitions import Definitions

from . import rules
from .known import PLACES, fitting


class Company:
    """The company's touchpoints, with those that turn up; its rules, currency and country."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.touchpoints: Mapping[str, Mapping[str, Any]] = definitions.all("touchpoint")
        self.merged = defining.merged(definitions)
        self.scales = definitions.scales
        self.found: dict[str, Mapping[str, Any]] = {}
        self.currency: str | None = definitions.settings.get("currency")
        countries = definitions.settings.get("countries") or []
        self.region: str | None = countries[0] if countries else None
        self.rules = rules.read(definitions)
        self.moves = defining.taken(definitions)
        self._stages = frozenset(definitions.stages)
        self._channels = {key: body.get("channel") for key, body in self.touchpoints.items()}
        self._fitting: dict[str, str] = {}

    def default(self, key: str) -> str:
        """Give the company's key of a touchpoint that comes without a definition, and note that rows are at it."""
        found = self._fitting.get(key)
        if found is None:
            place = PLACES[key]
            found = self._fitting[key] = fitting(place, self._channels, self.merged)
            if found not in self.touchpoints:
                stage = place.stage if place.stage in self._stages else None
                body = {"label": place.en, "labels": {"de": place.de, "es": place.es}, "stage": stage,
                        "channel": place.channel}  # fmt: skip
                self.found[found] = {name: value for name, value in body.items() if value}
        return found

    def named(self, text: str | None) -> str | None:
        """Give the key of a touchpoint that a source or a rule names, and note that rows are at it."""
        key = slug(text) if text else ""
        if not key:
            return None
        key = self.merged.get(key, key)
        if key not in self.touchpoints and key not in self.found:
            self.found[key] = {"label": text}
        return key

    def stage(self, key: str | None) -> str | None:
        """Give the stage of a touchpoint."""
        return self.body(key).get("stage") if key else None

    def body(self, key: str) -> Mapping[str, Any]:
        """Give what is known about a touchpoint."""
        return self.touchpoints.get(key) or self.found.get(key) or {}
