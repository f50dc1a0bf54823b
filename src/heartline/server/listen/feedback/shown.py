"""Feedback as cards: what was answered and written, how it feels, what it is about, where, when, and who it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from heartline.listen.surveys import codebook
from heartline.listen.text.themes.values import Theme, called, counted
from heartline.server.shell import doors, filters, navigation, numbers, quotes
from heartline.store.definitions import Definitions

from . import words

Row = Mapping[str, Any]
LONG = 30
"""Letters of an order or ticket that a card shows."""


@dataclass(frozen=True)
class Link:
    """A name, and where it leads; nowhere where that is not part of this installation."""

    name: str
    address: str = ""


@dataclass(frozen=True)
class Answer:
    """One answer on a scale, or one text, with what was asked."""

    asked: str
    score: str
    door: str
    text: str


@dataclass(frozen=True)
class Card:
    """One piece of feedback; the answers of one response stand on one card."""

    ids: tuple[str, ...]
    at: datetime
    exact: bool
    ago: str
    when: str
    day: str
    tone: str
    mood: str
    answers: tuple[Answer, ...]
    themes: tuple[Link, ...]
    reading: bool
    place: Link
    where: tuple[str, ...]
    person: Link
    nobody: bool
    survey: Link
    told: str
    """Who tells it, where that is not the customer."""


@dataclass(frozen=True)
class Names:
    """What cards name things by, and whether they may lead to people."""

    definitions: Definitions
    people: bool
    themes: Mapping[str, Theme]
    language: str

    @classmethod
    def of(cls, definitions: Definitions, *, people: bool) -> Names:
        """Give the names in the language of the page."""
        return cls(definitions, people, counted(definitions), (get_language() or "en").partition("-")[0])


def cards(rows: Iterable[Row], names: Names) -> list[Card]:
    """Make cards of rows of `feedback`, in their order; what one response answered at once is one card."""
    grouped = groupby(rows, key=lambda row: (row["response"] or row["id"], row["occurred_at"]))
    return [_card(list(some), names) for _, some in grouped]


def _card(rows: Sequence[Row], names: Names) -> Card:
    first, known = rows[0], names.definitions
    zone = known.settings["timezone"]
    exact = (first["occurred_precision"] or "second") in ("second", "minute", "hour")
    tone = quotes.tone_of(_felt(rows))
    place = first["about"] or first["touchpoint"]
    about = dict.fromkeys(key for row in rows for key in row["themes"] or ())
    return Card(
        ids=tuple(row["id"] for row in rows),
        at=first["occurred_at"],
        exact=exact,
        ago=words.ago(first["occurred_at"], timezone.now()) if exact else "",
        when=words.exactly(first["occurred_at"], zone, exact=exact),
        day=first["occurred_at"].date().isoformat(),
        tone=tone,
        mood=quotes.mood(tone),
        answers=tuple(_answer(row, names) for row in rows),
        themes=tuple(
            Link(called(names.themes[key], names.language), navigation.address("theme", key))
            for key in about if key in names.themes
        ),
        reading=any(_has_text(row) and row["themes"] is None for row in rows),
        place=Link(filters.body_label(known, "touchpoint", place), navigation.address("touchpoint", place))
        if place else Link(""),
        where=tuple(_where(first, known)),
        person=_person(first, names),
        nobody=names.people and not first["customer"] and first["told_by"] == "customer",
        survey=_survey(first, names),
        told=words.told_by(first["told_by"]),
    )  # fmt: skip


def _has_text(row: Row) -> bool:
    return bool((row["text"] or "").strip())


def _felt(rows: Sequence[Row]) -> float | None:
    """Give how somebody felt: by their answers on scales, else by what they wrote."""
    felt = [row["feeling"] for row in rows if row["feeling"] is not None and row["score"] is not None]
    felt = felt or [row["feeling"] for row in rows if row["feeling"] is not None]
    return sum(felt) / len(felt) if felt else None


def _answer(row: Row, names: Names) -> Answer:
    score = quotes.score(row, names.definitions)
    return Answer(
        asked=_question(row, names),
        score=score,
        door=doors.door("feedback", {"period": "all"}, row={"id": row["id"]}, column="score") if score else "",
        text=str(row["text"] or "").strip(),
    )


def _question(row: Row, names: Names) -> str:
    """Give what was asked, in the words of the survey."""
    book = _book(row, names)
    question = book.questions.get(str(row["question"])) if book else None
    return book.words(question.text, names.language) if book and question else ""


def _book(row: Row, names: Names) -> codebook.Codebook | None:
    written = names.definitions.all(codebook.KIND).get(str(row["survey"])) if row["survey"] else None
    return codebook.read(str(row["survey"]), written) if written else None


def _survey(row: Row, names: Names) -> Link:
    book = _book(row, names)
    if book is None:
        return Link("")
    one = navigation.address("survey_response", book.key, row["response"]) if names.people and row["response"] else ""
    return Link(book.words(book.title, names.language), one or navigation.address("survey_results", book.key))


def _where(row: Row, known: Definitions) -> Iterable[str]:
    if row["channel"]:
        yield filters.channel(known, row["channel"])
    if row["unit"]:
        yield filters.body_label(known, "unit", row["unit"])
    if row["ref"]:
        yield str(row["ref"])[:LONG]


def _person(row: Row, names: Names) -> Link:
    who = row["customer"] if names.people else None
    return Link(numbers.person(who), navigation.address("customer", who)) if who else Link("")
