"""What the buttons of the form do: move, add, remove. Each takes a survey's body and changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from heartline.core.errors import InvalidInput, NotFound
from heartline.listen.surveys.values import CHOICES, ROWED

from . import words, writing_when

Body = dict[str, Any]
ENDED = ("nps", "enps", "csat5", "csat7", "ces7", "rating10", "agree5", "agree7", "matrix", "importance")


def questions(body: Body) -> Body:
    """Give all questions by key."""
    return {one["key"]: one for block in body["blocks"] for one in block["questions"]}


def find(body: Body, key: str) -> tuple[int, int]:
    """Give the page and the place of a question."""
    for at, block in enumerate(body["blocks"]):
        for place, one in enumerate(block["questions"]):
            if one["key"] == key:
                return at, place
    raise NotFound("unknown", f"There is no question “{key}”.", field="place")


def block(body: Body, key: str) -> int:
    """Give the place of a page."""
    return _at(body["blocks"], key)


def _at(parts: list[Body], key: str) -> int:
    for at, one in enumerate(parts):
        if one["key"] == key:
            return at
    raise NotFound("unknown", f"There is no part “{key}”.", field="place")


def _move(body: Body, key: str, said: QueryDict, do: str) -> None:
    """Move a question by one place; over the edge of its page onto the next one."""
    at, place = find(body, key)
    blocks = body["blocks"]
    one = blocks[at]["questions"].pop(place)
    if do == "up" and place == 0 and at > 0:
        blocks[at - 1]["questions"].append(one)
    elif do == "down" and place == len(blocks[at]["questions"]) and at + 1 < len(blocks):
        blocks[at + 1]["questions"].insert(0, one)
    else:
        blocks[at]["questions"].insert(max(0, place + (1 if do == "down" else -1)), one)
    body["blocks"] = [block for block in blocks if block["questions"]]


def _put(body: Body, where: str, said: QueryDict, do: str) -> None:
    """Put a question to a place of a page: `KEY>PAGE>PLACE`, counted without it."""
    key, page, number = [*where.split(">"), "", ""][:3]
    target = body["blocks"][block(body, page)]
    at, place = find(body, key)
    one = body["blocks"][at]["questions"].pop(place)
    target["questions"].insert(int(number) if number.isdigit() else len(target["questions"]), one)
    body["blocks"] = [block for block in body["blocks"] if block["questions"]]


def _move_page(body: Body, key: str, said: QueryDict, do: str) -> None:
    """Move a page by one place."""
    at = block(body, key)
    one = body["blocks"].pop(at)
    body["blocks"].insert(max(0, at + (1 if do == "pagedown" else -1)), one)


def _put_page(body: Body, where: str, said: QueryDict, do: str) -> None:
    """Put a page to a place: `PAGE>PLACE`, counted without it."""
    key, _, number = where.partition(">")
    one = body["blocks"].pop(block(body, key))
    body["blocks"].insert(int(number) if number.isdigit() else len(body["blocks"]), one)


def _remove(body: Body, key: str, said: QueryDict, do: str) -> None:
    """Remove a question, or a choice or row of one (`question.part`); pages that ask nothing go, too."""
    question, _, part = key.partition(".")
    at, place = find(body, question)
    if part:
        one = body["blocks"][at]["questions"][place]
        for name in ("options", "rows"):
            if name in one:
                one[name] = [each for each in one[name] if each["key"] != part]
        return
    body["blocks"][at]["questions"].pop(place)
    body["blocks"] = [block for block in body["blocks"] if block["questions"]]


def _add(body: Body, page: str, said: QueryDict, do: str) -> None:
    """Add a question to a page."""
    kind = said.get(f"kind.{page}", "comment")
    body["blocks"][block(body, page)]["questions"].append(_question(body, kind))


def _page(body: Body, page: str, said: QueryDict, do: str) -> None:
    """Add a page behind another one."""
    keys = {one["key"] for one in (*body["blocks"], *body["ends"])}
    fresh = {"key": _free("page", keys), "questions": [_question(body, said.get(f"kind.{page}", "comment"))]}
    body["blocks"].insert(block(body, page) + 1, fresh)


def _question(body: Body, kind: str) -> Body:
    """Give a new question, with words that say what is to be written there."""
    tag = body["languages"][0]
    made: Body = {
        "key": _free(kind, set(questions(body))),
        "ask": kind,
        "text": {tag: words.kinds().get(kind, "?") + " …"},
    }
    two = [{"key": f"part_{number}", "text": {tag: str(number)}} for number in (1, 2)]
    if kind in CHOICES:
        made["options"] = two
    if kind in ROWED:
        made["rows"] = two
    if kind == "contact":
        made["fields"] = ["name", "email"]
    if kind == "consent":
        made |= {"purpose": "newsletter", "channel": "email"}
    if kind in ENDED:
        made |= {"low": {}, "high": {}}
    return made


def _part(body: Body, key: str, said: QueryDict, do: str) -> None:
    """Add a choice or a row to a question."""
    at, place = find(body, key)
    one = body["blocks"][at]["questions"][place]
    name = "options" if one["ask"] in CHOICES else "rows"
    keys = {part["key"] for part in one.get(name, ())}
    fresh = _free("part", keys)
    one[name] = [*one.get(name, ()), {"key": fresh, "text": {body["languages"][0]: str(len(keys) + 1)}}]


def _language(body: Body, place: str, said: QueryDict, do: str) -> None:
    """Add a language, or remove one; what is not translated is shown in the first."""
    if do == "unlanguage":
        if len(body["languages"]) > 1 and place in body["languages"]:
            body["languages"].remove(place)
        return
    tag = said.get("language", "").strip()
    if tag and tag not in body["languages"]:
        body["languages"].append(tag)


def _end(body: Body, place: str, said: QueryDict, do: str) -> None:
    """Add an end before the last one, which needs no reason; or remove one."""
    if do == "unend":
        at = _at(body["ends"], place)
        if at + 1 < len(body["ends"]):
            body["ends"].pop(at)
        return
    keys = {one["key"] for one in (*body["blocks"], *body["ends"])}
    fresh = {"key": _free("end", keys), "text": {body["languages"][0]: "…"}, "when": _before(body, None)}
    body["ends"].insert(len(body["ends"]) - 1, fresh)


def _quota(body: Body, place: str, said: QueryDict, do: str) -> None:
    """Add a quota, or remove one."""
    quotas = body.setdefault("quotas", [])
    if do == "unquota":
        quotas.pop(_at(quotas, place))
        return
    key = _free("quota", {one["key"] for one in quotas})
    quotas.append({"key": key, "when": _before(body, None), "most": 100, "full": body["ends"][-1]["key"]})


def _jump(body: Body, place: str, said: QueryDict, do: str) -> None:
    """Add a jump behind a page, or remove one (`PAGE.NUMBER`)."""
    key, _, number = place.partition(".")
    at = block(body, key)
    jumps = body["blocks"][at].setdefault("then", [])
    if do == "unjump":
        if number.isdigit() and int(number) < len(jumps):
            jumps.pop(int(number))
        return
    later = [one["key"] for one in (*body["blocks"][at + 1 :], body["ends"][-1])]
    when = writing_when.first({one["key"]: one for one in body["blocks"][at]["questions"]}, [])
    jumps.append({"when": when, "go": later[0]})


def _if(body: Body, place: str, said: QueryDict, do: str) -> None:
    """Add a line to a condition, or take one out (`PLACE:NUMBER`)."""
    place, _, number = place.partition(":")
    holder = conditioned(body)[place]
    known = questions(body)
    if do == "unless":
        holder["when"] = writing_when.without(holder.get("when"), int(number) if number.isdigit() else 0, known)
    else:
        holder["when"] = writing_when.extended(holder.get("when"), _before(body, place), known)


def _before(body: Body, place: str | None) -> Body:
    """Give a condition to begin with, on what was asked before a place."""
    known = earlier(body, place)
    found = writing_when.first(known, body.get("hidden", []))
    if found is None:
        raise InvalidInput(
            "nothing_before", "Nothing is asked before that a condition could look at.", field=place, remedy="Move it."
        )
    return found


def earlier(body: Body, place: str | None) -> Body:
    """Give the questions that are asked before a place: a question, a page, or what comes behind a page."""
    found: Body = {}
    for one in body["blocks"]:
        if f"page.{one['key']}" == place:
            return found
        for question in one["questions"]:
            if question["key"] == place:
                return found
            found[question["key"]] = question
        if place is not None and place.startswith(f"then.{one['key']}."):
            return found
    return found


def conditioned(body: Body) -> dict[str, Body]:
    """Give whatever has a condition, by its place."""
    found: dict[str, Body] = {}
    for one in body["blocks"]:
        found[f"page.{one['key']}"] = one
        found |= {question["key"]: question for question in one["questions"]}
        found |= {f"then.{one['key']}.{at}": jump for at, jump in enumerate(one.get("then", ()))}
    found |= {f"end.{end['key']}": end for end in body["ends"]}
    return found | {f"quota.{one['key']}": one for one in body.get("quotas", ())}


def _free(base: str, keys: set[str]) -> str:
    number = 1
    while f"{base}_{number}" in keys:
        number += 1
    return f"{base}_{number}"


MOVES: dict[str, Callable[[Body, str, QueryDict, str], None]] = {
    "up": _move, "down": _move, "put": _put, "pageup": _move_page, "pagedown": _move_page, "putpage": _put_page,
    "remove": _remove, "add": _add, "page": _page, "part": _part, "language": _language, "unlanguage": _language,
    "end": _end, "unend": _end, "quota": _quota, "unquota": _quota, "jump": _jump, "unjump": _jump, "if": _if,
    "unless": _if,
}  # fmt: skip
"""What each button does."""
