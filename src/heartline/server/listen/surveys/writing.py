"""A survey as a form: words side by side in each language, and buttons that move, add and remove.

The form holds what people change often; conditions, jumps and quotas stay as they are and are written in the file.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from django.http import QueryDict

from heartline.core.errors import NotFound
from heartline.listen.surveys.values import CHOICES, ROWED

from . import words

MOST = 200
Body = dict[str, Any]


def form(body: Body) -> Body:
    """Give a survey as the page shows it."""
    languages = body["languages"]

    def texts(part: Body, name: str, place: str) -> list[Body]:
        return [
            {"name": f"{place}.{name}.{tag}", "tag": tag, "language": words.LANGUAGES.get(tag, tag),
             "text": part.get(name, {}).get(tag, "")}
            for tag in languages
        ]  # fmt: skip

    return {
        "languages": [words.LANGUAGES.get(tag, tag) for tag in languages],
        "title": texts(body, "title", "survey"), "intro": texts(body, "intro", "survey"),
        "anonymous": body.get("anonymous", False), "about": body.get("about") or "",
        "blocks": [
            {"key": block["key"], "conditions": bool(block.get("when") or block.get("then")),
             "questions": [_one(one, texts) for one in block["questions"]]}
            for block in body["blocks"]
        ],
        "ends": [{"key": end["key"], "text": texts(end, "text", end["key"])} for end in body["ends"]],
    }  # fmt: skip


def _one(one: Body, texts: Callable[[Body, str, str], list[Body]]) -> Body:
    """Give a question as the page shows it."""
    key = one["key"]
    return {
        "key": key, "kind": words.kinds().get(one["ask"], one["ask"]), "required": one.get("required", False),
        "when": bool(one.get("when")), "text": texts(one, "text", key), "grows": one["ask"] in (*CHOICES, *ROWED),
        "ends": [*texts(one, "low", key), *texts(one, "high", key)] if "low" in one else [],
        "parts": [{"key": part["key"], "text": texts(part, "text", f"{key}.{part['key']}")}
                  for part in (*one.get("options", ()), *one.get("rows", ()))],
    }  # fmt: skip


def changed(body: Body, said: QueryDict, do: str, place: str) -> Body:
    """Give the survey as the form has it, after the button that was pressed.

    Raises
    ------
    NotFound
        `unknown` for a button of a part that is not there any more.
    """
    new = copy.deepcopy(body)
    _write(new, said)
    if do in ("save", "try"):
        return new
    action = {"up": _move, "down": _move, "remove": _remove, "add": _add, "page": _page, "part": _part,
              "language": _language}.get(do)  # fmt: skip
    if action is None:
        raise NotFound("unknown", f"There is no button “{do}”.", field="do")
    action(new, place, said, do)
    return new


def _write(body: Body, said: QueryDict) -> None:
    """Put the words of the form into the survey."""
    body["anonymous"] = said.get("anonymous") == "on"
    body["about"] = said.get("about", "").strip() or None
    for place, part in _parts(body):
        for name in ("title", "intro", "text", "hint", "low", "high"):
            for tag in body["languages"]:
                given = said.get(f"{place}.{name}.{tag}")
                if given is not None:
                    part.setdefault(name, {})[tag] = given.replace("\r\n", "\n").strip()
    for block in body["blocks"]:
        for one in block["questions"]:
            one["required"] = said.get(f"{one['key']}.required") == "on"


def _parts(body: Body) -> list[tuple[str, Body]]:
    found = [("survey", body)]
    for block in body["blocks"]:
        for one in block["questions"]:
            found.append((one["key"], one))
            found += [(f"{one['key']}.{part['key']}", part) for part in (*one.get("options", ()), *one.get("rows", ()))]
    return [*found, *((end["key"], end) for end in body["ends"])]


def _find(body: Body, key: str) -> tuple[int, int]:
    for at, block in enumerate(body["blocks"]):
        for place, one in enumerate(block["questions"]):
            if one["key"] == key:
                return at, place
    raise NotFound("unknown", f"There is no question “{key}”.", field="place")


def _move(body: Body, key: str, said: QueryDict, do: str) -> None:
    """Move a question by one place; over the edge of its page onto the next one."""
    at, place = _find(body, key)
    blocks = body["blocks"]
    one = blocks[at]["questions"].pop(place)
    if do == "up" and place == 0 and at > 0:
        blocks[at - 1]["questions"].append(one)
    elif do == "down" and place == len(blocks[at]["questions"]) and at + 1 < len(blocks):
        blocks[at + 1]["questions"].insert(0, one)
    else:
        blocks[at]["questions"].insert(max(0, place + (1 if do == "down" else -1)), one)
    body["blocks"] = [block for block in blocks if block["questions"]]


def _remove(body: Body, key: str, said: QueryDict, do: str) -> None:
    """Remove a question, or a choice or row of one (`question.part`); pages that ask nothing go, too."""
    question, _, part = key.partition(".")
    at, place = _find(body, question)
    if part:
        one = body["blocks"][at]["questions"][place]
        for name in ("options", "rows"):
            if name in one:
                one[name] = [each for each in one[name] if each["key"] != part]
        return
    body["blocks"][at]["questions"].pop(place)
    body["blocks"] = [block for block in body["blocks"] if block["questions"]]


def _add(body: Body, block: str, said: QueryDict, do: str) -> None:
    """Add a question to a page."""
    kind = said.get(f"kind.{block}", "comment")
    body["blocks"][_block(body, block)]["questions"].append(_question(body, kind))


def _page(body: Body, block: str, said: QueryDict, do: str) -> None:
    """Add a page behind another one."""
    keys = {one["key"] for one in (*body["blocks"], *body["ends"])}
    fresh = {"key": _free("page", keys), "questions": [_question(body, said.get(f"kind.{block}", "comment"))]}
    body["blocks"].insert(_block(body, block) + 1, fresh)


def _block(body: Body, key: str) -> int:
    for at, block in enumerate(body["blocks"]):
        if block["key"] == key:
            return at
    raise NotFound("unknown", f"There is no page “{key}”.", field="place")


def _question(body: Body, kind: str) -> Body:
    """Give a new question, with words that say what is to be written there."""
    keys = {one["key"] for block in body["blocks"] for one in block["questions"]}
    tag = body["languages"][0]
    made: Body = {"key": _free(kind, keys), "ask": kind, "text": {tag: words.kinds().get(kind, "?") + " …"}}
    two = [{"key": f"part_{number}", "text": {tag: str(number)}} for number in (1, 2)]
    if kind in CHOICES:
        made["options"] = two
    if kind in ROWED:
        made["rows"] = two
    if kind == "contact":
        made["fields"] = ["name", "email"]
    if kind == "consent":
        made |= {"purpose": "newsletter", "channel": "email"}
    if kind in ("nps", "enps", "csat5", "csat7", "ces7", "rating10", "agree5", "agree7", "matrix", "importance"):
        made |= {"low": {}, "high": {}}
    return made


def _part(body: Body, key: str, said: QueryDict, do: str) -> None:
    """Add a choice or a row to a question."""
    at, place = _find(body, key)
    one = body["blocks"][at]["questions"][place]
    name = "options" if one["ask"] in CHOICES else "rows"
    keys = {part["key"] for part in one.get(name, ())}
    fresh = _free("part", keys)
    one[name] = [*one.get(name, ()), {"key": fresh, "text": {body["languages"][0]: str(len(keys) + 1)}}]


def _language(body: Body, place: str, said: QueryDict, do: str) -> None:
    """Add a language; what is not translated is shown in the first."""
    tag = said.get("language", "").strip()
    if tag and tag not in body["languages"]:
        body["languages"].append(tag)


def _free(base: str, keys: set[str]) -> str:
    number = 1
    while f"{base}_{number}" in keys:
        number += 1
    return f"{base}_{number}"
