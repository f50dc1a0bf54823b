"""What a careful colleague would say of a survey before it goes out: hints, none of which stops it.

Leading and double questions, double negations, ends of scales without a name, too many choices, missing translations,
and length. Sources: Dillman, Smyth and Christian (2014), Internet, Phone, Mail, and Mixed-Mode Surveys, chapters 4 and
5; Krosnick and Presser (2010), Question and Questionnaire Design.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from .length import seconds
from .sound import texts
from .values import CHOICES, SCALED, Question, Survey, said

MOST_MINUTES = 5.0
MOST_WORDS = 30
MOST_OPTIONS = 10
MOST_ROWS = 7
RANDOM_FROM = 5
NAMED_ENDS = ("nps", "enps", "ces7", "csat5", "csat7", "rating10", "agree5", "agree7")


@dataclass(frozen=True)
class Hint:
    """One thing to look at again.

    Parameters
    ----------
    code
        `leading`, `absolute`, `double`, `negation`, `ends`, `wordy`, `many_options`, `many_rows`, `order`,
        `no_way_out`, `must_write`, `must_say_who`, `not_nps`, `untranslated`, `long`.
    place
        Question, or None for the survey.
    language
        Of the text that it is about; None for all.
    found
        The word, the number, or the place that it is about.
    """

    code: str
    place: str | None = None
    language: str | None = None
    found: str | float | None = None


def hints(survey: Survey) -> list[Hint]:
    """Give what should be looked at again, in the survey's order."""
    found = [hint for question in survey.questions.values() for hint in _question(question, survey)]
    for language in survey.languages:
        missing = [place for place, text in texts(survey) if not text.get(language)]
        if missing:
            found.append(Hint("untranslated", missing[0], language, len(missing)))
    minutes = seconds(survey) / 60
    if minutes > MOST_MINUTES:
        found.append(Hint("long", found=round(minutes, 1)))
    return found


def _question(question: Question, survey: Survey) -> Iterator[Hint]:
    for language in survey.languages:
        if question.text.get(language):
            yield from _words(question, question.text[language], language)
    if question.ask in NAMED_ENDS and not (question.low and question.high):
        yield Hint("ends", question.key)
    if len(question.options) > MOST_OPTIONS:
        yield Hint("many_options", question.key, found=len(question.options))
    if len(question.rows) > MOST_ROWS:
        yield Hint("many_rows", question.key, found=len(question.rows))
    if question.ask in CHOICES and len(question.options) >= RANDOM_FROM and not question.random:
        yield Hint("order", question.key)
    if question.ask == "single" and question.required and not any(o.other or o.alone for o in question.options):
        yield Hint("no_way_out", question.key)
    if question.required and question.ask in ("text", "comment"):
        yield Hint("must_write", question.key)
    if question.required and question.ask == "contact":
        yield Hint("must_say_who", question.key)


def _words(question: Question, text: str, language: str) -> Iterator[Hint]:
    words = _lists().get(language.split("-", maxsplit=1)[0], {})
    for code in ("leading", "absolute"):
        for word in _in(text, words.get(code, [])):
            yield Hint(code, question.key, language, word)
    if question.ask in (*SCALED, "matrix") and len(found := _in(text, words.get("double", []))):
        yield Hint("double", question.key, language, found[0])
    if len(_in(text, words.get("negations", []), every=True)) > 1:
        yield Hint("negation", question.key, language)
    if len(text.split()) > MOST_WORDS:
        yield Hint("wordy", question.key, language, len(text.split()))
    if question.ask == "nps" and words and not _in(text, words["recommend"]):
        yield Hint("not_nps", question.key, language)


def _in(text: str, words: list[str], *, every: bool = False) -> list[str]:
    """Give the words that a text has, whole words only; each once, or as often as it stands there."""
    found = [(word, len(re.findall(rf"(?<![\w']){re.escape(word)}(?!\w)", text, re.IGNORECASE))) for word in words]
    return [word for word, number in found for _ in range(number if every else min(number, 1))]


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    """Give the words by language and code."""
    raw: dict[str, dict[str, list[Any]]] = yaml.safe_load(Path(__file__).with_name("lint.yaml").read_text("utf-8"))
    found: dict[str, dict[str, list[str]]] = {}
    for code, by_language in raw.items():
        for language, words in by_language.items():
            found.setdefault(language, {})[code] = [str(word) for word in words]
    return found


def untranslated(survey: Survey, language: str) -> list[str]:
    """Name the places whose text is missing in a language."""
    return [place for place, text in texts(survey) if not said(text, language, ())]
