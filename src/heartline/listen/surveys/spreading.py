"""Answers spread into columns: one response a row, as tables and statistics programs want them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .codebook import Codebook, Part, Question
from .sheet import Address
from .values import Text

Pick = Callable[[Any], Any]


@dataclass(frozen=True)
class Spread:
    """A column: what it is called, where its answers stand, and what of each it holds.

    Parameters
    ----------
    texts
        The question, then the row or option, in the survey's words.
    part
        What of a pair it holds: importance, satisfaction, with, without; else empty.
    options
        What its values mean, where they are keys of choices.
    """

    name: str
    address: Address
    pick: Pick
    kind: str
    texts: tuple[Text, ...]
    question: Question
    part: str = ""
    options: tuple[Part, ...] = ()


def columns(book: Codebook) -> list[Spread]:
    """Give the columns of a survey, in its order: several choices are a column each, 1 or 0."""
    return [one for question in book.questions.values() for one in _columns(question)]


def _columns(question: Question) -> Iterator[Spread]:
    key = question.key
    if question.ask in ("multiple", "ranking"):
        for option in question.options:
            pick = _chosen(option.key) if question.ask == "multiple" else _place(option.key)
            yield Spread(f"{key}.{option.key}", (key, None), pick, "float", (question.text, option.text), question)
    elif question.ask in _PAIRS:
        for row in question.rows:
            for place, part in enumerate(_PAIRS[question.ask]):
                name, texts = f"{key}.{row.key}.{part}", (question.text, row.text)
                yield Spread(name, (key, row.key), _side(place), "float", texts, question, part)
    elif question.rows:
        for row in question.rows:
            yield Spread(f"{key}.{row.key}", (key, row.key), _itself, "float", (question.text, row.text), question)
    else:
        words = question.ask in ("single", "date", "text", "comment")
        options = question.options if question.ask == "single" else ()
        yield Spread(key, (key, None), _itself, "str" if words else "float", (question.text,), question, "", options)


_PAIRS = {"importance": ("importance", "satisfaction"), "kano": ("with", "without")}


def _itself(value: Any) -> Any:
    return value


def _chosen(key: str) -> Pick:
    return lambda value: float(key in value)


def _place(key: str) -> Pick:
    return lambda value: float(value.index(key) + 1) if key in value else None


def _side(place: int) -> Pick:
    return lambda value: value[place]
