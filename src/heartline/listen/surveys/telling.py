"""What a response tells: one fact for each thing that was answered, ready to become an interaction.

Only answers on the way count, those on the page where it stopped among them. Contact data and consents are told apart:
they never reach the lake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .flow import Response, counted
from .values import SCALED, Question, Survey

POINTS_SCALES = {5: "csat5", 7: "csat7"}
"""Scales of rows by how many points they have; rows with other points keep their answer as a property only."""


@dataclass(frozen=True)
class Fact:
    """One answer.

    Parameters
    ----------
    name
        Question, or question and row; unique within a response, so the same one is never told twice.
    about
        Touchpoint that is judged; None where nobody said.
    score, scale
        Of a scale; None for other answers.
    text
        What was written.
    properties
        The answer as it was given, and what it was an answer to.
    """

    name: str
    about: str | None
    score: float | None = None
    scale: str | None = None
    text: str | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What a response tells: facts; contact data as traits; consents as purpose, channel and yes or no."""

    facts: tuple[Fact, ...]
    traits: dict[str, str]
    consents: tuple[tuple[str, str, bool], ...]


def told(survey: Survey, response: Response) -> Told:
    """Tell a response apart."""
    facts: list[Fact] = []
    traits: dict[str, str] = {}
    consents: list[tuple[str, str, bool]] = []
    for key, value in counted(survey, response).items():
        question = survey.questions[key]
        if question.ask == "contact":
            traits |= value
        elif question.ask == "consent":
            consents.append((str(question.purpose), str(question.channel), bool(value)))
        else:
            facts += _facts(question, value, question.about or survey.about)
    return Told(tuple(facts), {} if survey.anonymous else traits, tuple(consents))


def _facts(question: Question, value: Any, about: str | None) -> Iterator[Fact]:
    if question.ask in SCALED:
        yield Fact(question.key, about, float(value), SCALED[question.ask], None, {"question": question.key})
    elif question.rows:
        yield from _row_facts(question, value, about)
    elif question.ask in ("text", "comment"):
        yield Fact(question.key, about, text=value, properties={"question": question.key})
    else:
        words = value.get("words") if isinstance(value, Mapping) else None
        chosen = value.get("choices", value.get("choice")) if isinstance(value, Mapping) else value
        yield Fact(question.key, about, text=words, properties={"question": question.key, "chosen": chosen})


def _row_facts(question: Question, value: Mapping[str, Any], about: str | None) -> Iterator[Fact]:
    for row in question.rows:
        if not value.get(row.key):
            continue
        given, judged = value[row.key], row.about or about
        properties = {"question": question.key, "row": row.key}
        points, scale = given, POINTS_SCALES.get(question.points)
        if question.ask == "importance":
            properties |= {name: given[name] for name in given}
            points = given.get("satisfaction")
        elif question.ask == "kano":
            properties |= {"with": given.get("with"), "without": given.get("without")}
            scale = None
        else:
            properties["chosen"] = given
        score = float(points) if scale and points is not None else None
        yield Fact(f"{question.key}.{row.key}", judged, score, scale if score is not None else None, None, properties)
