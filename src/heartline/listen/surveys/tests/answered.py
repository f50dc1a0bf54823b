"""Surveys that were answered: what responses tell, as the lake holds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

import heartline
from heartline.listen.surveys import codebook
from heartline.listen.surveys.flow import Response
from heartline.listen.surveys.reading import made
from heartline.listen.surveys.telling import told
from heartline.listen.surveys.values import Survey
from heartline.store.tests.world import Event, events
from heartline.workspace import Workspace

END = [{"key": "thanks", "text": {"en": "Thank you."}}]


def survey(*asked: Mapping[str, Any], key: str = "poll", **more: Any) -> Survey:
    """Make a survey of one page."""
    named = [{"text": {"en": one["key"].capitalize()}, **one} for one in asked]
    body = {"survey": 1, "key": key, "languages": ["en"], "title": {"en": "Poll"}, "ends": END,
            "blocks": [{"key": "main", "questions": named}], **more}  # fmt: skip
    return made(body)


def options(*keys: str) -> list[dict[str, Any]]:
    """Make options, or rows."""
    return [{"key": key, "text": {"en": key.capitalize()}} for key in keys]


def facts(
    asked: Survey, name: str, answers: Mapping[str, Any], at: str = "2024-03-01", who: str | None = None, **more: Any
) -> Iterable[Event]:
    """Tell a response as interactions."""
    hidden = more.pop("hidden", None)
    for fact in told(asked, Response(name, answers)).facts:
        properties = {
            "survey": asked.key,
            "edition": 1,
            "response": name,
            **fact.properties,
            **({"hidden": hidden} if hidden else {}),
        }
        columns = {"score": fact.score, "scale": fact.scale, "text": fact.text, "event": "Survey Answered"}
        if asked.anonymous:  # as they are sent
            apart = {"points": columns.pop("score"), "words": columns.pop("text"), "scale": columns.pop("scale")}
            properties |= {name: value for name, value in apart.items() if value is not None and name != "scale"}
        yield who, "survey", at, {
            "id": f"surveys:{name}.{fact.name}", "source": "surveys", "kind": "feedback",
            "properties": msgspec.json.encode(properties).decode(), **columns, **more,
        }  # fmt: skip


def world(folder: Path, asked: Survey, rows: Iterable[Event], **definitions: Any) -> Workspace:
    """Make a lake of answers to one survey."""
    book = {codebook.KIND: {asked.key: codebook.body([asked])}}
    events(folder, rows, **book, **definitions)
    return heartline.open(folder)


def each(asked: Survey, answers: Sequence[Mapping[str, Any]], **more: Any) -> list[Event]:
    """Tell responses of one person each, in order."""
    return [
        row
        for number, one in enumerate(answers)
        for row in facts(asked, f"r{number:04}", one, who=f"p{number}", **more)
    ]


POLL = survey(
    {"key": "likely", "ask": "smiley3"}, {"key": "way", "ask": "single", "options": options("web", "shop")},
    {"key": "used", "ask": "multiple", "options": options("card", "cash")},
    {"key": "parts", "ask": "matrix", "rows": options("price"), "points": 3},
    {"key": "why", "ask": "comment"},
)  # fmt: skip
"""A small survey for worlds that hold more than a survey: each of its numbers is opened there, many times."""
