"""The whole server: what a client sent stands on its customer's page, seconds after it was sent."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from heartline.collect.inbox import named
from heartline.collect.inbox import opened as opened_inbox
from tests.e2e.servers import HEARTLINE, Server, running, wait_until

from .sending import COMMANDS, TRACKS, ended, start
from .shop import address, shop
from .test_browser import SENDS, opened
from .test_browser import TRACKS as PAGE_TRACKS

WITHIN_S = 5.0
BUSY = 24.0
"""How many times as long a machine may take that does much else; the promise is for one that does not."""
SEEN = 2
"""What is a contact beside the tracks: a page and a screen. To say who somebody is, is none."""
WHO = {"segment_python": "u-python", "rudder_python": "u-rudder", "segment_node": "u-node"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server over a new folder."""
    with running(tmp_path_factory.mktemp("whole") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def people(server: Server) -> Iterator[httpx.Client]:
    """Give the browser of somebody who is signed in."""
    with httpx.Client(base_url=server.url, follow_redirects=True, timeout=60, trust_env=False) as client:
        client.get(server.link).raise_for_status()
        yield client


def made(data: Path, name: str, *options: str) -> str:
    """Make a key."""
    command: list[str | Path] = [HEARTLINE, "keys", "create", name, "--data", data, *options]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("client", COMMANDS)
def test_what_a_program_sends_is_on_the_customers_page(server: Server, people: httpx.Client, client: str) -> None:
    ended(start(client, server.url, made(server.data, client, "--kind", "write")))
    check_page(server, people, WHO[client], TRACKS + SEEN, client)


def test_what_a_page_sends_is_on_the_customers_page(server: Server, people: httpx.Client, chromium: str) -> None:
    key = made(server.data, "web", "--kind", "write")
    with shop() as origin, opened(chromium) as (page, wrong):
        page.goto(address(origin, server.url, key))
        page.evaluate(SENDS, PAGE_TRACKS)
        check_page(server, people, "u-browser", PAGE_TRACKS + SEEN, "web")
        assert wrong == []


def check_page(server: Server, people: httpx.Client, who: str, contacts: int, name: str) -> None:
    """Wait for a customer's contacts, and look at the page that shows them: all are there, none twice."""
    key = made(server.data, f"{name} reads")
    asked = {"identifier": f"user_id:{who}", "limit": 0}

    def landed() -> bool:
        answer = people.post("/api/v1/customer", json=asked, headers={"Authorization": f"Bearer {key}"})
        return answer.status_code == 200 and contacts_of(answer) >= contacts

    wait_until(landed, timeout_s=WITHIN_S * BUSY)
    with opened_inbox(named(server.data)) as inbox:
        wait_until(lambda: inbox.backlog().requests == 0)  # whatever might come twice has come by then
    answer = people.post("/api/v1/customer", json=asked, headers={"Authorization": f"Bearer {key}"})
    assert contacts_of(answer) == contacts
    address = f"/customers/{answer.json()['spec']['customer']}/"

    def shown() -> bool:
        page = people.get(address)
        said = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text)).split())
        return page.status_code == 200 and bool(re.search(rf"\b{contacts} contacts\b", said))

    wait_until(shown, timeout_s=WITHIN_S * BUSY)
    assert "Grüße, 祝" not in server.errors.read_text()  # nothing of what was sent is in a log


def contacts_of(answer: httpx.Response) -> int:
    """Give how many contacts somebody had."""
    return int(answer.json()["figures"]["interactions"]["value"])
