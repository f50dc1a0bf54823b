"""What the pages of the catalogue show: lists, trees, the history of a definition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.collect import catalogue
from heartline.collect.bodies import COMPANY, FIELDS, field_of
from heartline.core.scales import SCALES
from heartline.server.accounts.models import AuditEntry
from heartline.server.shell import names, numbers
from heartline.store.definitions import Definitions
from heartline.store.snapshot import Snapshot

from . import forms, kinds, words

COLUMNS: dict[str, tuple[str, ...]] = {
    "touchpoint": ("stage", "department", "expected_wait_s"),
    "journey": ("goal", "within_s", "counted_as"),
    "stage": (),
    "channel": (),
    "unit": ("kind", "country", "hours"),
    "product": ("category", "brand", "price"),
    "scale": ("low", "high", "measure"),
    "segment": ("any", "none"),
    "event": ("first", "last", "unit"),
    "identifier_kind": ("power",),
    "settings": ("timezone", "currency"),
}
"""What a list shows beside the name."""


@dataclass(frozen=True)
class Row:
    """A definition in a list; `depth` is how deep it lies in its tree."""

    key: str
    name: str
    address: str
    cells: tuple[tuple[str, str], ...]
    depth: int = 0
    built_in: bool = False


@dataclass(frozen=True)
class Step:
    """A version of a definition: when, by whom, what changed, and where to set it back to it."""

    when: str
    who: str
    differences: tuple[tuple[str, str, str], ...]
    removed: bool
    version: int
    newest: bool
    first: bool


def body(definitions: Definitions, kind: str, key: str) -> dict[str, Any] | None:
    """Give a definition's body; None where there is none, and for what needs none what it would say."""
    if kind == "settings" and key == COMPANY:
        return {name: value for name, value in definitions.settings.items() if value not in (None, [])}
    found = definitions.all(kind).get(key)
    if found is not None:
        return dict(found)
    if kind == "scale" and key in SCALES:
        scale = SCALES[key]
        made = {field.name: getattr(scale, field.name) for field in FIELDS["scale"]}
        return {name: value for name, value in made.items() if value is not None and value is not False}
    if kind in ("stage", "channel") and key in forms.known(definitions, kind):
        return {}
    return None


def keys(definitions: Definitions, kind: str) -> list[str]:
    """Give the keys that a list shows, in its order."""
    if kind in ("stage", "channel"):
        return forms.known(definitions, kind)
    if kind == "scale":
        return list(dict.fromkeys([*definitions.all("scale"), *SCALES]))
    if kind == "event":
        found = definitions.all("event")
        return sorted(found, key=lambda key: str(found[key].get("first")), reverse=True)
    return list(definitions.all(kind))


def rows(definitions: Definitions, kind: str, search: str) -> list[Row]:
    """Give a kind's list; units as a tree, but for what was searched."""
    order = _tree(definitions) if kind == "unit" and not search else [(key, 0) for key in keys(definitions, kind)]
    wanted = search.casefold()
    found = []
    for key, depth in order:
        name = words.name(definitions, kind, key)
        if (
            not wanted
            or wanted in name.casefold()
            or wanted in key.casefold()
            or _holds(definitions, kind, key, wanted)
        ):
            found.append(Row(key, name, address(kind, key), (), depth, key not in definitions.all(kind)))
    return found


def _holds(definitions: Definitions, kind: str, key: str, wanted: str) -> bool:
    held = definitions.all(kind).get(key, {})
    return any(isinstance(value, str) and wanted in value.casefold() for value in held.values())


def filled(definitions: Definitions, kind: str, some: Iterable[Row]) -> list[Row]:
    """Give rows with their cells."""
    return [
        Row(row.key, row.name, row.address, _cells(definitions, kind, row.key), row.depth, row.built_in) for row in some
    ]


def _cells(definitions: Definitions, kind: str, key: str) -> tuple[tuple[str, str], ...]:
    held = body(definitions, kind, key) or {}
    found = []
    for name in COLUMNS[kind]:
        field = field_of(kind, name)
        assert field is not None
        value = names.department(held) if name == "department" else held.get(name)
        found.append((str(kinds.label(kind, name)), words.value(definitions, field, value or None)))
    return tuple(found)


def address(kind: str, key: str) -> str:
    """Give the address of a definition's page."""
    return reverse("definition", args=[kind, key])


def _tree(definitions: Definitions) -> list[tuple[str, int]]:
    """Give units from the top down, each with its depth; what lies in a circle or below nothing stands at the end."""
    units = definitions.all("unit")
    children: dict[str | None, list[str]] = {}
    for key, held in units.items():
        parent = held.get("parent")
        children.setdefault(parent if parent in units else None, []).append(key)
    found: dict[str, int] = {}
    todo = [(key, 0) for key in reversed(children.get(None, []))]
    while todo:
        key, depth = todo.pop()
        if key not in found:
            found[key] = depth
            todo += [(child, depth + 1) for child in reversed(children.get(key, []))]
    return [*found.items(), *((key, 0) for key in units if key not in found)]


def history(snapshot: Snapshot, definitions: Definitions, kind: str, key: str) -> list[Step]:
    """Give what became of a definition, the newest change first."""
    written = catalogue.history(snapshot, kind, key)
    who = _who(kind, key, [one.version for one in written])
    zone = definitions.settings["timezone"]
    bodies: Sequence[Mapping[str, Any] | None] = [*(one.body for one in written[1:]), None][: len(written)]
    return [
        Step(
            when=numbers.moment(one.time, zone),
            who=who.get(one.version) or words.source(one.source),
            differences=tuple(words.differences(definitions, kind, before, one.body)),
            removed=one.body is None,
            version=one.version,
            newest=place == 0,
            first=before is None,
        )
        for place, (one, before) in enumerate(zip(written, bodies, strict=True))
    ]


def _who(kind: str, key: str, versions: list[int]) -> dict[int, str]:
    """Give who made versions, from the audit trail."""
    subjects = [f"{kind} {key}"[:254]]
    entries = AuditEntry.objects.filter(subject__in=subjects, details__version__in=versions)
    return {entry.details["version"]: entry.by for entry in entries}


def answer(definitions: Definitions, kind: str, number: int) -> str:
    """Say in a sentence what a list holds, and what it lacks."""
    if kind == "touchpoint":
        bodies = definitions.all("touchpoint").values()
        lacking = sum(1 for held in bodies if not held.get("department"))
        said = ngettext("%(number)s touchpoint.", "%(number)s touchpoints.", number) % {"number": numbers.count(number)}
        if not lacking:
            return said
        more = ngettext(
            "%(lacking)s has no department that answers for it.",
            "%(lacking)s have no department that answers for them.", lacking,
        ) % {"lacking": numbers.count(lacking)}  # fmt: skip
        return f"{said} {more}"
    return _("%(number)s so far. %(about)s") % {
        "number": numbers.count(number), "about": kinds.KINDS[kind].about,
    }  # fmt: skip
