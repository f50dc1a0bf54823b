"""A survey's body after its form was sent: words side by side in each language, what questions are like, conditions.

A form says of each part that it holds it (`shape.KEY`, `when.PLACE`); what a form does not hold stays as it was.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict

from heartline.core.errors import InvalidInput, NotFound
from heartline.listen.surveys.values import KEY

from . import writing_when
from .writing_moves import MOVES, conditioned, questions

Body = dict[str, Any]
WORDS = ("title", "intro", "text", "hint", "low", "high")
STAY = ("save", "look")
"""Buttons that change no part."""
FLAGS = ("other", "alone", "last")


def changed(body: Body, said: QueryDict, do: str, place: str) -> Body:
    """Give the survey as the form has it, after the button that was pressed.

    Raises
    ------
    NotFound
        `unknown` for a button of a part that is not there any more.
    InvalidInput
        `nothing_before` for a condition where nothing is asked before.
    """
    new = copy.deepcopy(body)
    _write(new, said)
    if do in STAY:
        return new
    action = MOVES.get(do)
    if action is None:
        raise NotFound("unknown", f"There is no button “{do}”.", field="do")
    action(new, place, said, do)
    return new


def typed(body: Body, said: QueryDict) -> Body:
    """Give the survey as the form has it, whatever button was pressed: what is shown again when one cannot be done."""
    return changed(body, said, "look", "")


def whole(body: Body) -> None:
    """Refuse a condition that has no value yet, which a file could not say.

    Raises
    ------
    InvalidInput
        `no_value`, with the place of the condition.
    """
    for place, holder in conditioned(body).items():
        if writing_when.lacking(holder.get("when")):
            raise InvalidInput("no_value", "A condition has no value.", field=place, remedy="Choose one.")


def _write(body: Body, said: QueryDict) -> None:
    """Put what the form holds into the survey."""
    body["anonymous"] = said.get("anonymous") == "on"
    body["about"] = said.get("about", "").strip() or None
    if "shape.survey" in said:
        body["once"] = said.get("once") == "on"
        names = [name for name in re.split(r"[\s,;]+", said.get("hidden", "")) if name]
        body["hidden"] = [name for name in dict.fromkeys(names) if re.fullmatch(KEY, name)]
    for place, part in parts(body):
        for name in WORDS:
            for tag in body["languages"]:
                given = said.get(f"{place}.{name}.{tag}")
                if given is None:
                    continue
                told = part.setdefault(name, {})
                told.pop(tag, None)
                if words := given.replace("\r\n", "\n").strip():
                    told[tag] = words
    for block in body["blocks"]:
        if f"shape.page.{block['key']}" in said:
            block["random"] = said.get(f"page.{block['key']}.random") == "on"
        for at, jump in enumerate(block.get("then", ())):
            jump["go"] = said.get(f"then.{block['key']}.{at}.go") or jump["go"]
        for one in block["questions"]:
            one["required"] = said.get(f"{one['key']}.required") == "on"
            if f"shape.{one['key']}" in said:
                _shape(one, said)
    _ends(body, said)
    known = questions(body)
    for place, holder in conditioned(body).items():
        holder["when"] = writing_when.written(said, place, holder.get("when"), known)


def _shape(one: Body, said: QueryDict) -> None:
    """Put into a question what it is like."""
    key = one["key"]
    one["random"] = said.get(f"{key}.random") == "on"
    one["about"] = said.get(f"{key}.about", "").strip() or None
    for name in ("least", "most"):
        if f"{key}.{name}" in said:
            one[name] = _number(said.get(f"{key}.{name}", ""))
    if said.get(f"{key}.points", "").isdigit():
        one["points"] = int(said.get(f"{key}.points", ""))
    if one["ask"] == "contact":
        one["fields"] = said.getlist(f"{key}.fields")
    if one["ask"] == "consent":
        one["purpose"] = said.get(f"{key}.purpose", "").strip() or None
        one["channel"] = said.get(f"{key}.channel", "").strip() or None
    for part in one.get("options", ()):
        part |= {flag: said.get(f"{key}.{part['key']}.{flag}") == "on" for flag in FLAGS}
    for part in one.get("rows", ()):
        part["about"] = said.get(f"{key}.{part['key']}.about", "").strip() or None


def _ends(body: Body, said: QueryDict) -> None:
    """Put into ends and quotas what is typed there."""
    for end in body["ends"]:
        if f"end.{end['key']}.link" in said:
            end["link"] = said.get(f"end.{end['key']}.link", "").strip() or None
    for quota in body.get("quotas", ()):
        most = _number(said.get(f"quota.{quota['key']}.most", ""))
        quota["most"] = most if most is not None else quota["most"]
        quota["full"] = said.get(f"quota.{quota['key']}.full") or quota["full"]


def _number(text: str) -> float | str | None:
    """Read a number; what is none stays as it was typed, and is refused with its place."""
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def parts(body: Body) -> Iterator[tuple[str, Body]]:
    """Give whatever has words, by its place in the form."""
    yield "survey", body
    for block in body["blocks"]:
        yield f"page.{block['key']}", block
        for one in block["questions"]:
            yield one["key"], one
            yield from (
                (f"{one['key']}.{part['key']}", part) for part in (*one.get("options", ()), *one.get("rows", ()))
            )
    yield from ((f"end.{end['key']}", end) for end in body["ends"])


def spot(field: str | None, body: Body) -> str:
    """Give the place of the form that an error's field means; empty for the survey as a whole."""
    names = (field or "").split(".")
    known = {place for place, _ in parts(body)} | set(conditioned(body))
    if names[0] == "blocks" and len(names) > 1:
        if names[1].isdigit():  # a place in the file: blocks.0.questions.2.least
            return _numbered(names[1:], body)
        names = [*names[2:], ""] if len(names) > 2 and names[2] else ["page." + names[1]]
    elif names[0] in ("ends", "quotas") and len(names) > 1:
        parts_ = body.get(names[0], ())
        key = parts_[int(names[1])]["key"] if names[1].isdigit() and int(names[1]) < len(parts_) else names[1]
        names = [("end." if names[0] == "ends" else "quota.") + key]
    whole_ = ".".join(name for name in names if name)
    for place in (whole_, f"page.{whole_}", f"end.{whole_}", names[0]):
        if place in known:
            return place
    return ""


def _numbered(names: list[str], body: Body) -> str:
    block = body["blocks"][int(names[0])]
    if len(names) > 2 and names[1] == "questions" and names[2].isdigit():
        return str(block["questions"][int(names[2])]["key"])
    return f"page.{block['key']}"
