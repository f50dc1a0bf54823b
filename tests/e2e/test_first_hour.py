"""The first hour of somebody new: the demo shop, their own files, the journey they find, a page for a colleague."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import settled, until_shown
from .servers import running
from .windows import window

PATIENCE_MS = 300_000
FILES = tuple(f"olist_{name}_partial.csv.gz" for name in ("orders", "order_reviews", "order_items"))
WORDS = {
    "check": "Stimmt das so?",
    "currency": "Währung der Beträge",
    "take": "Übernehmen",
    "in": "Ihre Daten sind da",
    "maps": "Journey Maps",
    "behind": "Was dahinter steht",
    "share": "Teilen",
    "make": "Link machen",
    "hurts": "Wo es am meisten schmerzt",
    "link": "Der Link",
    "landed": "157.736",
}
"""In German, as no other story of a whole company is; pages that were never translated would stop it."""


@pytest.fixture
def newcomer(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """Give the browser of somebody who has just started Heartline and opened the link that it printed."""
    with running(tmp_path / "data") as server:
        context = window(browser, base_url=server.url, locale="de-DE", viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(server.link)
        yield page
        context.close()
        assert wrong == []


def look_around(page: Page) -> None:
    """Go from Today to the map, to a touchpoint, and to the rows behind a number of it."""
    until_shown(page, "/", WORDS["hurts"])
    page.get_by_role("navigation").get_by_role("link", name=WORDS["maps"]).click()
    page.locator("main a[href^='/journeys/']").first.click()
    expect(page.locator(".map, .journey")).to_be_visible()
    page.locator("main a[href^='/touchpoints/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.locator("main a.num[href^='/behind/']").first.click()
    expect(page.locator("h1")).to_have_text(WORDS["behind"])
    expect(page.locator("main tbody tr").first).to_be_visible()


def bring_in(page: Page, folder: Path) -> None:
    """Drop three files as the marketplace exports them, name the currency, and take them in."""
    page.goto("/import/")
    page.locator("input[type=file]").set_input_files([folder / name for name in FILES])
    expect(page.locator("h1")).to_have_text(WORDS["check"], timeout=PATIENCE_MS)
    expect(page.locator("#outcome .ten")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label(WORDS["currency"]).fill("BRL")
    with page.expect_response("**/correct/") as corrected:
        page.get_by_label(WORDS["currency"]).press("Tab")
    assert corrected.value.ok
    settled(page)
    expect(page.locator("#outcome .ten")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name=WORDS["take"]).click()
    expect(page.locator("h1")).to_have_text(WORDS["in"], timeout=PATIENCE_MS)
    expect(page.locator(".answer")).to_contain_text(WORDS["landed"])


def share(page: Page) -> str:
    """Make a link to the page that is open; give it."""
    page.locator("#share summary").click()
    page.get_by_role("button", name=WORDS["make"]).click()
    field = page.get_by_label(WORDS["link"], exact=True)
    expect(field).to_be_visible()
    return field.input_value()


def test_from_the_sign_in_link_to_a_page_for_a_colleague(newcomer: Page, browser: Browser, shared_data: Path) -> None:
    page = newcomer
    expect(page).to_have_url(re.compile("/start/$"))
    page.locator("form[action='/start/demo/'] button").click()
    page.wait_for_url(lambda address: urlsplit(address).path == "/", timeout=PATIENCE_MS)
    look_around(page)
    page.locator("a[href='/start/remove/']").click()
    expect(page).to_have_url(re.compile("/start/remove/$"))
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/start/$"))
    bring_in(page, shared_data / "olist")
    look_around(page)
    page.get_by_role("navigation").get_by_role("link", name=WORDS["maps"]).click()
    page.locator("main a[href^='/journeys/']").first.click()
    answer = page.locator(".answer").inner_text()
    link = share(page)
    private = window(browser, locale="en-GB")
    colleague = private.new_page()
    colleague.goto(link)
    expect(colleague.locator("h1")).to_have_text(page.locator("h1").inner_text())
    assert [*map(str, re.findall(r"\d+", answer))] == re.findall(r"\d+", colleague.locator(".answer").inner_text())
    assert colleague.locator("nav.side").count() == 0
    colleague.goto(link.split("/shared/")[0] + "/")
    expect(colleague).to_have_url(re.compile("/accounts/login/"))
    private.close()
