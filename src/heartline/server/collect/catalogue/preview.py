"""What a change does to numbers, before it is made: the verbs are asked twice, as things are and as they would be.

Nothing is written for it, and what was only supposed is not kept; see `heartline.store.supposing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from heartline.collect import following
from heartline.collect.catalogue import Change
from heartline.core.errors import NotFound
from heartline.core.result import Result
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker
from heartline.server.shell import numbers, ratings
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions
from heartline.store.supposing import Supposition
from heartline.workspace import Workspace

from . import words

Ask = Callable[[str, Mapping[str, Any]], Result | None]
VERBS = {
    "journey": ("journeys",),
    "touchpoint": ("touchpoints",),
    "scale": ("scores", "touchpoints"),
    "settings": ("journeys", "touchpoints", "scores"),
}
"""Which questions a kind's change may answer otherwise; of the other kinds, only what they stand for is counted."""
SILENT = frozenset({"name", "label", "labels", "department", "departments", "contributes", "rates", "hours", "currency",
                    "countries", "trade", "demo", "also", "takes", "place", "brand", "price", "margin", "week_start", "counted_as",
                    "designed", "kind", "country", "timezone"})  # fmt: skip
"""Fields that no headline figure is counted by; the company's time zone is, see `_asked`."""
MOST = 40
"""Lines that a page can show."""


@dataclass(frozen=True)
class Line:
    """One figure: what it is of, how it is now, how it would be; `spoken` where each is a sentence by itself."""

    subject: str
    before: str
    after: str
    spoken: bool = False

    @property
    def changed(self) -> bool:
        """Whether the change moves it."""
        return self.before != self.after


@dataclass(frozen=True)
class Said:
    """A figure in words; `spoken` where they are a sentence by themselves."""

    text: str
    spoken: bool = False


@dataclass(frozen=True)
class Preview:
    """The figures that would move, and how many were compared."""

    lines: tuple[Line, ...]
    compared: int
    more: int = 0


def of_changes(request: HttpRequest, before: Definitions, after: Definitions, changes: Sequence[Change]) -> Preview:
    """Say what changes of definitions would do."""
    return of(request, before, following.supposition(before, after), _asked(before, changes), _counted(before, changes))


def of(
    request: HttpRequest,
    before: Definitions,
    then: Supposition,
    verbs: Iterable[str],
    counted: Iterable[tuple[str, str, str]],
) -> Preview:
    """Say what a supposition would do to the answers of some verbs, and to how much some things stand for.

    Parameters
    ----------
    counted
        Filters: name in the selection, key, and `interactions` or `people`.
    """
    who = asker(request)
    access.require(who, "define")
    here, there = workspace(), workspace().supposing(then)
    version = here.lake.at().version
    now, later = (_asking(who, opened, version) for opened in (here, there))
    lines = [line for verb in verbs for line in _paired(verb, now, later, before, then.definitions)]
    lines += [_size(now, later, before, then.definitions, *one) for one in counted]
    moved = [line for line in dict.fromkeys(lines) if line.changed]
    return Preview(tuple(moved[:MOST]), len(lines), max(0, len(moved) - MOST))


def _asking(who: access.Principal, opened: Workspace, version: int) -> Ask:
    def ask(verb: str, values: Mapping[str, Any]) -> Result | None:
        try:
            return access.ask(who, opened, verb, {**values, "as_of": version})
        except NotFound:  # what it is asked about is not there yet, or no longer
            return None

    return ask


def _asked(before: Definitions, changes: Iterable[Change]) -> list[str]:
    """Give the verbs that may answer otherwise."""
    found: dict[str, None] = {}
    for change in changes:
        old, new = before.all(change.kind).get(change.key, {}), change.body or {}
        fields = {name for name in {**old, **new} if old.get(name) != new.get(name)}
        silent = SILENT - {"timezone"} if change.kind == "settings" else SILENT
        if fields - silent:
            found |= dict.fromkeys(VERBS.get(change.kind, ()))
    return list(found)


def _counted(before: Definitions, changes: Iterable[Change]) -> Iterator[tuple[str, str, str]]:
    """Give what the changed things stand for: rows below a unit, at a stage, of a category; people of a group."""
    for change in changes:
        old, new = before.all(change.kind).get(change.key, {}), change.body or {}
        if change.kind == "segment":
            yield "segment", change.key, "people"
        for kind, field, name in (("unit", "parent", "unit"), ("product", "category", "category"),
                                  ("touchpoint", "stage", "stage")):  # fmt: skip
            if change.kind == kind and old.get(field) != new.get(field):
                for key in (old.get(field), new.get(field)):
                    if key:
                        yield name, str(key), "interactions"


def _size(now: Ask, later: Ask, before: Definitions, after: Definitions, name: str, key: str, figure: str) -> Line:
    def counted(ask: Ask) -> str:
        result = ask("touchpoints", {name: key, "period": "all"})
        return numbers.NONE if result is None else numbers.count(_number(result.figures[figure].value))

    known = after if key in after.all(name) else before
    label = key if name == "category" else words.name(known, name, key)
    said = _("People in “%(label)s”") if figure == "people" else _("Interactions in “%(label)s”")
    return Line(said % {"label": label}, counted(now), counted(later))


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) else None


def _paired(verb: str, now: Ask, later: Ask, before: Definitions, after: Definitions) -> list[Line]:
    """Ask a verb twice and put its figures side by side."""
    first, second = now(verb, {}), later(verb, {})
    spell = {"journeys": _journeys, "touchpoints": _touchpoints, "scores": _scores}[verb]
    old = spell(first, before) if first else {}
    new = spell(second, after) if second else {}
    none = Said(numbers.NONE)
    found = []
    for subject in {**old, **new}:
        one, other = old.get(subject, none), new.get(subject, none)
        found.append(Line(subject, one.text, other.text, one.spoken and other.spoken))
    return found


def _journeys(result: Result, definitions: Definitions) -> dict[str, Said]:
    made = {}
    for row in result.rows:
        journey = {"journey": words.name(definitions, "journey", row["journey"])}
        if row["goal_share"] is not None:
            reach = _("%(share)s %(trips)s reach “%(goal)s”") % {
                "share": numbers.in_hundred(row["goal_share"]),
                "trips": row["counted_as"],
                "goal": words.name(definitions, "touchpoint", row["goal"]),
            }
            made[_("%(journey)s: how many reach the goal") % journey] = Said(reach, spoken=True)
        made[_("%(journey)s: how many") % journey] = Said(numbers.count(row["trips"]))
        made[_("%(journey)s: half of them need up to") % journey] = Said(numbers.duration(row["median_s"]))
        made[_("%(journey)s: not over yet") % journey] = Said(numbers.count(row["open_trips"]))
    return made


def _touchpoints(result: Result, definitions: Definitions) -> dict[str, Said]:
    made = {}
    for row in result.rows:
        place = {"touchpoint": words.name(definitions, "touchpoint", row["touchpoint"])}
        if row["share_bad"] is not None:
            share = {**place, "share": numbers.in_hundred(row["share_bad"])}
            bad = _("%(share)s had it bad at “%(touchpoint)s”") % share
            made[_("%(touchpoint)s: how it went") % place] = Said(bad, spoken=True)
        made[_("%(touchpoint)s: interactions") % place] = Said(numbers.count(row["interactions"]))
        made[_("%(touchpoint)s: people here") % place] = Said(numbers.count(row["people"]))
        made[_("%(touchpoint)s: feeling, from −1 to +1") % place] = Said(numbers.number(row["feeling"], 2))
    return made


def _scores(result: Result, definitions: Definitions) -> dict[str, Said]:
    scales = definitions.scales
    made = {}
    for row in result.rows:
        scale = scales.get(row["scale"])
        if scale is None:
            continue
        called = {"scale": ratings.scale_name(scale)}
        if row["measure"] == "top" and row["value"] is not None:
            content = _("%(share)s are content (%(scale)s)") % {**called, "share": numbers.in_hundred(row["value"])}
            made[_("%(scale)s: how many are content") % called] = Said(content, spoken=True)
        else:
            measure = {**called, "measure": ratings.measure_name(scale, row["measure"])}
            made[_("%(scale)s: %(measure)s") % measure] = Said(numbers.number(row["value"], 2))
        made[_("%(scale)s: answers") % called] = Said(numbers.count(row["n"]))
    return made


def headline(preview: Preview) -> str:
    """Say the outcome in a sentence."""
    if not preview.lines:
        return _("No headline number changes.")
    known = [line for line in preview.lines if numbers.NONE not in (line.before, line.after)] or preview.lines
    first = next((line for line in known if line.spoken), known[0])
    if first.spoken:
        return f"{first.before} → {first.after}."
    return _("%(subject)s: %(before)s → %(after)s.") % {
        "subject": first.subject, "before": first.before, "after": first.after,
    }  # fmt: skip
