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

    def turn(self) -> None:
        """Turn the properties of all round at once: as they came they have the same keys in the same order."""
        self._values.update(
            zip(self.keys, map(list, zip(*map(dict.values, self.properties), strict=True)), strict=True)
        )

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
    around: dict[int, tuple[str | None, str]] = {}  # by the context, which lives as long as its events
    for place, (event, whose, bad) in enumerate(zip(decoded.events, decoded.whose, wrong, strict=True)):
        kind = event.type
        if bad or kind not in ROWS:
            continue
        values, context = event.properties or {}, event.context
        known = around.get(id(context))
        if known is None:
            known = around[id(context)] = (None, "") if context is None else (_page(context), _client(context))
        path, client = known[0] or "", known[1]
        if kind == "track":
            key = (sources[whose], kind, event.event, "", *values)
        else:
            path = _own(values, known[0]) if kind == "page" else path
            key = (sources[whose], kind, event.name or path or event.category, path if kind == "page" else "", *values)
        some = found.get(key)
        if some is None:
            some = found[key] = ([], [], [], [])
        some[0].append(place)
        some[1].append(values)
        some[2].append(path)
        some[3].append(client)
    for (source, kind, name, _path, *keys), (places, properties, paths, clients) in found.items():
        group = Group(
            Name(source, kind, (name or kind).strip() or kind), tuple(keys), np.array(places, np.int64),
            properties, paths, clients,
        )  # fmt: skip
        group.turn()
        yield group


def _page(context: Context) -> str | None:
    """Give the template of the page that a client was on; None where it does not say."""
    path = None if context.page is None else context.page.path or context.page.url
    return template(path) if path else path


def _own(values: Values, usual: str | None) -> str:
    """Give the template of the page that a view is of, where its context says this one or none."""
    path = values.get("path")
    if path is None and usual is not None:
        return usual
    path = values.get("url") if path is None else path
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
