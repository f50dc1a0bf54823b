"""What must hold together: a body in itself, and definitions with each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from heartline.store.definitions import Definitions
from heartline.store.supposing import NARROW

from .bodies import CHANNELS, FIELDS, RULE_KEYS, Field
from .values import BadDefinition

if TYPE_CHECKING:
    from .catalogue import Change


def by_itself(change: Change) -> None:
    """Refuse a body that contradicts itself.

    Raises
    ------
    BadDefinition
        `ends_before_start`, `bad_range`, `own_parent`.
    """
    body = change.body or {}
    check = {"event": _event, "scale": _scale, "unit": _unit}.get(change.kind)
    if check is not None:
        check(change, body)


def _bad(change: Change, name: str, code: str, reason: str, expected: str, value: Any = "") -> BadDefinition:
    place = change.places.get(name, change.place)
    return BadDefinition(code, place, reason, expected, name=name, value=value)


def _event(change: Change, body: Mapping[str, Any]) -> None:
    if body.get("last", body["first"]) < body["first"]:
        raise _bad(change, "last", "ends_before_start", f"{change.key} ends before it starts.",
                   "Expected `last` on or after `first`.", body["last"])  # fmt: skip


def _scale(change: Change, body: Mapping[str, Any]) -> None:
    low, high, top = body["low"], body["high"], body.get("top_from")
    if not low < high:
        raise _bad(change, "high", "bad_range", f"{change.key} ends where it starts, or before.",
                   "Expected `high` above `low`.", high)  # fmt: skip
    if body["measure"] == "nps" and (low, high) != (0, 10):
        raise _bad(change, "measure", "nps_range", "An NPS runs from 0 to 10.", "Expected `low: 0` and `high: 10`.")
    if body["measure"] == "top" and top is None:
        raise _bad(change, "top_from", "missing_field", f"{change.key} has no “top_from”.",
                   "Expected the lowest answer that counts as content.")  # fmt: skip
    if top is not None and not low <= top <= high:
        raise _bad(change, "top_from", "bad_range", f"{top:g} is not on the scale.",
                   f"Expected a number from {low:g} to {high:g}.", top)  # fmt: skip


def _unit(change: Change, body: Mapping[str, Any]) -> None:
    if body.get("parent") == change.key:
        raise _bad(change, "parent", "unit_cycle", f"{change.key} is below itself.", "Expected another unit.",
                   change.key)  # fmt: skip


def together(after: Definitions, changes: Iterable[Change]) -> None:
    """Refuse changes after which definitions would not hold together.

    Only what is changed is looked at: what was imported may name things that nobody defined.

    Raises
    ------
    BadDefinition
        `unknown_reference` for a name that nothing has, `still_used` for a removal of what others name, `unit_cycle`,
        `merged_away` for a touchpoint whose rows belong to another.
    """
    known = _Known(after)
    for change in changes:
        if change.body is None:
            _unused(change, after, known)
            continue
        for field, name in named(change.kind, change.body):
            if not known.has(field.refers or "", name):
                raise _bad(change, field.name, "unknown_reference", f"There is no {field.refers} “{name}”.",
                           _expected(known.all(field.refers or "")), name)  # fmt: skip
        if change.kind == "unit":
            _no_cycle(change, after)
        if change.kind == "touchpoint":
            _no_names_taken(change, after)
            _takes(change)


def _takes(change: Change) -> None:
    """Refuse rules of what a touchpoint takes from others that rows cannot be placed by."""
    for rule in (change.body or {}).get("takes") or ():
        odd = sorted(set(rule) - {"touchpoint", *NARROW})
        if odd or "touchpoint" not in rule or len(rule) == 1:
            expected = f"Expected `touchpoint` and some of: {', '.join(NARROW)}."
            raise _bad(change, "takes", "bad_rule", f"{change.key} cannot take rows by this rule.", expected)


def named(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Give every name of another definition that a body holds, and the field that holds it."""
    for field in FIELDS[kind]:
        value = body.get(field.name)
        if value is None:
            continue
        if field.type == "rules":
            for rule in value:
                yield from _in_rule(field.name, rule)
        elif field.refers is not None and value != "any":
            for name in value if isinstance(value, list) else [value]:
                yield field, name


def _in_rule(field: str, rule: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    for name in RULE_KEYS:
        if name in ("kind", "source", "product", "category") or name not in rule:
            continue  # what rows carry without anybody defining it
        kind = "touchpoint" if name == "about" else name
        for key in rule[name] if isinstance(rule[name], list) else [rule[name]]:
            yield Field(field, refers=kind), key


class _Known:
    """The names that there are, by kind."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions

    def all(self, kind: str) -> list[str]:
        """Give the names of a kind."""
        if kind == "channel":
            used = (body.get("channel") for body in self.definitions.all("touchpoint").values())
            return list(dict.fromkeys([*CHANNELS, *self.definitions.all("channel"), *filter(None, used)]))
        if kind == "stage":
            return list(self.definitions.stages)
        return list(self.definitions.all(kind))

    def has(self, kind: str, name: str) -> bool:
        """Tell whether a name is one of a kind."""
        if kind == "channel":
            return name in CHANNELS or name in self.definitions.all("channel")
        return name in self.definitions.all(kind) or (kind == "stage" and name in self.definitions.stages)


def _expected(known: list[str]) -> str:
    shown = ", ".join(sorted(known)[:12]) or "none yet"
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    return f"Expected one of: {shown}{more}."


def _unused(change: Change, after: Definitions, known: _Known) -> None:
    """Refuse to remove what something else still names; a default stage or channel may lose its own definition."""
    if known.has(change.kind, change.key):
        return
    for kind, bodies in after.by_kind.items():
        if kind not in FIELDS:
            continue
        for key, body in bodies.items():
            if any(field.refers == change.kind and name == change.key for field, name in named(kind, body)):
                raise _bad(change, "", "still_used", f"“{change.key}” is still named by {kind} “{key}”.",
                           "Change that one first.", key)  # fmt: skip


def _no_cycle(change: Change, after: Definitions) -> None:
    units = after.all("unit")
    seen, key = {change.key}, (change.body or {}).get("parent")
    while key is not None:
        if key in seen:
            raise _bad(change, "parent", "unit_cycle", f"{change.key} would be below itself.",
                       "Expected a unit that is not below it.", key)  # fmt: skip
        seen.add(key)
        key = units.get(key, {}).get("parent")


def _no_names_taken(change: Change, after: Definitions) -> None:
    """Keep `also`, the names under which sources know a touchpoint, apart from touchpoints and from one another."""
    touchpoints = after.all("touchpoint")
    for name in (change.body or {}).get("also", ()):
        holders = [key for key, body in touchpoints.items() if key == name or name in body.get("also", ())]
        if holders != [change.key] or name == change.key:
            raise _bad(change, "also", "name_taken", f"“{name}” is a touchpoint of its own.",
                       "Expected a name that no other touchpoint has.", name)  # fmt: skip
    for key, body in touchpoints.items():
        if change.key in body.get("also", ()):
            raise _bad(change, "key", "merged_away", f"“{change.key}” was merged into “{key}”.",
                       "Undo that first, or take another key.", key)  # fmt: skip
