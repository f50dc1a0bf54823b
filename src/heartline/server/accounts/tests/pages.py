"""Pages as tests read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from django.http import QueryDict
from django.test import Client

from heartline.server.shell import doors


def text(client: Client, address: str, **headers: str) -> str:
    """Give a page as it was sent, with a blank for all white space."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return re.sub(r"\s+", " ", answer.content.decode())


def sentence(page: str) -> str:
    """Give the sentence that answers, as its reader sees it."""
    found = re.search(r'<p class="answer">(.*?)</p>', page)
    assert found is not None
    return unescape(re.sub(r"<[^>]+>", "", found[1]))


def kinds(links: Iterable[str]) -> list[str]:
    """Give one door of each kind among those of a page, as an address; each is read, and has to say what it is about.

    Of a kind are those of one column, or figure, of one verb that is asked with the same parts of a selection: they
    differ in the row only. That each row opens is held for every number of every verb, without pages.
    """
    first: dict[Any, str] = {}
    for link in map(unescape, links):
        door = doors.read(QueryDict(link.partition("?")[2]))
        row = frozenset((name, value is None) for name, value in (door.row or {}).items())
        first.setdefault((door.verb, door.figure, door.column, row, frozenset(door.values)), link)
    return list(first.values())
