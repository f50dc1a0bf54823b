"""From a visitor's click to the customer: the script, the real server, the page that shows what came in, the lake."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

import heartline

from .conftest import Open, signed_in_at, until_shown
from .servers import PATIENCE_S, Server, running, wait_until
from .shop import SLOW_HAND, shop, until, until_sent
from .windows import window


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server over a folder of its own, which begins empty."""
    with running(tmp_path_factory.mktemp("hl") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def signed_in(server: Server, browser: Browser) -> Any:
    """Give the cookies of somebody who signed in there."""
    return signed_in_at(server, browser)


def landed(data: Path, event: str) -> Callable[[], list[dict[str, Any]]]:
    """Give what lists the rows of an event in the lake."""

    def rows() -> list[dict[str, Any]]:
        now = heartline.open(data).lake.at()
        found = now.rows("event", "touchpoint", "source", "customer", "wait_s", "succeeded", "channel")
        listed: list[dict[str, Any]] = now.execute(found.filter(found.event == event)).to_pylist()
        return listed

    return rows


def test_what_a_visitor_lives_through_is_seen_by_the_company(server: Server, visit: Open, browser: Browser) -> None:
    page = visit("/tracking/")
    expect(page.get_by_text("Nothing has come from your site yet.")).to_be_visible()
    page.get_by_label("Name of the site").fill("Shop")
    page.get_by_label("How do visitors agree?").select_option("callback")
    page.get_by_role("button", name="Make a key and its line").click()
    line = page.locator("[data-line]").inner_text()
    found = re.fullmatch(
        r'<script defer src="(.+)/hl\.js" data-key="(hlw_\S+)" data-consent="callback"></script>', line
    )
    assert found
    assert found[1] == server.url

    with shop(server.url) as site:
        body = '<button id="pay">Zahlen</button><p data-hl-results="0">Leider nichts</p>'
        url = site.page("/kasse", body, key=found[2], root='lang=de data-hl-touchpoint="checkout"')
        visitor = window(browser, locale="de-DE")
        visitor.add_init_script(SLOW_HAND)
        theirs = visitor.new_page()
        theirs.goto(url)
        theirs.evaluate("hl.consent(true); hl.identify('4711')")
        theirs.locator("#pay").click(click_count=5, delay=20)
        until_sent(theirs)
        clicked, failures = landed(server.data, "Clicked Repeatedly"), landed(server.data, "Search Failed")
        answers, opens = landed(server.data, "Page Answered"), landed(server.data, "/kasse")
        wait_until(lambda: clicked() and failures() and answers() and opens())  # not all in one batch
        visitor.close()

    (row,) = clicked()
    assert row["customer"].startswith("user_id:")
    assert (row["touchpoint"], row["source"], row["channel"], row["succeeded"]) == ("checkout", "shop", "web", False)
    (failed,) = failures()
    assert (failed["customer"], failed["touchpoint"]) == (row["customer"], "checkout")
    (answered,) = answers()
    assert 0 <= answered["wait_s"] < PATIENCE_S
    (opened,) = opens()
    assert opened["customer"] == row["customer"]

    until_shown(
        page, f"{server.url}/tracking/", "Your site is heard.", "A search found nothing", "clicked again and again"
    )
    expect(page.get_by_role("row", name="Somebody clicked again and again")).to_have_count(1)
    expect(page.get_by_role("row", name="A search found nothing /kasse")).to_have_count(1)


def test_a_revoked_key_stops_a_site_and_its_events_wait(server: Server, visit: Open, browser: Browser) -> None:
    page = visit("/tracking/")
    page.get_by_label("Name of the site").fill("Blog")
    page.get_by_role("button", name="Make a key and its line").click()
    found = re.search(r'data-key="([^"]+)"', page.locator("[data-line]").inner_text())
    assert found
    page.goto(f"{server.url}/company/keys/")
    page.get_by_role("button", name="Revoke Blog").click()
    expect(page.get_by_text("revoked")).to_be_visible()
    with httpx.Client(auth=httpx.BasicAuth(found[1], ""), trust_env=False, timeout=PATIENCE_S) as refused:
        wait_until(lambda: refused.post(f"{server.url}/v1/track", json={}).status_code == 401)
    with shop(server.url) as site:
        visitor = window(browser)
        theirs = visitor.new_page()
        answers: list[int] = []
        theirs.on("response", lambda response: answers.append(response.status) if "/v1/" in response.url else None)
        with theirs.expect_response(lambda response: "/v1/" in response.url):
            theirs.goto(site.page("/", key=found[1], tag='data-consent="given"'))
        until(theirs, "!!localStorage['hl:wait']")
        assert answers == [401]
        assert theirs.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('hl:e:')).length") >= 1
        visitor.close()
