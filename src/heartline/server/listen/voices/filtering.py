"""What texts are looked for: the words, tone, theme, way, language and emotion that stand in an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from heartline.core.errors import InvalidInput
from heartline.listen.text.themes.values import called, counted
from heartline.server.shell import filters, quotes
from heartline.server.shell.filters import Chip, Option
from heartline.store.definitions import Definitions

TONES = ("good", "bad", "neutral", "unknown")
TELLERS = ("customers", "employees")
WAYS = ("survey", "review", "message", "note", "interview")
EMOTIONS = ("joy", "trust", "fear", "surprise", "sadness", "disgust", "anger", "calm", "none")
LANGUAGES = ("en", "de", "es", "fr", "it", "nl", "pt")
LONGEST = 200
"""Letters of what is searched for."""
FIELDS = {
    "q": "search", "tone": "feeling", "told": "told_by", "theme": "theme", "way": "way", "language": "language",
    "emotion": "emotion",
}  # fmt: skip
"""Name in the address -> field of the question."""
MANY = ("theme", "way", "language")
CHOICES = {"tone": TONES, "told": TELLERS, "way": WAYS, "language": LANGUAGES, "emotion": EMOTIONS}


def own(query: QueryDict) -> dict[str, str]:
    """Give what an address looks for beside the selection, without what is empty.

    Raises
    ------
    InvalidInput
        `bad_value` for a tone, a way, a language or an emotion that there is not.
    """
    found = {}
    for name in FIELDS:
        value = query.get(name, "").strip()[:LONGEST]
        if value and name in CHOICES and value not in CHOICES[name]:
            raise InvalidInput(
                "bad_value", f"There is no {name} “{value}”.", field=name, remedy=", ".join(CHOICES[name])
            )
        if value:
            found[name] = value
    return found


def asked(query: QueryDict, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the question that an address asks."""
    plain = {name: value for name, value in values.items() if name != "compare"}
    return plain | {
        FIELDS[name]: (value,) if name in MANY else value for name, value in own(query).items()
    }  # fmt: skip


def canonical(text: str) -> str:
    """Write the query of an address anew, with nothing but what this page knows.

    Raises
    ------
    InvalidInput
        As `own`; for a period that cannot be read.
    """
    query = QueryDict(text)
    values = {name: value for name, value in filters.read(query).items() if name not in ("compare", "as_of")}
    return filters.address(values, **own(query))


def chips(known: Definitions, chosen: Mapping[str, str]) -> list[Chip]:
    """Make the chips that choose."""
    language = (get_language() or "en").partition("-")[0]
    themes = {key: called(theme, language) for key, theme in counted(known).items()}
    languages = {key: str(get_language_info(key)["name_translated"]) for key in LANGUAGES}
    rows = (
        ("tone", _("Tone"), {tone: quotes.mood(tone) for tone in TONES}),
        ("way", _("Came by"), ways()),
        ("told", _("Told by"), {"customers": _("customers themselves"), "employees": _("employees")}),
        ("theme", _("Theme"), themes),
        ("emotion", _("Emotion"), emotions()),
        ("language", _("Language"), languages),
    )
    return [_chip(name, label, labels, chosen.get(name, "")) for name, label, labels in rows]


def _chip(name: str, label: str, labels: Mapping[str, str], chosen: str) -> Chip:
    every = {"": _("all")} | dict(labels)
    options = tuple(Option(key, text, key == chosen) for key, text in every.items())
    return Chip(name, label, every.get(chosen, chosen), options, many=False, on=bool(chosen))


def ways() -> dict[str, str]:
    """Name the ways by which texts come."""
    return {
        "survey": _("surveys"), "review": _("reviews"), "message": _("tickets, calls, messages"),
        "note": _("notes of employees"), "interview": _("interviews"),
    }  # fmt: skip


def emotions() -> dict[str, str]:
    """Name the emotions that texts show."""
    return {
        "joy": _("joy"), "trust": _("trust"), "fear": _("fear"), "surprise": _("surprise"), "sadness": _("sadness"),
        "disgust": _("disgust"), "anger": _("anger"), "calm": _("calm"), "none": _("no clear emotion"),
    }  # fmt: skip
