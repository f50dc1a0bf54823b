"""What the answers of a survey mean: its questions in their order, as the lake keeps them beside the answers.

Every edition adds to it, so that answers to a question that is asked no more can still be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from heartline.core.errors import unknown
from heartline.store.definitions import Definitions

from .values import SCALED, Survey, Text, said
from .values import Question as Asked

KIND = "survey"
"""The kind of definition under which codebooks stand in the lake."""
UNTOLD = ("note", "contact", "consent")
"""Ways of asking whose answers never reach the lake."""
KANO_POINTS = 5


@dataclass(frozen=True)
class Part:
    """An option or a row, with its words by language."""

    key: str
    text: Text


@dataclass(frozen=True)
class Question:
    """A question whose answers are in the lake.

    Parameters
    ----------
    low, high
        What the ends of its scale are called.
    gone
        The newest edition asks it no more.
    """

    key: str
    ask: str
    text: Text
    options: tuple[Part, ...] = ()
    rows: tuple[Part, ...] = ()
    points: int = KANO_POINTS
    gone: bool = False
    low: Text = field(default_factory=dict)
    high: Text = field(default_factory=dict)

    @property
    def scale(self) -> str | None:
        """The scale of its answers, where they are points of one."""
        return SCALED.get(self.ask)


@dataclass(frozen=True)
class Codebook:
    """A survey as its answers are read by."""

    key: str
    title: Text
    languages: tuple[str, ...]
    anonymous: bool
    hidden: tuple[str, ...]
    questions: Mapping[str, Question]
    employees: bool = False
    """It asks employees, not customers."""

    def words(self, text: Text, language: str) -> str:
        """Give a text in a language, else in the survey's own."""
        return said(text, language, self.languages)


def body(editions: Sequence[Survey]) -> dict[str, Any]:
    """Write the codebook of a survey as the body of a definition.

    Parameters
    ----------
    editions
        As they were asked, oldest first; the newest says what things are called.
    """
    newest = editions[-1]
    asked = set(newest.questions)
    found: dict[str, dict[str, Any]] = {}
    for edition in (newest, *reversed(editions[:-1])):
        for question in edition.questions.values():
            if question.ask not in UNTOLD:
                _add(found, question, gone=question.key not in asked)
    return {
        "label": said(newest.title, newest.languages[0], newest.languages), "title": dict(newest.title),
        "languages": list(newest.languages), "anonymous": any(one.anonymous for one in editions),
        "hidden": list(dict.fromkeys(name for one in editions for name in one.hidden)),
        "questions": list(found.values()),
        **({"for": newest.for_} if newest.for_ == "employees" else {}),
    }  # fmt: skip


def _add(found: dict[str, dict[str, Any]], question: Asked, *, gone: bool) -> None:
    """Add a question, or the options and rows that only an earlier edition had."""
    made = found.setdefault(
        question.key,
        {"key": question.key, "ask": question.ask, "text": dict(question.text), "options": [], "rows": [],
         "points": question.points, "gone": gone, "low": dict(question.low), "high": dict(question.high)},
    )  # fmt: skip
    for name, parts in (("options", question.options), ("rows", question.rows)):
        known = {part["key"] for part in made[name]}
        made[name] += [{"key": part.key, "text": dict(part.text)} for part in parts if part.key not in known]


def find(definitions: Definitions, key: str) -> Codebook:
    """Give the codebook of a survey.

    Raises
    ------
    NotFound
        `unknown_survey`.
    """
    known = definitions.all(KIND)
    if key not in known:
        raise unknown(KIND, key, list(known), field=KIND)
    return read(key, known[key])


def read(key: str, written: Mapping[str, Any]) -> Codebook:
    """Read a codebook from the body of its definition."""
    questions = {one["key"]: _question(one) for one in written.get("questions", ())}
    return Codebook(
        key, written.get("title", {}), tuple(written.get("languages") or ("en",)), bool(written.get("anonymous")),
        tuple(written.get("hidden", ())), questions, written.get("for") == "employees",
    )  # fmt: skip


def _question(one: Mapping[str, Any]) -> Question:
    options, rows = (tuple(_parts(one.get(name, ()))) for name in ("options", "rows"))
    return Question(
        one["key"], one["ask"], one.get("text", {}), options, rows, int(one.get("points", KANO_POINTS)),
        bool(one.get("gone")), one.get("low", {}), one.get("high", {}),
    )  # fmt: skip


def _parts(parts: Iterable[Mapping[str, Any]]) -> Iterator[Part]:
    return (Part(part["key"], part.get("text", {})) for part in parts)
