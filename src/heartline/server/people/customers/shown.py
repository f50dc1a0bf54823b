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
class Happening:
    """One thing that happened: when, where, and what is known of it."""

    clock: str
    channel: str
    icon: str
    place: str
    page: str
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
    return [Day(name, [_happening(row, known, zone, passages) for row in some]) for name, some in grouped]


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


def _happening(row: Row, known: Definitions, zone: ZoneInfo, passages: Sequence[Row]) -> Happening:
    place = row["touchpoint"]
    tone = quotes.tone_of(row["feeling"])
    exact = (row["occurred_precision"] or "second") in ("second", "minute", "hour")
    return Happening(
        clock=date_format(row["occurred_at"].astimezone(zone), "H:i") if exact else "",
        channel=filters.channel(known, row["channel"]) if row["channel"] else "",
        icon=ICONS.get(row["channel"] or "", "circle-help"),
        place=filters.body_label(known, "touchpoint", place) if place else words.event(row),
        page=navigation.address("touchpoint", place) if place else "",
        facts=tuple(words.facts(row, known)),
        text=str(row["text"] or "").strip(),
        tone=tone,
        mood=quotes.mood(tone) if row["feeling"] is not None else "",
        marks=tuple(_marks(row, known, passages)),
    )


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
