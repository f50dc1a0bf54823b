"""What a number of a survey is, in the words of its questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heartline.listen.surveys import codebook
from heartline.listen.surveys.codebook import Codebook, Part, Question
from heartline.server.shell.doors import Door
from heartline.store.definitions import Definitions

VERBS = ("questions", "crosstab", "responses")


def number(door: Door, definitions: Definitions) -> str:
    """Say which number of a survey an address is about: “Where did you buy? On the web”."""
    book = codebook.find(definitions, str(door.values.get("survey") or ""))
    language, row = get_language() or "en", door.row or {}
    asked = str(row.get("question") or "") or str(door.values.get("question") or "").partition(".")[0]
    question = book.questions.get(asked)
    parts = [book.words(question.text if question else book.title, language)]
    if question is not None:
        parts += _named(question, row, book, language)
    parts += [str(row[key]) for key in ("period", "group") if row.get(key)]
    return " – ".join(part for part in parts if part) or _("answers")


def _named(question: Question, row: Mapping[str, Any], book: Codebook, language: str) -> list[str]:
    """Name the row and the option or answer."""
    chosen = row.get("option") or row.get("answer")
    return [_part(question.rows, row.get("row"), book, language), _part(question.options, chosen, book, language)]


def _part(parts: tuple[Part, ...], key: object, book: Codebook, language: str) -> str:
    found = next((one for one in parts if one.key == key), None)
    return (book.words(found.text, language) if found else "") or str(key or "")
