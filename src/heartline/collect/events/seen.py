"""What the catalogue of events is made of: every name seen, its properties with their types, when, how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from .defaults import Columns
from .groups import Group, Name
from .personal import masked

TYPES = {str: "text", int: "number", float: "number", bool: "yes_no", list: "list", dict: "object"}
EXAMPLE = 2_000
"""Letters of an example."""


@dataclass
class Sight:
    """What was seen of one event.

    Parameters
    ----------
    properties
        Name of a property -> names of the types that it had.
    places
        How many are at a touchpoint; the empty one: at none.
    doubts
        What was odd, and how often: `email:comment` is an address found and masked in a property.
    """

    count: int = 0
    first_us: int = 0
    last_us: int = 0
    properties: dict[str, set[str]] = field(default_factory=dict)
    places: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    example: str = "{}"

    @property
    def unplaced(self) -> int:
        """How many have no touchpoint."""
        return self.places[""]


@dataclass
class Seen:
    """What was seen, by source, type and name."""

    events: dict[Name, Sight] = field(default_factory=dict)

    def doubt(self, source: str, kind: str, doubts: Iterable[str]) -> None:
        """Note what was odd about events of a type, whatever their name."""
        self.events.setdefault(Name(source, kind, ""), Sight()).doubts.update(doubts)


def look(seen: Seen, group: Group, at: npt.NDArray[np.int64], columns: Columns) -> None:
    """Note a group whose properties are clean."""
    name = Name(group.name.source, group.name.type, masked(group.name.event)[0])
    times = at[group.places]
    first, last = int(times.min()), int(times.max())
    sight = seen.events.get(name)
    if sight is None:
        sight = seen.events[name] = Sight(first_us=first, last_us=last)
    if not sight.count or last > sight.last_us or (last == sight.last_us and sight.example == "{}"):
        sight.example = example(group.properties[int(times.argmax())])
    sight.count += len(group)
    sight.first_us, sight.last_us = min(first, sight.first_us), max(last, sight.last_us)
    places = Counter(columns.get("touchpoint")[group.places].tolist())
    sight.places.update({place or "": count for place, count in places.items()})
    sight.doubts.update(group.doubts)
    for key in dict.fromkeys(key for one in group.properties[:1] for key in one):
        kinds = {TYPES[kind] for kind in group.kinds(key) if kind in TYPES}
        sight.properties.setdefault(key, set()).update(kinds)


def example(values: dict[str, Any]) -> str:
    """Write properties so that they can be shown."""
    text = msgspec.json.encode(values).decode()
    if len(text) <= EXAMPLE:
        return text
    short = {key: value for key, value in values.items() if type(value) in (int, float, bool)}
    short |= {key: value[:80] for key, value in values.items() if type(value) is str}
    return msgspec.json.encode(dict(list(short.items())[:15])).decode()
