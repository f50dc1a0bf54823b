"""What the pages of customers show: people of a list, a timeline by days, a small heart line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from heartline.core.result import Result
from heartline.server.shell import doors, filters, heart, navigation, numbers, quotes
from heartline.store.definitions import Definitions

from . import words

Row = Mapping[str, Any]
ICONS = {
    "web": "globe", "mobile": "smartphone", "email": "mail", "phone": "phone", "chat": "message-circle",
    "messaging": "send", "store": "store", "social": "users", "advertising": "eye", "delivery": "truck",
    "marketplace": "package", "print": "file", "partner": "building-2",
}  # fmt: skip
ARROW = " > "
"""Stands between the steps of a path."""
BEATS = 60
"""Feelings that a small line can show."""


@dataclass(frozen=True)
class Person:
    """Somebody in the list."""

    name: str
    initials: str
    page: str
    entries: str
    door: str
    first: str
    last: str


@dataclass(frozen=True)
class Place:
    """A touchpoint that somebody came by, perhaps several times in a row."""

    name: str
    page: str
    times: int


@dataclass(frozen=True)
class Happening:
    """One thing that happened, or several of which nothing but the place is known: when, where, and what is known."""

    clock: str
    channel: str
    icon: str
    places: tuple[Place, ...]
    facts: tuple[str, ...]
    text: str
    tone: str
    mood: str
    marks: tuple[str, ...]


@dataclass(frozen=True)
class Trip:
    """A passage through a journey."""

    journey: str
    page: str
    owner: str
    began: str
    took: str
    took_door: str
    steps: str
    steps_door: str
    state: str
    tone: str


@dataclass(frozen=True)
class Day:
    """A day, or what else is known of when, with what happened."""

    name: str
    happenings: list[Happening] = field(default_factory=list)


def people(result: Result, values: Row, known: Definitions) -> list[Person]:
    """Give the people of a list."""
    zone = known.settings["timezone"]
    return [
        Person(
            name=words.name(row["customer"]),
            initials=words.initials(row["customer"]),
            page=reverse("customer", args=[row["customer"]]),
            entries=numbers.count(row["interactions"]),
            door=doors.door("customers", values, row={"customer": row["customer"]}, column="interactions"),
            first=numbers.day(row["first"], zone),
            last=numbers.day(row["last"], zone),
        )
        for row in result.rows
    ]


def trips(result: Result, values: Row, known: Definitions) -> list[Trip]:
    """Give the passages of a person through the journeys."""
    zone = known.settings["timezone"]
    return [_trip(row, values, known, zone) for row in result.rows]


def _trip(row: Row, values: Row, known: Definitions, zone: str) -> Trip:
    body = known.all("journey").get(row["journey"], {})
    key = {name: row[name] for name in ("journey", "owner", "trip")}
    tone = "good" if row["reached_goal"] else "neutral" if row["open"] else "unknown"
    return Trip(
        journey=filters.body_label(known, "journey", row["journey"]),
        page=navigation.address("journey", row["journey"]),
        owner=str(row["owner"])[: words.LONG] if body.get("per") == "ref" else "",
        began=numbers.day(row["start"], zone),
        took=numbers.duration(row["duration_s"]),
        took_door=doors.door("customer_trips", values, row=key, column="duration_s"),
        steps=numbers.count(row["steps"]),
        steps_door=doors.door("customer_trips", values, row=key, column="steps"),
        state=words.state(row, body, known),
        tone=tone,
    )


def days(rows: Iterable[Row], known: Definitions, passages: Sequence[Row]) -> list[Day]:
    """Group what happened by the day in company time, as exactly as that is known.

    Parameters
    ----------
    passages
        Rows of `customer_trips`: where they begin and reach their goal is marked.
    """
    zone = ZoneInfo(known.settings["timezone"])
    grouped = groupby(rows, key=lambda row: words.day(row, zone))
    return [Day(name, [_happening(some, known, zone, passages) for some in _together(here)]) for name, here in grouped]


def _together(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Put together what follows each other on one channel and is known by its place alone: pages that one looked at."""
    some: list[Row] = []
    for row in rows:
        if some and not (_plain(row) and _plain(some[-1]) and _alike(row, some[-1])):
            yield some
            some = []
        some.append(row)
    if some:
        yield some


def _plain(row: Row) -> bool:
    return not row["text"] and all(row[name] is None for name in ("amount", "wait_s", "succeeded", "score", "feeling"))


def _alike(one: Row, other: Row) -> bool:
    return all(one[name] == other[name] for name in ("channel", "ref", "unit", "product", "about", "action"))


def _marks(row: Row, known: Definitions, passages: Sequence[Row]) -> Iterator[str]:
    for trip in passages:
        per_ref = known.all("journey").get(trip["journey"], {}).get("per") == "ref"
        if not row["touchpoint"] or (per_ref and row["ref"] != trip["owner"]):
            continue
        name, path = filters.body_label(known, "journey", trip["journey"]), trip["path"].split(ARROW)
        if row["occurred_at"] == trip["start"] and row["touchpoint"] == path[0]:
            yield words.begins(name)
        if row["occurred_at"] == trip["end"] and row["touchpoint"] == path[-1] and trip["reached_goal"]:
            yield words.reaches(name)


def _happening(rows: Sequence[Row], known: Definitions, zone: ZoneInfo, passages: Sequence[Row]) -> Happening:
    oldest = rows[-1]
    tone = quotes.tone_of(oldest["feeling"])
    exact = (oldest["occurred_precision"] or "second") in ("second", "minute", "hour")
    return Happening(
        clock=date_format(oldest["occurred_at"].astimezone(zone), "H:i") if exact else "",
        channel=filters.channel(known, oldest["channel"]) if oldest["channel"] else "",
        icon=ICONS.get(oldest["channel"] or "", "circle-help"),
        places=tuple(_places(reversed(rows), known)),
        facts=tuple(words.facts(oldest, known)),
        text=str(oldest["text"] or "").strip(),
        tone=tone,
        mood=quotes.mood(tone) if oldest["feeling"] is not None else "",
        marks=tuple(dict.fromkeys(mark for row in reversed(rows) for mark in _marks(row, known, passages))),
    )


def _places(rows: Iterable[Row], known: Definitions) -> Iterator[Place]:
    named = ((row["touchpoint"], "" if row["touchpoint"] else words.event(row)) for row in rows)
    for (place, event), again in groupby(named):
        name = filters.body_label(known, "touchpoint", place) if place else event
        yield Place(name, navigation.address("touchpoint", place) if place else "", len(list(again)))


def line(rows: Sequence[Row], known: Definitions) -> SafeString | str:
    """Draw what the person felt, from the oldest to the newest of these; nothing where less than two are known."""
    zone = known.settings["timezone"]
    felt = [row for row in reversed(rows) if row["feeling"] is not None][-BEATS:]
    if len(felt) < 2:
        return ""
    return heart.small(
        [
            heart.Beat(numbers.day(row["occurred_at"], zone), row["feeling"], row["feeling"], row["feeling"])
            for row in felt
        ]
    )
