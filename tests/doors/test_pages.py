"""The fourth door: every number on every page is its verb's, and opens the rows it is made of."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import Resolver404, resolve

from heartline.collect.importing import run
from heartline.server.accounts import commands
from heartline.server.accounts.models import Role
from heartline.server.shell import doors, numbers, opened
from heartline.workspace import Workspace
from heartline.workspace import open as open_data

pytestmark = pytest.mark.django_db

LEFT_OUT = re.compile(r"^/(accounts/logout|language|static|api|shared)\b|\.csv$")
A_PAGE = 60
"""Numbers checked on a page that has more: chosen by chance, the same ones every time."""


Seen = tuple[str, str, list[tuple[str, str]]]
"""A page: its route, its address, and its links with what they say."""


class Anchors(HTMLParser):
    """The links of a page and what they say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a link."""
        if tag == "a":
            self.found.append((dict(attrs).get("href") or "", ""))
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag == "a" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        """Hear what it says."""
        if self._open:
            href, text = self.found[-1]
            self.found[-1] = (href, text + data)


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Workspace:
    """Give a data folder with the real orders."""
    folder = tmp_path_factory.mktemp("pages") / "data"
    run(Path("recipes/olist.yaml"), folder, folder=shared_data / "olist")
    return open_data(folder)


@pytest.fixture
def client(orders: Workspace, settings: Any) -> Iterator[Client]:
    """Give the administrator's browser on it."""
    settings.DATA = orders.lake.folder
    opened._opened.cache_clear()
    user = commands.create_user(email="alice@example.org", role=Role.ADMIN, by="test")
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    yield client
    opened._opened.cache_clear()


@pytest.fixture(scope="module")
def seen() -> list[Seen]:
    """Give room for what was seen, so that one walk is enough for all who ask."""
    return []


@pytest.fixture
def pages(client: Client, seen: list[Seen]) -> list[Seen]:
    """Give every page, as it was seen by the first who asked."""
    if not seen:
        seen += list(walked(client))
    return seen


def walked(client: Client) -> Iterator[Seen]:
    """Follow links from the first page, once for each route."""
    seen: set[str] = set()
    todo = ["/"]
    while todo:
        address = todo.pop(0)
        try:
            name = str(resolve(urlsplit(address).path).view_name or address)
        except Resolver404:
            pytest.fail(f"{address} leads nowhere")
        if name in seen:
            continue
        seen.add(name)
        answer = client.get(address, follow=True)
        assert answer.status_code == 200, address
        if "text/html" not in answer.headers["Content-Type"]:
            continue
        here = answer.request["PATH_INFO"]
        anchors = Anchors(answer.content.decode()).found
        links = [(urljoin(here, unescape(href)), text.strip()) for href, text in anchors if not href.startswith("#")]
        yield name, address, links
        paths = [href for href, _ in links if href.startswith("/") and not LEFT_OUT.search(urlsplit(href).path)]
        todo += paths


def renderings(value: Any) -> set[str]:
    """Give every way in which pages may write a value."""
    if value is None:
        return {numbers.NONE, "cannot tell yet"}
    made = {numbers.count(value), numbers.duration(value), numbers.in_hundred(value) if 0 <= value <= 1 else ""}
    for digits in range(4):
        made |= {numbers.number(value, digits), numbers.share(value, digits)}
    return made | {f"+{text}" for text in made}


def test_every_number_on_every_page_is_its_verbs(pages: list[Seen], orders: Workspace) -> None:
    checked, wrong = 0, []
    for _name, address, links in pages:
        numbered = sorted({(href, text) for href, text in links if urlsplit(href).path == "/behind/" and text})
        for href, text in random.Random(7).sample(numbered, min(A_PAGE, len(numbered))):
            if not re.search(r"\d", text):
                continue
            door = doors.read(QueryDict(urlsplit(href).query))
            found = orders.call("evidence", {**door.asked, "limit": 0})
            checked += 1
            said = text.replace("\u202f", " ")
            score = re.sub(r"^.*: (\S+) of \S+$", r"\1", said)  # one answer, said as "Stars: 4 of 5"
            if not {said, said.split(" (")[0], score} & renderings(found.figures["value"].value):
                wrong.append((address, text, found.figures["value"].value, href))
    assert wrong == []
    assert checked >= 10


def test_every_door_on_every_page_opens(client: Client, pages: list[Seen]) -> None:
    opened_doors = 0
    for _name, _address, links in pages:
        for href in sorted({href for href, _ in links if urlsplit(href).path == "/behind/"})[:10]:
            assert client.get(href).status_code == 200, href
            opened_doors += 1
    assert opened_doors >= 10


def test_every_verb_has_its_page(pages: list[Seen]) -> None:
    from heartline.core.registry import VERBS

    shown = {
        doors.read(QueryDict(urlsplit(href).query)).verb
        for _name, _address, links in pages
        for href, _ in links
        if urlsplit(href).path == "/behind/"
    }
    assert {"scores", "touchpoints", "journeys", "paths", "funnel", "graph", "waits", "verbatims"} <= shown
    assert shown <= set(VERBS)
