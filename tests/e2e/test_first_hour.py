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
    "en-GB": {
        "check": "Is that right?",
        "currency": "Currency of their money",
        "take": "Take it in",
        "in": "Your data are in",
        "maps": "Journey maps",
        "behind": "What stands behind this",
        "share": "Share",
        "make": "Make a link",
        "hurts": "Where it hurts most",
        "link": "The link",
        "landed": "157,736",
    },
    "de-DE": {
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
    },
}


@pytest.fixture(params=["en-GB", "de-DE"])
def newcomer(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[tuple[Page, dict[str, str]]]:
    """Give the browser of somebody who has just started Heartline and opened the link that it printed."""
    with running(tmp_path / "data") as server:
        context = window(browser, base_url=server.url, locale=request.param, viewport={"width": 1440, "height": 1000})
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(server.link)
        yield page, WORDS[request.param]
        context.close()
        assert wrong == []


def look_around(page: Page, words: dict[str, str]) -> None:
    """Go from Today to the map, to a touchpoint, and to the rows behind a number of it."""
    until_shown(page, "/", words["hurts"])
    page.get_by_role("navigation").get_by_role("link", name=words["maps"]).click()
    page.locator("main a[href^='/journeys/']").first.click()
    expect(page.locator(".map, .journey")).to_be_visible()
    page.locator("main a[href^='/touchpoints/']").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.locator("main a.num[href^='/behind/']").first.click()
    expect(page.locator("h1")).to_have_text(words["behind"])
    expect(page.locator("main tbody tr").first).to_be_visible()


def bring_in(page: Page, words: dict[str, str], folder: Path) -> None:
    """Drop three files as the marketplace exports them, name the currency, and take them in."""
    page.goto("/import/")
    page.locator("input[type=file]").set_input_files([folder / name for name in FILES])
    expect(page.locator("h1")).to_have_text(words["check"], timeout=PATIENCE_MS)
    expect(page.locator("#outcome .ten")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_label(words["currency"]).fill("BRL")
    with page.expect_response("**/correct/") as corrected:
        page.get_by_label(words["currency"]).press("Tab")
    assert corrected.value.ok
    settled(page)
    expect(page.locator("#outcome .ten")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name=words["take"]).click()
    expect(page.locator("h1")).to_have_text(words["in"], timeout=PATIENCE_MS)
    expect(page.locator(".answer")).to_contain_text(words["landed"])


def share(page: Page, words: dict[str, str]) -> str:
    """Make a link to the page that is open; give it."""
    page.locator("#share summary").click()
    page.get_by_role("button", name=words["make"]).click()
    field = page.get_by_label(words["link"], exact=True)
    expect(field).to_be_visible()
    return field.input_value()


def test_from_the_sign_in_link_to_a_page_for_a_colleague(
    newcomer: tuple[Page, dict[str, str]], browser: Browser, shared_data: Path
) -> None:
    page, words = newcomer
    expect(page).to_have_url(re.compile("/start/$"))
    page.locator("form[action='/start/demo/'] button").click()
    page.wait_for_url(lambda address: urlsplit(address).path == "/", timeout=PATIENCE_MS)
    look_around(page, words)
    page.locator("a[href='/start/remove/']").click()
    expect(page).to_have_url(re.compile("/start/remove/$"))
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/start/$"))
    bring_in(page, words, shared_data / "olist")
    look_around(page, words)
    page.get_by_role("navigation").get_by_role("link", name=words["maps"]).click()
    page.locator("main a[href^='/journeys/']").first.click()
    answer = page.locator(".answer").inner_text()
    link = share(page, words)
    private = window(browser, locale="en-GB")
    colleague = private.new_page()
    colleague.goto(link)
    expect(colleague.locator("h1")).to_have_text(page.locator("h1").inner_text())
    assert [*map(str, re.findall(r"\d+", answer))] == re.findall(r"\d+", colleague.locator(".answer").inner_text())
    assert colleague.locator("nav.side").count() == 0
    colleague.goto(link.split("/shared/")[0] + "/")
    expect(colleague).to_have_url(re.compile("/accounts/login/"))
    private.close()
