"""What the address of the page asks for: the shared filters, and those of feedback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from heartline.core.errors import InvalidInput
from heartline.listen.text.themes.values import called, counted
from heartline.server.shell import filters, quotes, ratings
from heartline.store.definitions import Definitions

TONES = ("good", "bad", "neutral", "unknown")
ONLY = ("texts", "low", "unread")
NAMES = ("tone", "only", "theme", "scale")
"""Filters of feedback, as the address has them."""


def read(query: QueryDict, values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the selection with what else is asked for, as the verbs take it.

    Raises
    ------
    InvalidInput
        `bad_value` for a feeling or a sort that there is not.
    """
    asked = {name: value for name, value in values.items() if name != "compare"}
    tone, only = query.get("tone", ""), query.get("only", "")
    for field, value, known in (("tone", tone, TONES), ("only", only, ONLY)):
        if value and value not in known:
            raise InvalidInput("bad_value", f"“{value}” is not one of them.", field=field, remedy=", ".join(known))
    more: dict[str, Any] = {"feeling": tone, "only": only}
    more |= {name: (query[name],) for name in ("theme", "scale") if query.get(name)}
    return {**asked, **{name: value for name, value in more.items() if value}}


def kept(query: QueryDict) -> dict[str, str]:
    """Give the filters of feedback that the address holds."""
    return {name: str(query[name]) for name in NAMES if query.get(name)}


def chips(definitions: Definitions, query: QueryDict) -> list[filters.Chip]:
    """Make the chips that choose feelings, themes, scales and sorts."""
    language = (get_language() or "en").partition("-")[0]
    themes = {key: called(theme, language) for key, theme in counted(definitions).items()}
    scales = {key: ratings.scale_name(scale) for key, scale in definitions.scales.items()}
    sorts = {"texts": _("with a text"), "low": _("low scores"), "unread": _("not read yet")}
    tones = {tone: quotes.mood(tone) for tone in TONES}
    return [
        _chip(query, "only", _("Which"), sorts, _("everything")),
        _chip(query, "tone", _("Feeling"), tones, _("all")),
        _chip(query, "theme", _("Theme"), themes, _("all")),
        _chip(query, "scale", _("Question"), _told_apart(scales), _("all")),
    ]


def _told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Add what tells scales apart that are called alike."""
    some = list(names.values())
    return {key: name if some.count(name) == 1 else f"{name} ({key})" for key, name in names.items()}


def _chip(query: QueryDict, name: str, label: str, known: Mapping[str, str], everything: str) -> filters.Chip:
    chosen = query.get(name, "")
    labels = {"": everything, **known}
    options = tuple(filters.Option(key, text, key == chosen) for key, text in labels.items())
    return filters.Chip(name, label, labels.get(chosen, chosen), options, many=False, on=bool(chosen))
