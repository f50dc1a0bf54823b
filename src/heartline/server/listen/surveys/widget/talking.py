"""What the script says, and what it is answered: one page of the survey at a time, as values.

The script says every time all that is to be known; only what the answering commands keep is kept. Who somebody is, is
taken from it as far as events of the page are believed: with the site's write key, and never for an anonymous survey.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from heartline.core.errors import Conflict, InvalidInput
from heartline.listen.surveys.piping import piped
from heartline.listen.surveys.values import said
from heartline.server.accounts.models import ApiKey, KeyKind
from heartline.server.accounts.tokens import digest
from heartline.server.shell import showing

from .. import answering, asking, links, tongues, words
from ..answering import Asked
from ..inviting import on_pages

CHANNEL = "web"
PRESET = {"channel": CHANNEL}
NAME = re.compile(r"[^\x00-\x1f]{1,200}")


class Person(msgspec.Struct, frozen=True):
    """Whom the page's own script knows."""

    anonymous_id: str = ""
    user_id: str = ""


class Said(msgspec.Struct, frozen=True):
    """One word of the script.

    Parameters
    ----------
    do
        `open`, `keep` single answers, `send` a page, go `back`.
    token
        The response's secret name, which the script makes.
    block, given
        The page that is meant; answers by question.
    hidden
        Values that the page's tag brings along.
    key, person
        The site's write key, and whom its script knows.
    way
        How it appears: `inline`, where it stands in its place in the page; else it comes by itself.
    """

    do: str
    token: str
    language: str = ""
    block: str = ""
    given: dict[str, Any] = msgspec.field(default_factory=dict)
    hidden: dict[str, str] = msgspec.field(default_factory=dict)
    key: str = ""
    person: Person = Person()
    way: str = ""


@dataclass(frozen=True)
class Answer:
    """What the script is told."""

    body: dict[str, Any]
    status: int = 200


def heard(body: bytes) -> Said:
    """Read what the script says.

    Raises
    ------
    InvalidInput
        `bad_request`.
    """
    try:
        said_ = msgspec.json.decode(body, type=Said)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInput("bad_request", "This is not what the script sends.", remedy="Load the page again.") from None
    if said_.do not in ("open", "keep", "send", "back") or answering.TOKEN.fullmatch(said_.token) is None:
        raise InvalidInput("bad_request", "This is not what the script sends.", field="do", remedy="Load it again.")
    return said_


def answered(key: str, one: Said, accepted: str) -> Answer:
    """Do what the script says, and give the page that is next.

    Raises
    ------
    NotFound
        `unknown` for a survey that is not, or is not open.
    """
    who = _who(one)
    link = links.link(key, *who) if who else ""  # an anonymous survey keeps none
    now = answering.asked(key, one.token, one.hidden, link, PRESET)
    language = tongues.chosen(now.survey, one.language, accepted)
    if one.do == "open":
        return _opened(now, who, language, one.way)
    wrong: Mapping[str, InvalidInput] = {}
    more: dict[str, Any] = {"language": language, "hidden": one.hidden, "link": link, "preset": PRESET}
    try:
        if one.do == "keep":
            answering.keep(key=key, token=one.token, given=one.given, **more)
            return Answer({}, 204)
        if one.do == "back":
            now = answering.back(key=key, token=one.token)
        else:
            now, wrong = answering.send(key=key, token=one.token, block=one.block, given=one.given, **more)
    except Conflict:  # another page, or sent twice: show where it stands
        now = answering.asked(key, one.token, one.hidden, link, PRESET)
    return Answer(page(now, language, wrong), 400 if wrong else 200)


def _opened(now: Asked, who: showing.Name | None, language: str, way: str) -> Answer:
    """Give the first page to whoever may be asked; who had begun goes on."""
    if now.kept is None:
        assert now.edition is not None
        survey = now.edition.survey
        known, unit = None if now.survey.anonymous else who, now.response.hidden.get("unit", "")
        visit = on_pages.visit(survey, now.response.seed, known, unit, way)
        if not showing.decide(on_pages.ask(survey), visit).allowed:
            return Answer({"asked": False})
        answering.opened(survey, timezone.now().date())
    return Answer(page(now, language, {}))


def _who(one: Said) -> showing.Name | None:
    """Give whom the page's script knows, where its site may say so."""
    named = [("user_id", one.person.user_id), ("anonymous_id", one.person.anonymous_id)]
    found = next(((kind, name) for kind, name in named if name and NAME.fullmatch(name)), None)
    if found is None or not one.key:
        return None
    ours = ApiKey.objects.filter(digest=digest(one.key.strip()), kind=KeyKind.WRITE, revoked_at=None).exists()
    return found if ours else None


def page(now: Asked, language: str, wrong: Mapping[str, InvalidInput]) -> dict[str, Any]:
    """Give the page that is next as values, with all words that are shown beside it."""
    survey, response, found = now.survey, now.response, now.page
    with translation.override(tongues.ours(language)):

        def text(one: dict[str, str]) -> str:
            return piped(said(one, language, survey.languages), survey, response, language)

        told: dict[str, Any] = {
            "asked": True, "token": response.seed, "language": language, "direction": tongues.direction(language),
            "title": text(survey.title), "done": round(100 * found.done), "first": found.first, "words": labels(),
        }  # fmt: skip
        if found.end is not None:
            return told | {"end": text(found.end.text), "link": found.end.link or ""}
        assert found.block is not None
        errors = {key: words.answered(error) for key, error in wrong.items()}
        return told | {
            "block": found.block.key, "heading": text(found.block.title),
            "intro": text(survey.intro) if found.first else "",
            "questions": [_plain(asking.shown(one, survey, response, language, errors.get(one.key, "")))
                          for one in found.questions],
        }  # fmt: skip


def _plain(shown: dict[str, Any]) -> dict[str, Any]:
    """Give a question as the template has it, as JSON can hold it."""
    return {**shown, "ranks": list(shown["ranks"])}


def labels() -> dict[str, Any]:
    """Give our own words around a question."""
    return {
        "next": _("Next"), "back": _("Back"), "close": _("Close"), "must": _("needed"), "yes": _("Yes, I agree"),
        "onward": _("Go on"), "again": _("That did not arrive. Your answers are still here: please try again."),
        "asks": _("A short question:"), "kano": asking.kano_words(), "done": _("How far you are"),
    }  # fmt: skip
