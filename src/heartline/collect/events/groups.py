"""Events of one name with the same properties, looked at together: what holds for one of them holds for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from .decoding import Decoded
from .pages import template
from .wire import ROWS, Context, Values

MOST_KEYS = 250
"""Properties that an event may have; the names of further ones are not told apart."""


@dataclass(frozen=True)
class Name:
    """What an event is called: its source, its type, and its own name; pages go by their path's template."""

    source: str
    type: str
    event: str


@dataclass
class Group:
    """Events that are looked at together.

    Parameters
    ----------
    places
        Which they are, among all that were decoded.
    properties
        Of each; those of the decoded events, to be changed.
    paths
        Template of the page on which each happened; empty where that is not known.
    clients
        What sent each.
    """

    name: Name
    keys: tuple[str, ...]
    places: npt.NDArray[np.int64]
    properties: list[Values]
    paths: list[str]
    clients: list[str]
    doubts: Counter[str] = field(default_factory=Counter)
    _values: dict[str, list[Any]] = field(default_factory=dict)
    _kinds: dict[str, frozenset[type]] = field(default_factory=dict)

    def values(self, key: str) -> list[Any]:
        """Give what all of them hold under a key; None where nothing."""
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = [one.get(key) for one in self.properties]
        return found

    def kinds(self, key: str) -> frozenset[type]:
        """Give the types of what they hold under a key."""
        found = self._kinds.get(key)
        if found is None:
            found = self._kinds[key] = frozenset(map(type, self.values(key)))
        return found

    def change(self, place: int, key: str, value: Any) -> None:
        """Let one hold something else under a key."""
        self.properties[place][key] = value
        self.forget(key)

    def take_out(self, key: str) -> list[Any]:
        """Take a property out of all of them; give what they held."""
        values = self.values(key)
        for one in self.properties:
            one.pop(key, None)
        self.forget(key)
        return values

    def forget(self, key: str) -> None:
        """Look again at what they hold under a key, when that is asked for next: it was changed."""
        self._values.pop(key, None)
        self._kinds.pop(key, None)

    def __len__(self) -> int:
        return len(self.properties)


def grouped(decoded: Decoded, wrong: Sequence[str | None]) -> Iterator[Group]:
    """Group the events that become rows.

    Parameters
    ----------
    wrong
        What is wrong with each; those with something are left out.
    """
    sources = [one.source for one in decoded.received]
    found: dict[tuple[Any, ...], tuple[list[int], list[Values], list[str], list[str]]] = {}
    for place, (event, whose, bad) in enumerate(zip(decoded.events, decoded.whose, wrong, strict=True)):
        kind = event.type
        if bad or kind not in ROWS:
            continue
        values = event.properties or {}
        context = event.context
        path = _path(kind, values, context)
        name = event.event if kind == "track" else event.name or path or event.category
        key = (sources[whose], kind, name, path if kind == "page" else "", *values)
        known = found.get(key)
        if known is None:
            known = found[key] = ([], [], [], [])
        places, properties, paths, clients = known
        places.append(place)
        properties.append(values)
        paths.append(path)
        clients.append("" if context is None else _client(context))
    for (source, kind, name, _page, *keys), (places, properties, paths, clients) in found.items():
        yield Group(
            Name(source, kind, (name or kind).strip() or kind), tuple(keys), np.array(places, np.int64),
            properties, paths, clients,
        )  # fmt: skip


def _path(kind: str | None, values: Values, context: Context | None) -> str:
    """Give the template of the page that an event of a type happened on."""
    path = values.get("path") if kind == "page" else None
    if path is None and context is not None and context.page is not None:
        path = context.page.path or context.page.url
    if path is None and kind == "page":
        path = values.get("url")
    return template(path) if type(path) is str and path else ""


def _client(context: Context) -> str:
    """Tell by what a customer was there: `web`, `mobile`, or nothing where a server sent it."""
    if context.channel in ("web", "mobile", "browser"):
        return "mobile" if context.channel == "mobile" else "web"
    found = _runs_in(context.library.name) if context.library is not None and context.library.name else ""
    return found or ("web" if context.page is not None else "")


@lru_cache(maxsize=4_096)
def _runs_in(library: str) -> str:
    """Tell where a client runs, by its name."""
    name = library.lower()
    if any(word in name for word in ("android", "ios", "swift", "kotlin", "flutter", "react-native", "-mobile")):
        return "mobile"
    return "web" if any(word in name for word in ("analytics.js", "hl.js", "-js", "web")) else ""
