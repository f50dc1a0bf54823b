"""Who answers, where a link names somebody: their identifier, what is known of them, and whether they answered before.

What is known of somebody is told to nobody but who opens a link that we signed for them. Scripts of pages only say whom
they take somebody for, so they are told nothing.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from heartline.collect.person import normal
from heartline.collect.together import names_of
from heartline.core.ids import identifier
from heartline.listen.surveys import wanted
from heartline.listen.surveys.values import Survey
from heartline.server.shell import reaching
from heartline.server.shell.opened import workspace

from . import links
from .inviting.models import Invited
from .models import Answering

OF_A_SCRIPT = "web"
"""The channel of what a page's script asks."""
PREFIX = "traits."


def person(key: str, link: str) -> str:
    """Give the identifier of whom a link names; empty where it names nobody any more."""
    if not link:
        return ""
    kind, value = links.opened(key, link)
    if kind == links.INVITED:
        return Invited.objects.filter(secret=value).values_list("identifier", flat=True).first() or ""
    return identifier(kind, normal(kind, value), workspace().lake.key)


def traits(survey: Survey, who: str, channel: str = "") -> dict[str, str]:
    """Give what a survey wants to know of somebody, as far as it is known."""
    names = _wanted(msgspec.json.encode(survey.model_dump(mode="json", by_alias=True, exclude_defaults=True)))
    if not names or not who or survey.anonymous or channel == OF_A_SCRIPT:
        return {}
    people = names_of(workspace().lake.at(), [who])
    known = reaching.known(people, [one for name in names for one in (name, PREFIX + name)])
    found: dict[str, str] = {}
    for one in sorted(known, key=lambda name: name != who, reverse=True):  # what this name says comes last, and stays
        found |= {name.removeprefix(PREFIX): value for name, value in known[one].items() if value}
    return found


@lru_cache(64)
def _wanted(body: bytes) -> frozenset[str]:
    return wanted.traits(Survey.model_validate_json(body))


def answered(survey: Survey, who: str, token: str) -> bool:
    """Tell whether somebody has answered a survey in another response, under whichever of their identifiers."""
    names = names_of(workspace().lake.at(), [who])
    others = Answering.objects.filter(edition__survey__key=survey.key, person__in=list(names))
    return others.filter(finished_at__isnull=False).exclude(token=token).exists()
