"""The catalogue: everything that a company has defined, as one YAML text out and in.

    definitions: 1
    stages:
      purchase: {label: Purchase}
    touchpoints:
      order: {label: Order, stage: purchase, department: Sales, expected_wait: 3d}
    company: {timezone: Europe/Berlin, currency: EUR}
    remove:
      touchpoints: [fax]

`dump` writes such a text, `read` gives the changes that one asks for, `checked` what the definitions would be then, and
`apply` writes them as a new version. What is not in a text stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import yaml

from heartline.store.definitions import Definitions
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot
from heartline.store.writer import Writer

from . import following, ruling, tying, values, yaml_marks
from .bodies import COMPANY, FIELDS, KINDS, SECTIONS, SLUGS, Field, field_of
from .values import BadDefinition, marked
from .yaml_marks import Marked, Place

VERSION = 1
TOP = ("definitions", *SECTIONS.values(), "remove")
values.READERS |= {"when": ruling.when, "given": ruling.given}


@dataclass(frozen=True)
class Change:
    """One definition as it should be; without a body it should be gone. `places` are the lines of its fields."""

    kind: str
    key: str
    body: dict[str, Any] | None
    place: Place
    places: Mapping[str, Place]


@dataclass(frozen=True)
class Written:
    """One version of a definition: None where it was removed."""

    version: int
    time: datetime
    source: str
    body: dict[str, Any] | None


def normal(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give a body without what it leaves open: two bodies that say the same are alike then."""
    return {name: value for name, value in body.items() if value is not None and value not in ([], {})}


def dump(definitions: Definitions, kinds: Iterable[str] = KINDS, keys: Iterable[str] | None = None) -> str:
    """Write definitions as YAML that `read` reads.

    Parameters
    ----------
    kinds
        Which kinds of them.
    keys
        Which of these; default: all.
    """
    wanted = None if keys is None else set(keys)
    document: dict[str, Any] = {"definitions": VERSION}
    for kind in KINDS:
        if kind not in set(kinds):
            continue
        bodies = {
            key: _written(kind, body) for key, body in definitions.all(kind).items() if wanted is None or key in wanted
        }
        if kind == "settings":
            bodies = bodies.get(COMPANY, {})
        if bodies:
            document[SECTIONS[kind]] = bodies
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    return text


def _written(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Write a body as a file has it: times as people write them, days as days."""
    made = {}
    for name, value in normal(body).items():
        field = field_of(kind, name)
        if field is not None and field.type == "duration":
            made[field.alias] = values.duration(value)
        else:
            made[name] = value
    return made


def read(text: str, name: str = "definitions.yaml") -> tuple[Change, ...]:
    """Read the changes that a YAML text asks for.

    Raises
    ------
    InvalidInput
        `bad_yaml`, `bad_recipe` where it has another shape; `BadDefinition` with `file:line` as field, what is wrong
        there and what was expected.
    """
    root = yaml_marks.parse(text, name)
    top = root.only("The file", TOP)
    if "definitions" not in top or top["definitions"].value != VERSION:
        place = top["definitions"].place if "definitions" in top else root.place
        raise BadDefinition("bad_version", place, "This is not version 1 of the format of definitions.",
                            "Expected `definitions: 1` at the top.")  # fmt: skip
    changes = [change for kind in KINDS if SECTIONS[kind] in top for change in _section(kind, top[SECTIONS[kind]])]
    if "remove" in top:
        removed = list(_removed(top["remove"]))
        changes += removed
    _each_once(changes)
    return tuple(changes)


def _section(kind: str, item: Marked) -> Iterator[Change]:
    if kind == "settings":
        yield change(kind, COMPANY, item)
        return
    for key, body in item.mapping(f"“{SECTIONS[kind]}”").items():
        yield change(kind, key, body)


def change(kind: str, key: str, item: Marked) -> Change:
    """Check one body and make the change of it.

    Raises
    ------
    BadDefinition
        `bad_key`, `unknown_field`, `missing_field`, and whatever its values are not.
    """
    if kind in SLUGS:
        values.key(Field("key", "key"), Marked(key, item.place))
    elif not key:
        raise BadDefinition("bad_key", item.place, "A key is empty.", "Expected a name.", name="key")
    given = {} if item.value is None else item.mapping(f"“{key}”")
    body: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for name, value in given.items():
        field = field_of(kind, name)
        if field is None:
            known = ", ".join(field.alias for field in FIELDS[kind])
            raise BadDefinition("unknown_field", value.place, f"{key} has no “{name}”.", f"Expected one of: {known}.",
                                name=name, value=name)  # fmt: skip
        body[field.name] = values.read(field, value)
        places[field.name] = value.place
    body = normal(body)
    for field in FIELDS[kind]:
        if field.required and field.name not in body:
            raise BadDefinition("missing_field", item.place, f"{key} has no “{field.alias}”.",
                                f"Expected `{field.alias}: …`.", name=field.name)  # fmt: skip
    made = Change(kind, key, body, item.place, places)
    tying.by_itself(made)
    if kind == "rule":
        ruling.by_itself(made, body)
    return made


def of_values(kind: str, key: str, body: Mapping[str, Any]) -> Change:
    """Check a body that came without a text, as from a form; its errors name the field."""
    return change(kind, key, marked(dict(body), Place("form", 0)))


def without(kind: str, key: str) -> Change:
    """Give the change that removes a definition."""
    return Change(kind, key, None, Place("form", 0), {})


def _removed(item: Marked) -> Iterator[Change]:
    kinds = {section: kind for kind, section in SECTIONS.items() if kind != "settings"}
    for section, keys in item.only("“remove”", tuple(kinds)).items():
        for key in keys.items(f"“{section}”"):
            yield Change(kinds[section], key.text("a key"), None, key.place, {})


def _each_once(changes: Iterable[Change]) -> None:
    seen: set[tuple[str, str]] = set()
    for one in changes:
        if (one.kind, one.key) in seen:
            raise BadDefinition("twice", one.place, f"“{one.key}” is both defined and removed.",
                                "Expected one of the two.", value=one.key)  # fmt: skip
        seen.add((one.kind, one.key))


def differing(definitions: Definitions, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Give the changes that would change something."""
    found = []
    for one in changes:
        now = definitions.all(one.kind).get(one.key)
        then = one.body
        if (now is None) != (then is None) or (now is not None and then is not None and normal(now) != then):
            found.append(one)
    return tuple(found)


def checked(definitions: Definitions, changes: Iterable[Change]) -> Definitions:
    """Give the definitions as they would be after changes.

    Raises
    ------
    BadDefinition
        `unknown_reference`, `still_used`, `unit_cycle`, …: what would not hold together.
    """
    wanted = differing(definitions, changes)
    by_kind = {kind: dict(bodies) for kind, bodies in definitions.by_kind.items()}
    for one in wanted:
        bodies = by_kind.setdefault(one.kind, {})
        if one.body is None:
            bodies.pop(one.key, None)
        else:
            bodies[one.key] = one.body
    made = Definitions(by_kind)
    tying.together(made, wanted)
    return made


def apply(writer: Writer, snapshot: Snapshot, changes: Iterable[Change], *, source: str) -> tuple[Change, ...]:
    """Write changes as a part of a version, with what follows from them for rows; give those that changed something.

    Parameters
    ----------
    snapshot
        The newest version, read under the writer's lock.
    source
        Who wrote them: `file`, `page`, `start`.
    """
    before = snapshot.definitions
    after = checked(before, changes)
    wanted = differing(before, changes)
    for one in wanted:
        writer.define(one.kind, one.key, one.body, source=source)
    following.write(writer, snapshot, before, after)
    return wanted


def written(
    lake: Lake, changes: Iterable[Change], *, source: str, why: str = "define"
) -> tuple[int, tuple[Change, ...]]:
    """Write changes as a version of their own; give its number and what changed."""
    with lake.write(why) as writer:
        done = apply(writer, lake.at(), changes, source=source)
    return (writer.version if done else writer.known.version), done


def history(snapshot: Snapshot, kind: str, key: str) -> list[Written]:
    """Give every version of a definition, the newest first."""
    rows = snapshot.table("definitions")
    columns = {name: rows[name].to_pylist() for name in ("kind", "key", "body", "source", "landed")}
    times = {entry.version: entry.time for entry in snapshot.lake.versions()}
    found = [
        Written(landed, times.get(landed, snapshot.time), source, None if body is None else msgspec.json.decode(body))
        for one, name, body, source, landed in zip(*columns.values(), strict=True)
        if (one, name) == (kind, key)
    ]
    return found[::-1]
