"""Conditions as a form has them: one line each, “[question] [is at most] [6]”, of which all, any or none must hold.

What a file can say and such lines cannot (conditions inside conditions) is kept as it is and shown in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from heartline.core.scales import SCALES
from heartline.listen.surveys.values import SCALED

Body = dict[str, Any]
MOST = 12
"""Lines of one condition."""
JOINS = ("all", "any", "none")
SOURCES = ("question", "hidden", "trait")


@dataclass(frozen=True)
class Line:
    """One line: what is looked at (`question:nps`, `question:matrix.row`, `hidden:order`), a sign, values as typed."""

    look: str
    sign: str
    values: tuple[str, ...] = ()


def lines(condition: Body | None, questions: Body) -> tuple[str, list[Line]] | None:
    """Give how lines are joined, and the lines; None where lines cannot say it."""
    if not condition:
        return "all", []
    groups = [name for name in JOINS if condition.get(name) is not None]
    if groups and len(groups) == 1 and not (one := comparison(condition, questions)):
        parts = [comparison(part, questions) for part in condition[groups[0]]]
        found = [part for part in parts if part is not None]
        return (groups[0], [line for part in found for line in part]) if all(
            part is not None and (len(part) == 1 or groups[0] == "all") for part in parts) else None  # fmt: skip
    one = comparison(condition, questions)
    return ("all", one) if one else None


def comparison(part: Body, questions: Body) -> list[Line] | None:
    """Give the lines of one comparison; two signs are two lines that must both hold."""
    if (both := part.get("any")) is not None:
        return _bounded(both, questions)
    source = next((name for name in SOURCES if part.get(name)), None)
    if source is None:
        return None
    look = f"{source}:{part[source]}" + (f".{part['row']}" if part.get("row") else "")
    found = []
    for sign in ("is", "not", "has", "above", "below", "answered"):
        if (wanted := part.get(sign)) is None:
            continue
        if sign == "answered":
            found.append(Line(look, "answered" if wanted else "unanswered"))
        elif sign in ("above", "below") and whole(look, questions):
            step = 1 if sign == "above" else -1
            typed = wanted if isinstance(wanted, str) else _number(wanted + step)
            found.append(Line(look, "atleast" if step == 1 else "atmost", (typed,)))
        else:
            values = wanted if isinstance(wanted, list | tuple) else [wanted]
            found.append(Line(look, sign, tuple(_number(value) for value in values)))
    return found or None


def _bounded(both: list[Body], questions: Body) -> list[Line] | None:
    """Read “below 3 or is 3”, as numbers that are not whole have “at most 3”."""
    if len(both) != 2 or not all(isinstance(part, dict) for part in both):
        return None
    first, second = both
    key = first.get("question")
    if key is None or second != {"question": key, "is": first.get("below", first.get("above"))}:
        return None
    return [Line(f"question:{key}", "atmost" if "below" in first else "atleast", (_number(second["is"]),))]


def _number(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def whole(look: str, questions: Body) -> bool:
    """Tell whether answers are whole numbers: points of a scale."""
    key = look.removeprefix("question:").partition(".")[0]
    return questions.get(key, {}).get("ask") in (*SCALED, "matrix")


def written(said: QueryDict, place: str, before: Body | None, questions: Body) -> Body | None:
    """Give the condition that a form says of a place; what the form does not hold stays as it was."""
    if f"when.{place}" not in said:
        return before
    parts = [_part(line, questions) for line in _typed(said, place)]
    if not parts:
        return None
    join = said.get(f"when.{place}.join", "all")
    return parts[0] if len(parts) == 1 and join != "none" else {join if join in JOINS else "all": parts}


def _typed(said: QueryDict, place: str) -> Iterator[Line]:
    for number in range(MOST):
        look = said.get(f"when.{place}.{number}.look", "")
        if look.partition(":")[0] in SOURCES and look.partition(":")[2]:
            values = [value.strip() for value in said.getlist(f"when.{place}.{number}.value") if value.strip()]
            yield Line(look, said.get(f"when.{place}.{number}.sign", ""), tuple(values))


def _part(line: Line, questions: Body) -> Body:
    source, _, key = line.look.partition(":")
    key, _, row = key.partition(".")
    part: Body = {source: key, **({"row": row} if row else {})}
    if line.sign in ("answered", "unanswered"):
        return part | {"answered": line.sign == "answered"}
    ask = questions.get(key, {}).get("ask") if source == "question" else None
    values = [_typed_value(value, ask) for text in line.values for value in _several(text, ask, line.sign)]
    if line.sign in ("is", "not", "has"):
        return part | {line.sign: values[0] if len(values) == 1 else values}
    number = values[0] if values and not isinstance(values[0], bool) else ""
    if not isinstance(number, int | float):  # nothing yet, or no number: shown again as it was typed
        return part | {"above" if line.sign in ("above", "atleast") else "below": str(number)}
    if line.sign in ("above", "below"):
        return part | {line.sign: number}
    if whole(line.look, questions):
        return part | ({"above": number - 1} if line.sign == "atleast" else {"below": number + 1})
    return {"any": [part | {"above" if line.sign == "atleast" else "below": number}, part | {"is": number}]}


def _several(text: str, ask: str | None, sign: str) -> list[str]:
    """Numbers may be typed one behind the other: 7, 8."""
    many = ask in (*SCALED, "matrix") and sign in ("is", "not")
    return [one.strip() for one in text.replace(";", ",").split(",") if one.strip()] if many else [text]


def _typed_value(text: str, ask: str | None) -> Any:
    if ask == "consent":
        return text == "true"
    if ask not in (*SCALED, "matrix", "number"):
        return text
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def lacking(condition: Body | None) -> bool:
    """Tell whether a line has no value yet."""
    if not condition:
        return False
    inside = [part for name in JOINS for part in condition.get(name) or ()]
    if inside:
        return any(lacking(part) for part in inside)
    if any(isinstance(condition.get(sign), str) for sign in ("above", "below")):
        return True
    said = [condition.get(sign) for sign in ("is", "not", "has", "above", "below", "answered")]
    return all(value is None or value == [] for value in said)


def first(questions: Body, hidden: list[str]) -> Body | None:
    """Give a condition to begin with: that the question before was answered."""
    if questions:
        key = list(questions)[-1]
        return {"question": key, "answered": True}
    return {"hidden": hidden[0], "answered": True} if hidden else None


def extended(condition: Body | None, more: Body, questions: Body) -> Body:
    """Put a further line to a condition."""
    if not condition:
        return more
    join, found = lines(condition, questions) or ("", [])
    if not join:
        return condition
    return {join if len(found) > 1 else "all": [*(condition.get(join) or [condition]), more]}


def without(condition: Body | None, number: int, questions: Body) -> Body | None:
    """Take a line out of a condition."""
    if not condition:
        return None
    join = next((name for name in JOINS if condition.get(name) is not None), None)
    if join is None or (join == "any" and _bounded(condition["any"], questions)):
        return None
    kept = [part for at, part in enumerate(condition[join]) if at != number]
    return None if not kept else kept[0] if len(kept) == 1 and join != "none" else {join: kept}


def points(question: Body) -> list[int]:
    """Give the points of a question's scale."""
    if question["ask"] == "matrix":
        return list(range(1, question.get("points", 5) + 1))
    scale = SCALES[SCALED[question["ask"]]]
    return list(range(int(scale.low), int(scale.high) + 1))
