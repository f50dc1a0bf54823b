"""What the pages of events and rules show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.db.models import Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from heartline.collect import catalogue
from heartline.server.accounts.models import AuditEntry
from heartline.server.shell import numbers
from heartline.store.definitions import Definitions
from heartline.store.snapshot import Snapshot

from . import words
from .models import SeenDay, SeenEvent

LATELY = 7
DAYS = 28
MOST_NAMES, MOST_PROPERTIES = 500, 300


@dataclass(frozen=True)
class Line:
    """An event in the catalogue."""

    name: str
    address: str
    about: str
    place: str
    lacks: bool
    lately: str
    count: str
    first: str
    last: str


@dataclass(frozen=True)
class Step:
    """A version of a rule."""

    when: str
    who: str
    condition: str
    sets: tuple[tuple[str, str], ...]
    removed: bool
    version: int
    newest: bool


def found(search: str, *, unplaced: bool) -> QuerySet[SeenEvent]:
    """Give the events that a page lists, those seen most often first."""
    some = SeenEvent.objects.order_by("-count", "name", "pk")
    if search:
        some = some.filter(Q(name__icontains=search) | Q(source__icontains=search))
    return some.filter(places__has_key="") if unplaced else some


def lines(definitions: Definitions, some: Iterable[SeenEvent]) -> list[Line]:
    """Give events as the catalogue lists them."""
    events = list(some)
    since = (timezone.now() - timedelta(days=LATELY - 1)).date()
    counts = SeenDay.objects.filter(event__in=events, day__gte=since).values_list("event").annotate(Sum("count"))
    lately: Mapping[int, int] = dict(counts.order_by())
    zone = definitions.settings["timezone"]
    return [
        Line(
            name=one.name,
            address=reverse("event", args=[one.pk]),
            about=f"{words.TYPES.get(one.kind, one.kind)} · {one.source}",
            place=places(definitions, one),
            lacks="" in one.places,
            lately=numbers.count(lately.get(one.pk, 0)),
            count=numbers.count(one.count),
            first=numbers.moment(one.first_at, zone),
            last=numbers.moment(one.last_at, zone),
        )
        for one in events
    ]


def places(definitions: Definitions, event: SeenEvent) -> str:
    """Say at which touchpoints an event is."""
    order = sorted(event.places.items(), key=lambda one: (-one[1], one[0]))
    shown = [words.touchpoint(definitions, key) for key, _number in order[:3]]
    return ", ".join(shown) + (", …" if len(order) > 3 else "")


def properties(event: SeenEvent) -> list[tuple[str, str, str]]:
    """Give the properties of an event: name, types, and how the newest one had it."""
    example = msgspec.json.decode(event.example)
    return [
        (name, ", ".join(str(words.PROPERTY_TYPES.get(kind, kind)) for kind in kinds), _value(example.get(name)))
        for name, kinds in event.properties.items()
    ]


def _value(held: Any) -> str:
    if held is None:
        return numbers.NONE
    text = msgspec.json.encode(held).decode() if isinstance(held, dict | list) else words.plain(held)
    return text if len(text) <= 120 else f"{text[:119]}…"


def volume(event: SeenEvent) -> list[tuple[str, str, int]]:
    """Give the days on which an event came, the newest first: name, number, and how long its bar is, of a hundred."""
    since = timezone.now().date() - timedelta(days=DAYS)
    days = list(event.days.filter(day__gt=since, count__gt=0).order_by("-day"))
    most = max((one.count for one in days), default=1)
    return [
        (date_format(one.day, "DATE_FORMAT"), numbers.count(one.count), max(1, round(100 * one.count / most)))
        for one in days
    ]


def doubts(event: SeenEvent) -> list[str]:
    """Say what was odd about an event, the most frequent first."""
    order = sorted(event.doubts.items(), key=lambda one: (-one[1], one[0]))
    return [words.doubt(what, number) for what, number in order]


def ruled(definitions: Definitions) -> list[dict[str, Any]]:
    """List rules in the order in which they are asked."""
    bodies = definitions.all("rule")
    order = sorted(bodies, key=lambda key: (bodies[key].get("place") or 5_000, list(bodies).index(key)))
    return [
        {
            "name": words.name(definitions, key, bodies[key]),
            "address": reverse("rule", args=[key]),
            "condition": words.condition(definitions, bodies[key]),
            "sets": words.sets(definitions, bodies[key]),
            "off": bool(bodies[key].get("off")),
        }
        for key in order
    ]


def suggestions() -> dict[str, list[str]]:
    """Give what a form suggests: names of events, sources, properties; those seen most often."""
    names, sources, found_ = dict[str, None](), dict[str, None](), dict[str, None]()
    for name, source, properties_ in SeenEvent.objects.order_by("-count").values_list("name", "source", "properties")[
        :MOST_NAMES
    ]:
        names[name] = sources[source] = None
        found_.update(dict.fromkeys(properties_))
    return {"names": list(names), "sources": sorted(sources), "properties": sorted(list(found_)[:MOST_PROPERTIES])}


def for_event(event: SeenEvent) -> str:
    """Give the address of a new rule for an event."""
    wanted = {"path": event.name} if event.kind == "page" and event.name.startswith("/") else {"event": event.name}
    return f"{reverse('rule_add')}?{urlencode({**wanted, 'source': event.source})}"


def history(snapshot: Snapshot, definitions: Definitions, key: str) -> list[Step]:
    """Give what became of a rule, the newest change first."""
    written = catalogue.history(snapshot, "rule", key)
    entries = AuditEntry.objects.filter(
        subject=f"rule {key}"[:254], details__version__in=[one.version for one in written]
    )
    who = {entry.details["version"]: entry.by for entry in entries}
    zone = definitions.settings["timezone"]
    return [
        Step(
            when=numbers.moment(one.time, zone),
            who=who.get(one.version) or _("from a file"),
            condition=words.condition(definitions, one.body or {}),
            sets=tuple(words.sets(definitions, one.body or {})),
            removed=one.body is None,
            version=one.version,
            newest=place == 0,
        )
        for place, one in enumerate(written)
    ]
