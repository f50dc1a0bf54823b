"""Is this an answer to that question? What a form or a client sent becomes the value that is kept, or a coded error.

An answer is kept as JSON: a number for a point of a scale; an option's key, or `{choice, words}` with words of one's
own; `{choices, words}` for several; keys in order for a ranking; `{row: …}` for rows; a text; an ISO date; true, false.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from heartline.core.errors import InvalidInput
from heartline.core.scales import SCALES

from .values import SCALED, Question

LONGEST_WORDS = 500
LONGEST = {"text": 500, "comment": 20_000}
LONGEST_CONTACT = 300
BROKEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
"""Control characters; what people write has none."""


def answer(question: Question, given: Any) -> Any:
    """Give the value that is kept of an answer; None for no answer.

    Raises
    ------
    InvalidInput
        `required`, `off_scale`, `unknown_option`, `too_few`, `too_many`, `too_long`, `not_a_number`, `out_of_range`,
        `not_a_date`, `not_an_email`, `bad_answer`; the field is the question's key.
    """
    value = None if _empty(given) else _READ[_reader(question)](question, given)
    if value is None and question.required and question.ask != "note":
        raise _wrong(question, "required", "This question wants an answer.", "Please answer it to go on.")
    return value


def _empty(given: Any) -> bool:
    if isinstance(given, str):
        return not given.strip()
    if isinstance(given, Mapping):
        return all(_empty(one) for one in given.values())
    return given is None or given in ([], ())


def _reader(question: Question) -> str:
    return "point" if question.ask in SCALED else question.ask


def _point(question: Question, given: Any) -> float | int:
    scale = SCALES[SCALED[question.ask]]
    return _whole(question, given, int(scale.low), int(scale.high))


def _whole(question: Question, given: Any, low: int, high: int) -> int:
    number = _number(question, given)
    if number != int(number) or not low <= number <= high:
        raise _wrong(question, "off_scale", f"“{given}” is not on the scale.", f"Choose from {low} to {high}.")
    return int(number)


def _number(question: Question, given: Any) -> float:
    try:
        number = float(given.strip().replace(",", ".") if isinstance(given, str) else given)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if isinstance(given, bool) or not math.isfinite(number):
        raise _wrong(question, "not_a_number", f"“{str(given)[:40]}” is not a number.", "Please write digits.")
    return number


def _ranged(question: Question, given: Any) -> float:
    number = _number(question, given)
    low, high = question.least, question.most
    if (low is not None and number < low) or (high is not None and number > high):
        wanted = " ".join(f"{word} {bound:g}" for word, bound in (("from", low), ("up to", high)) if bound is not None)
        raise _wrong(question, "out_of_range", f"{number:g} is outside what was asked.", f"Expected a number {wanted}.")
    return number


def _single(question: Question, given: Any) -> str | dict[str, str]:
    words = ""
    if isinstance(given, Mapping):
        given, words = given.get("choice"), given.get("words", "")
    (choice,) = _options(question, [given])
    words = _words(question, words)
    return {"choice": choice, "words": words} if words and choice in _open(question) else choice


def _multiple(question: Question, given: Any) -> list[str] | dict[str, Any]:
    words = ""
    if isinstance(given, Mapping):
        given, words = given.get("choices", []), given.get("words", "")
    chosen = _options(question, given if isinstance(given, list | tuple) else [given])
    alone = {option.key for option in question.options if option.alone} & set(chosen)
    if alone and len(chosen) > 1:
        raise _wrong(question, "not_together", "One of these choices stands for itself.", "Choose it alone, or others.")
    _count(question, len(chosen))
    words = _words(question, words)
    return {"choices": chosen, "words": words} if words and _open(question) & set(chosen) else chosen


def _count(question: Question, number: int) -> None:
    if question.least is not None and number < question.least:
        raise _wrong(question, "too_few", f"{number} chosen.", f"Choose at least {question.least:g}.")
    if question.most is not None and number > question.most:
        raise _wrong(question, "too_many", f"{number} chosen.", f"Choose at most {question.most:g}.")


def _ranking(question: Question, given: Any) -> list[str]:
    ranked = _options(question, list(given) if isinstance(given, list | tuple) else [given])
    _count(question, len(ranked))
    return ranked


def _options(question: Question, given: list[Any] | tuple[Any, ...]) -> list[str]:
    """Give the chosen options, each once, in the order given."""
    known = {option.key for option in question.options}
    chosen = list(dict.fromkeys(str(one) for one in given if not _empty(one)))
    wrong = [one for one in chosen if one not in known]
    if wrong or not chosen:
        raise _wrong(question, "unknown_option", "That is not one of the choices.", "Please choose one of those shown.")
    return chosen


def _open(question: Question) -> set[str]:
    return {option.key for option in question.options if option.other}


def _matrix(question: Question, given: Any) -> dict[str, int]:
    return _rows(question, given, lambda value: _whole(question, value, 1, question.points))


def _importance(question: Question, given: Any) -> dict[str, dict[str, int]]:
    return _rows(question, given, lambda value: _pair(question, value, ("importance", "satisfaction")))


def _kano(question: Question, given: Any) -> dict[str, dict[str, int]]:
    return _rows(question, given, lambda value: _pair(question, value, ("with", "without")))


def _pair(question: Question, given: Any, names: tuple[str, str]) -> dict[str, int]:
    if not isinstance(given, Mapping) or set(given) - set(names):
        raise _wrong(question, "bad_answer", "The answer has another shape than expected.", "Please choose a point.")
    points = 5 if question.ask == "kano" else question.points
    return {name: _whole(question, given[name], 1, points) for name in names if not _empty(given.get(name))}


def _rows(question: Question, given: Any, read: Callable[[Any], Any]) -> dict[str, Any]:
    known = {row.key for row in question.rows}
    if not isinstance(given, Mapping) or set(given) - known:
        raise _wrong(question, "unknown_row", "That is not one of the rows.", "Please answer those shown.")
    found = {row: read(given[row]) for row in (one.key for one in question.rows) if not _empty(given.get(row))}
    if question.required and len(found) < len(known):
        raise _wrong(question, "required", "A row has no answer.", "Please answer every row.")
    return found


def _text(question: Question, given: Any) -> str | None:
    if not isinstance(given, str | int | float):
        raise _wrong(question, "bad_answer", "The answer is not a text.", "Please write some words.")
    text = str(given).replace("\r\n", "\n").translate(BROKEN).strip().encode("utf-8", "replace").decode()
    longest = int(min(question.most or math.inf, LONGEST[question.ask]))
    if len(text) > longest:
        raise _wrong(question, "too_long", f"The text has {len(text)} letters.", f"Please stay within {longest}.")
    if text and question.least is not None and len(text) < question.least:
        raise _wrong(question, "too_short", f"The text has {len(text)} letters.", f"At least {question.least:g}.")
    return text or None


def _words(question: Question, given: Any) -> str:
    words = " ".join(str(given or "").translate(BROKEN).split())
    if len(words) > LONGEST_WORDS:
        raise _wrong(question, "too_long", "The text is too long.", f"Please stay within {LONGEST_WORDS} letters.")
    return words


def _date(question: Question, given: Any) -> str:
    try:
        return date.fromisoformat(str(given).strip()[:10]).isoformat()
    except ValueError:
        raise _wrong(question, "not_a_date", f"“{str(given)[:40]}” is not a date.", "Expected 2026-05-31.") from None


def _contact(question: Question, given: Any) -> dict[str, str] | None:
    if not isinstance(given, Mapping) or set(given) - set(question.fields):
        raise _wrong(question, "bad_answer", "The answer has another shape than expected.", "Fill in the fields shown.")
    found = {name: " ".join(str(given.get(name) or "").translate(BROKEN).split()) for name in question.fields}
    if any(len(value) > LONGEST_CONTACT for value in found.values()):
        raise _wrong(question, "too_long", "A field is too long.", f"Please stay within {LONGEST_CONTACT} letters.")
    email = found.get("email", "")
    if email and (email.count("@") != 1 or " " in email or "." not in email.split("@")[1] or email.startswith("@")):
        raise _wrong(question, "not_an_email", f"“{email}” is not an e-mail address.", "Expected name@example.org.")
    return {name: value for name, value in found.items() if value} or None


def _consent(question: Question, given: Any) -> bool | None:
    yes = given is True or str(given).strip().lower() in ("true", "yes", "on", "1")
    return True if yes else None if question.required else False


def _nothing(question: Question, given: Any) -> None:
    """A note asks nothing, so whatever came is no answer."""


def _wrong(question: Question, code: str, reason: str, remedy: str) -> InvalidInput:
    return InvalidInput(code, reason, field=question.key, remedy=remedy)


_READ: dict[str, Callable[[Question, Any], Any]] = {
    "point": _point, "single": _single, "multiple": _multiple, "ranking": _ranking, "matrix": _matrix,
    "importance": _importance, "kano": _kano, "number": _ranged, "date": _date, "text": _text, "comment": _text,
    "contact": _contact, "consent": _consent, "note": _nothing,
}  # fmt: skip
