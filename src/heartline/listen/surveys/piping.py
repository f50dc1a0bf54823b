"""Answers and traits inside texts: `{{ answer.KEY }}`, `{{ hidden.KEY }}`, `{{ trait.KEY | there }}`.

The text after `|` stands where nothing is known. What is put in is plain text: pages escape it like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .flow import Response
from .values import Question, Survey, said

PIPE = re.compile(r"\{\{\s*(answer|hidden|trait)\.([a-z][a-z0-9_]{0,63})\s*(?:\|([^{}]*))?\}\}")
LONGEST = 200


def pipes(text: str) -> Iterator[tuple[str, str]]:
    """Give what a text wants to have put in: source and key."""
    for found in PIPE.finditer(text):
        yield found[1], found[2]


def piped(text: str, survey: Survey, response: Response, language: str) -> str:
    """Put what is known into a text."""

    def known(found: re.Match[str]) -> str:
        source, key, otherwise = found[1], found[2], (found[3] or "").strip()
        if source == "answer":
            question = survey.questions.get(key)
            value = response.answers.get(key)
            words = "" if question is None or value is None else in_words(question, value, survey, language)
        else:
            words = str((response.hidden if source == "hidden" else response.traits).get(key) or "")
        return words[:LONGEST] or otherwise

    return PIPE.sub(known, text)


def in_words(question: Question, value: Any, survey: Survey, language: str) -> str:
    """Say an answer as the person read it."""
    if isinstance(value, Mapping) and ("choice" in value or "choices" in value):
        chosen = value.get("choices") or [value["choice"]]
        named = [_option(question, one, survey, language) for one in chosen]
        return ", ".join([*named[:-1], value.get("words") or named[-1]])
    if isinstance(value, list):
        return ", ".join(_option(question, one, survey, language) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(str(one) for one in value.values() if not isinstance(one, Mapping))
    if question.options:
        return _option(question, value, survey, language)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _option(question: Question, key: Any, survey: Survey, language: str) -> str:
    for option in question.options:
        if option.key == key:
            return said(option.text, language, survey.languages)
    return str(key)
