"""Correcting where rows belong: a touchpoint that is really another, wholly or for some of its rows.

The whole of it is a merge: the name goes on as one of the other touchpoint's names (`also`), so that what is imported
later follows; journeys and segments name the other one from then on. A part of it is a move of rows alone. Either can
be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from heartline.core.errors import InvalidInput, NotFound
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot
from heartline.store.supposing import NARROW, Move, Supposition

from . import catalogue, following
from .bodies import FIELDS
from .catalogue import Change

RULE = "placement"
"""What the overrides of a correction are called, before the number of its version."""


@dataclass(frozen=True)
class Correction:
    """Rows at a touchpoint that belong to another.

    Parameters
    ----------
    touchpoint, to
        Where they are, and where they belong.
    where
        Only rows with one of these values: column of `supposing.NARROW`, values. Without: all, now and later.
    later
        With `where`: rows that land later follow too, by a rule of the touchpoint where they belong (`takes`).
    """

    touchpoint: str
    to: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    later: bool = False

    @property
    def move(self) -> tuple[str, str]:
        """Both ends."""
        return self.touchpoint, self.to


def checked(definitions: Definitions, correction: Correction) -> tuple[Change, ...]:
    """Give the changes of definitions that a correction brings.

    Raises
    ------
    NotFound
        `unknown_touchpoint`.
    InvalidInput
        `same_touchpoint`, `bad_value`.
    """
    definitions.get("touchpoint", correction.to, field="to")
    if correction.touchpoint == correction.to:
        raise InvalidInput("same_touchpoint", "Rows are where they belong already.", field="to",
                           remedy="Choose another touchpoint.")  # fmt: skip
    for name, _ in correction.where:
        if name not in NARROW:
            raise InvalidInput("bad_value", f"Rows cannot be picked by “{name}”.", field="where",
                               remedy=f"Pick them by {', '.join(NARROW)}.")  # fmt: skip
    if not correction.where:
        return _merging(definitions, correction)
    return _ruling(definitions, correction) if correction.later else ()


def _ruling(definitions: Definitions, correction: Correction) -> tuple[Change, ...]:
    """Write the rule by which rows that land later follow, once; and no rule that takes them back."""
    gone, to = correction.move
    where = {name: list(values) for name, values in correction.where}
    changes = []
    back = definitions.all("touchpoint").get(gone, {})
    opposite = [rule for rule in back.get("takes") or () if rule != {"touchpoint": [to], **where}]
    if opposite != list(back.get("takes") or ()):
        changes.append(catalogue.of_values("touchpoint", gone, {**back, "takes": opposite}))
    kept = definitions.all("touchpoint")[to]
    rule, there = {"touchpoint": [gone], **where}, list(kept.get("takes") or ())
    if rule not in there:
        changes.append(catalogue.of_values("touchpoint", to, {**kept, "takes": [*there, rule]}))
    return tuple(changes)


def without_rule(definitions: Definitions, touchpoint: str, number: int) -> tuple[Change, ...]:
    """Give the change that ends a touchpoint's rule for rows that land later.

    Raises
    ------
    NotFound
        `unknown_rule` where there is none of that number, counted from 0.
    """
    body = definitions.get("touchpoint", touchpoint, field="touchpoint")
    rules = list(body.get("takes") or ())
    if not 0 <= number < len(rules):
        raise NotFound("unknown_rule", "There is no such rule.", field="rule")
    del rules[number]
    return (catalogue.of_values("touchpoint", touchpoint, {**body, "takes": rules}),)


def _merging(definitions: Definitions, correction: Correction) -> tuple[Change, ...]:
    gone, to = correction.move
    old, kept = definitions.all("touchpoint").get(gone, {}), definitions.all("touchpoint")[to]
    also = [*(kept.get("also") or ()), *(old.get("also") or ()), gone]
    rules = [*(kept.get("takes") or ()), *(old.get("takes") or ())]
    takes = [rule for rule in rules if not {gone, to} & set(taken_from(rule))]
    made = {**kept, "also": list(dict.fromkeys(also)), "takes": takes}
    made = {name: value for name, value in made.items() if value or name != "takes"}
    changes = [catalogue.of_values("touchpoint", to, made), *_unruled(definitions, gone, to)]
    if gone in definitions.all("touchpoint"):
        changes.append(catalogue.without("touchpoint", gone))
    for kind in ("journey", "segment", "rule"):
        for key, body in definitions.all(kind).items():
            made = {name: _renamed(kind, name, value, gone, to) for name, value in body.items()}
            if made != body:
                changes.append(catalogue.of_values(kind, key, made))
    return tuple(changes)


def taken_from(rule: Mapping[str, Any]) -> list[str]:
    """Give the touchpoints that a rule takes rows from."""
    found = rule["touchpoint"]
    return list(found) if isinstance(found, list) else [found]


def _unruled(definitions: Definitions, gone: str, to: str) -> Iterable[Change]:
    """End the rules by which other touchpoints take rows of one that becomes a part of another."""
    for key, body in definitions.all("touchpoint").items():
        rules = list(body.get("takes") or ())
        left = [rule for rule in rules if gone not in taken_from(rule)]
        if key not in (gone, to) and left != rules:
            yield catalogue.of_values("touchpoint", key, {**body, "takes": left})


def _renamed(kind: str, name: str, value: Any, gone: str, to: str) -> Any:
    """Name another touchpoint in a field that names touchpoints; twice the same in a row becomes once."""
    field = next((field for field in FIELDS[kind] if field.name == name), None)
    if field is None or not (field.refers == "touchpoint" or field.type == "rules"):
        return value
    if field.type == "rules":
        return [
            {
                part: _replaced(keys, gone, to) if part in ("touchpoint", "about") else keys
                for part, keys in rule.items()
            }
            for rule in value or ()
        ]
    made = _replaced(value, gone, to)
    if isinstance(made, list) and name == "designed":
        return [key for place, key in enumerate(made) if place == 0 or key != made[place - 1] or key != to]
    return list(dict.fromkeys(made)) if isinstance(made, list) else made


def _replaced(keys: Any, gone: str, to: str) -> Any:
    if isinstance(keys, list):
        return [to if key == gone else key for key in keys]
    return to if keys == gone else keys


def moves(definitions: Definitions, correction: Correction) -> tuple[Move, ...]:
    """Give the moves of rows that a correction means: rows at their touchpoint's stage get the other one's stage."""
    old = definitions.all("touchpoint").get(correction.touchpoint, {}).get("stage")
    new = definitions.all("touchpoint").get(correction.to, {}).get("stage")
    staged = {} if old == new else {"stage": new or "", "from_stage": old or ""}
    return (Move(correction.touchpoint, to=correction.to, where=correction.where, **staged),)


def supposed(definitions: Definitions, correction: Correction) -> Supposition:
    """Give what would be after a correction."""
    after = catalogue.checked(definitions, checked(definitions, correction))
    return following.supposition(definitions, after, moves(definitions, correction))


def correct(lake: Lake, correction: Correction) -> tuple[int, int]:
    """Make a correction; give its version and how many rows it concerns."""
    with lake.write(f"place {correction.touchpoint} at {correction.to}") as writer:
        snapshot = lake.at()
        before = snapshot.definitions
        changes = checked(before, correction)
        after = catalogue.checked(before, changes)
        for change in catalogue.differing(before, changes):
            writer.define(change.kind, change.key, change.body, source="page")
        rows = following.write(writer, snapshot, before, after, moves(before, correction), rule=RULE)
        version = writer.version
    return version, rows


def take_back(lake: Lake, version: int) -> tuple[int, int]:
    """Undo a correction: its rows go back where nothing has changed them since, its definitions likewise.

    Returns
    -------
    The version that this made, and how many rows went back.

    Raises
    ------
    NotFound
        `unknown_correction` when there is none of that version.
    """
    with lake.write(f"take back version {version}") as writer:
        snapshot = lake.at()
        if version not in corrections(snapshot):
            raise NotFound("unknown_correction", "There is no such correction.", field="version")
        for change in _definitions_before(lake, snapshot.definitions, version):
            writer.define(change.kind, change.key, change.body, source="page")
        rows = following.taken_back(writer, snapshot, f"{RULE} {version}")
        made = writer.version
    return made, rows


def _definitions_before(lake: Lake, now: Definitions, version: int) -> Iterable[Change]:
    """Give what undoes a version's definitions, leaving alone what was changed since."""
    before, then = lake.at(version - 1).definitions, lake.at(version).definitions
    changes = []
    for kind in ("touchpoint", "journey", "segment", "rule"):
        for key in {**before.all(kind), **then.all(kind)}:
            was, made = before.all(kind).get(key), then.all(kind).get(key)
            if was != made and now.all(kind).get(key) == made:
                changes.append(catalogue.without(kind, key) if was is None else catalogue.of_values(kind, key, was))
    catalogue.checked(now, changes)
    return changes


def corrections(snapshot: Snapshot) -> Mapping[int, int]:
    """Give the versions in which rows were corrected by hand and not taken back, with how many rows each concerned."""
    rules = snapshot.table("overrides")["rule"]
    counts = {item["values"]: item["counts"] for item in pc.value_counts(rules).to_pylist()}
    undone = {str(rule).removeprefix("undo ").split(",")[0] for rule in counts if str(rule).startswith("undo ")}
    return {
        int(rule.rpartition(" ")[2]): number
        for rule, number in counts.items()
        if rule is not None and rule.startswith(f"{RULE} ") and rule not in undone
    }
