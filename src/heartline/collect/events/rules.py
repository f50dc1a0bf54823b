"""Rules of placement: which events they are for, and what they make of them. The first that says something wins."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.collect.ruling import NUMBERS, SETS
from heartline.store.definitions import Definitions

from .groups import Group
from .reading import number, word
from .wire import Values

Marks = npt.NDArray[np.bool_]
UNPLACED = 5_000
"""Where a rule stands that does not say its place."""


@dataclass(frozen=True)
class Given:
    """What a rule puts into a column: one value, or what a property holds, times a factor."""

    value: Any = None
    path: str = ""
    times: float | None = None

    def of(self, column: str, values: Values) -> Any:
        """Give the column's value for an event; None where the property holds nothing of the kind."""
        if not self.path:
            return self.value
        found = inside(values, self.path)
        if column in NUMBERS:
            plain = number(found)
            return plain if plain is None or self.times is None else plain * self.times
        if column == "succeeded":
            return found if type(found) is bool else None
        return found.strip() or None if column == "text" and type(found) is str else word(found)


@dataclass(frozen=True)
class Test:
    """A condition on a property."""

    path: str
    sign: str
    value: Any

    def holds(self, values: Values) -> bool:
        """Tell whether an event's properties are so."""
        found = inside(values, self.path)
        if self.sign == "there":
            return (found is not None) is self.value
        if self.sign in ("above", "below"):
            plain = number(found)
            return plain is not None and (plain > self.value if self.sign == "above" else plain < self.value)
        if self.sign == "has":
            return type(found) is str and self.value.casefold() in found.casefold()
        return same(found, self.value) is (self.sign == "is")


@dataclass(frozen=True)
class Rule:
    """A rule, ready to be asked.

    Parameters
    ----------
    kept, hidden
        Properties that hold nothing personal, and properties that are taken out.
    """

    key: str
    names: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    tests: tuple[Test, ...] = ()
    sets: Mapping[str, Given] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def _named(self, name: str, text: str) -> bool:
        pattern = self.names.get(name)
        return pattern is None or pattern.fullmatch(text.casefold()) is not None

    def concerns(self, group: Group) -> bool:
        """Tell whether events of a name may be meant."""
        name = group.name
        return (
            self._named("source", name.source) and self._named("type", name.type) and self._named("event", name.event)
        )

    def marks(self, group: Group, channels: Sequence[str | None]) -> Marks:
        """Tell which events of a group are meant.

        Parameters
        ----------
        channels
            The channel of each, as it is without rules.
        """
        if not self.concerns(group):
            return np.zeros(len(group), np.bool_)
        found = np.ones(len(group), np.bool_)
        for name, texts in (("path", group.paths), ("channel", channels)):
            if name in self.names:
                known = {text: self._named(name, text or "") for text in set(texts)}
                found &= np.fromiter((known[text] for text in texts), np.bool_, len(group))
        for test in self.tests:
            for place in np.flatnonzero(found).tolist():
                found[place] = test.holds(group.properties[place])
        return found


def read(definitions: Definitions) -> tuple[Rule, ...]:
    """Give a company's rules in the order in which they are asked."""
    bodies = definitions.all("rule")
    order = {key: (body.get("place") or UNPLACED, number_) for number_, (key, body) in enumerate(bodies.items())}
    return tuple(one(key, bodies[key]) for key in sorted(bodies, key=order.__getitem__) if not bodies[key].get("off"))


def one(key: str, body: Mapping[str, Any]) -> Rule:
    """Make a rule of its definition."""
    when = body.get("when") or {}
    names = {name: pattern(when[name]) for name in ("source", "type", "event", "path", "channel") if when.get(name)}
    tests = []
    for test in when.get("properties") or ():
        (sign,) = (name for name in test if name != "property")
        tests.append(Test(test["property"], sign, test[sign]))
    sets = {name: given(body[name]) for name in SETS if body.get(name) is not None}
    return Rule(key, names, tuple(tests), sets, frozenset(body.get("plain") or ()), frozenset(body.get("mask") or ()))


def pattern(texts: str | Sequence[str]) -> re.Pattern[str]:
    """Give what one of several names is matched with; `*` stands for anything, case is all one."""
    several = [texts] if isinstance(texts, str) else texts
    return re.compile("|".join(f"(?:{fnmatch.translate(_plain(text.casefold()))})" for text in several))


def _plain(text: str) -> str:
    """Leave `*` as the only sign with a meaning."""
    return text.replace("[", "[[]").replace("?", "[?]")


def given(held: Any) -> Given:
    """Read what a body puts into a column."""
    if isinstance(held, Mapping):
        return Given(path=str(held["property"]), times=held.get("times"))
    return Given(held)


def inside(values: Values, path: str) -> Any:
    """Give a property by its name, or by names one within the other with dots between."""
    if path in values or "." not in path:
        return values.get(path)
    found: Any = values
    for part in path.split("."):
        if type(found) is list and part.isdecimal():
            found = found[int(part)] if len(part) < 6 and int(part) < len(found) else None
        else:
            found = found.get(part) if type(found) is dict else None
    return found


def same(found: Any, wanted: Any) -> bool:
    """Tell whether a property holds a value; `7` and “7” are one, as are “Games” and “games”."""
    if type(wanted) is bool or type(found) is bool:
        return found is wanted or (type(found) is bool and str(found).lower() == str(wanted).lower())
    if found is None or type(found) in (dict, list):
        return False
    if type(wanted) is str:
        return str(found).casefold() == wanted.casefold()
    plain = number(found)
    return plain is not None and plain == wanted


def decide(rules: Sequence[Rule], group: Group, channels: Sequence[str | None]) -> dict[str, list[Any]]:
    """Give what rules say of a group's events: column -> values, None where no rule says anything."""
    decided: dict[str, list[Any]] = {}
    for rule in rules:
        if not rule.sets or not rule.concerns(group):
            continue
        places = np.flatnonzero(rule.marks(group, channels)).tolist()
        for column, wanted in rule.sets.items():
            if not places:
                break
            values = decided.setdefault(column, [None] * len(group))
            for place in places:
                if values[place] is None:
                    values[place] = wanted.of(column, group.properties[place])
    return decided
