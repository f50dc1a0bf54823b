"""What a search finds, group by group: pages, touchpoints, journeys, people, texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.server.accounts import finding
from heartline.server.accounts.asking import ask, definitions, may
from heartline.server.shell import navigation, numbers, quotes, searched
from heartline.server.shell.names import called, counted_as, department
from heartline.server.shell.searched import Found as Item
from heartline.server.shell.searched import excerpt
from heartline.store.definitions import Definitions

MOST = 6
TEXTS = 4
SHORTEST = 3
"""Letters below which neither people nor texts are looked for: everybody would be found."""


@dataclass(frozen=True)
class Group:
    """What was found of one kind."""

    name: str
    items: tuple[Item, ...]


def everything(request: HttpRequest, text: str) -> list[Group]:
    """Give what a text finds, in groups, the empty ones left out."""
    known = definitions(request)
    groups = [
        (_("Pages"), _matching(text, _pages(request))),
        (_("Touchpoints"), _matching(text, _defined(known, "touchpoint"))),
        (_("Journeys"), _matching(text, _defined(known, "journey"))),
        (_("People"), _people(request, text)),
        (_("What people said"), _texts(request, text)),
    ]
    groups += [(name, tuple(items)) for name, items in searched.everywhere(request, text)]
    return [Group(name, items) for name, items in groups if items]


def _pages(request: HttpRequest) -> Iterator[tuple[str, Item]]:
    for group in navigation.menu(request)["menu"]:
        for page in (one for top in group.pages for one in (top, *top.below)):
            yield f"{page.label} {group.label}", Item(str(page.label), page.link, str(group.label))


def _defined(known: Definitions, kind: str) -> Iterator[tuple[str, Item]]:
    for key, body in known.all(kind).items():
        link = navigation.address(kind, key)
        if link:
            more = department(body) or (counted_as(body) if kind == "journey" else "")
            said = " ".join((key, str(body.get("label", "")), *(body.get("labels") or {}).values(), str(more)))
            yield said, Item(called(body, key), link, str(more))


def _matching(text: str, some: Iterable[tuple[str, Item]]) -> tuple[Item, ...]:
    """Keep what holds every word, those that begin with the text first."""
    words = text.casefold().split()
    held = [(named.casefold(), item) for named, item in some]
    kept = [(named, item) for named, item in held if all(word in named for word in words)]
    kept.sort(key=lambda one: not one[1].label.casefold().startswith(text.casefold()))
    return tuple(item for _named, item in kept[:MOST])


def _people(request: HttpRequest, text: str) -> tuple[Item, ...]:
    """Find people by an exact address or number."""
    if len(text) < SHORTEST or not may(request, "read_people") or not re.search(r"[@:\d]", text):
        return ()  # a mere word is nobody's address and no number
    return tuple(
        Item(_("Customer %(name)s") % {"name": numbers.person(who).upper()}, reverse("customer", args=[who]))
        for who in finding.people(request, text, MOST)
    )


def names_somebody(text: str) -> bool:
    """Tell whether a text looks like an address or a number of a person, which answers that are kept may not hold."""
    return "@" in text or ":" in text or sum(letter.isdigit() for letter in text) > SHORTEST


def _texts(request: HttpRequest, text: str) -> tuple[Item, ...]:
    """Find the newest texts that hold the words, and the way to all of them."""
    if len(text) < SHORTEST or names_somebody(text):
        return ()
    result = ask(request, "verbatims", {"period": "all", "search": text, "limit": TEXTS})
    known = definitions(request, result.as_of.version)
    link = f"{reverse('voices')}?{urlencode({'period': 'all', 'q': text})}"
    items = [
        Item(
            excerpt(quote.text, text), link, " · ".join(part for part in (quote.mood, quote.where, quote.when) if part)
        )
        for quote in quotes.quotes(result.rows, known, people=False)
    ]
    total = result.figures["verbatims"].n or 0
    if total > len(items):
        label = ngettext("Read %(number)s text", "Read all %(number)s texts", total)
        items.append(Item(label % {"number": numbers.count(total)}, link))
    return tuple(items)
