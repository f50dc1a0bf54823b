"""What people wrote and said, as pages show it: the words, when and where, and the tone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from heartline.store.definitions import Definitions

from . import filters, navigation, numbers, ratings

Origin = Callable[[str, bool], tuple[str, str]]
_origins: dict[str, Origin] = {}


def comes_from(way: str, origin: Origin) -> None:
    """Have texts that came some way (`listen.ways`) say where they come from, and lead there.

    Parameters
    ----------
    origin
        Gives the words and an address, of the id of a row and whether it may lead to people; the address may be empty.
    """
    _origins[way] = origin


def _nowhere(_row: str, _people: bool) -> tuple[str, str]:
    return "", ""


@dataclass(frozen=True)
class Quote:
    """One text: `tone` is good, bad, neutral or unknown, `mood` the same for people."""

    text: str
    when: str
    where: str
    channel: str
    score: str
    tone: str
    mood: str
    person: str
    link: str
    told: str = ""
    """Who tells it, where that is not the customer; or where it comes from."""
    place: str = ""
    """Where it stands there."""


def quotes(rows: Iterable[Mapping[str, Any]], definitions: Definitions, *, people: bool) -> list[Quote]:
    """Make quotes of rows of `verbatims`.

    Parameters
    ----------
    people
        Whether they lead to who said it.
    """
    return [_quote(row, definitions, people) for row in rows]


def _quote(row: Mapping[str, Any], definitions: Definitions, people: bool) -> Quote:
    tone = tone_of(row.get("feeling"))
    customer = row.get("customer") if people else None
    place = row.get("about") or row.get("touchpoint")
    origin, address = _origins.get(str(row.get("way")), _nowhere)(str(row.get("id")), people)
    return Quote(
        text=str(row["text"]).strip(),
        when=numbers.day(row["occurred_at"], definitions.settings["timezone"]),
        where=filters.body_label(definitions, "touchpoint", place) if place else "",
        channel=filters.channel(definitions, row["channel"]) if row.get("channel") else "",
        score=score(row, definitions),
        tone=tone,
        mood=mood(tone),
        person=numbers.person(customer),
        link=navigation.address("customer", customer) if customer else "",
        told=_("told by an employee") if row.get("told_by") == "employee" else origin,
        place=address,
    )


def score(row: Mapping[str, Any], definitions: Definitions) -> str:
    """Write the answer that came with a text: 4 of 5 (Stars); nothing without one."""
    value, scale = row.get("score"), definitions.scales.get(str(row.get("scale")))
    if value is None:
        return ""
    written = numbers.number(value, 0 if float(value).is_integer() else 1)
    if scale is not None and scale.key == "yesno":
        return f"{ratings.scale_name(scale)}: {_('yes') if value else _('no')}"
    if scale is None:
        return written
    named = {"score": written, "best": f"{scale.high:g}", "scale": ratings.scale_name(scale)}
    return _("%(scale)s: %(score)s of %(best)s") % named


def tone_of(feeling: float | None) -> str:
    """Give the tone of a feeling."""
    if feeling is None:
        return "unknown"
    return "good" if feeling > 0 else "bad" if feeling < 0 else "neutral"


def mood(tone: str) -> str:
    """Name a tone."""
    return {
        "good": _("content"), "bad": _("unhappy"), "neutral": _("neither"), "unknown": _("feeling not known"),
    }[tone]  # fmt: skip
