"""What customers say appears while somebody watches: answered on a phone without a script, seen on pages left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .conftest import copied, let_in, until_shown
from .obstacles import obstacles
from .servers import Server, running
from .windows import PHONE, window


@pytest.fixture(scope="module")
def hearing(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of our own: answers change its numbers."""
    with running(copied(data, tmp_path_factory.mktemp("feedback"))) as server:
        yield server


@pytest.fixture(scope="module")
def inside(browser: Browser, hearing: Server) -> Iterator[BrowserContext]:
    """Give a window in which the administrator is signed in."""
    with let_in(browser, hearing) as context:
        yield context


@pytest.fixture(scope="module")
def asked(inside: BrowserContext, hearing: Server) -> str:
    """Ask something from the gallery; give its address for everybody."""
    page = inside.new_page()
    page.goto(f"{hearing.url}/surveys/")
    page.get_by_role("button", name=re.compile("How likely are you to recommend us")).click()
    expect(page).to_have_url(re.compile(r"/surveys/nps/edit/$"))
    page.goto(f"{hearing.url}/surveys/nps/")
    page.get_by_role("button", name="Let people answer").click()
    address = page.locator("pre[data-line]").inner_text()
    page.close()
    return address


def answer(browser: Browser, address: str, points: int, words: str) -> None:
    """Answer as somebody does whose phone runs no script."""
    phone = window(browser, **PHONE, java_script_enabled=False, locale="en")
    page = phone.new_page()
    page.goto(address)
    page.locator(f"input[value='{points}']").check(force=True)
    page.get_by_role("button", name="Next").click()
    page.locator("textarea").fill(words)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("h1.end")).to_be_visible()
    phone.close()


def watching(inside: BrowserContext, address: str, wrong: list[str]) -> Page:
    """Open a page that is left open from now on."""
    page = inside.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    expect(page.locator("[data-state]")).to_have_text("Live")
    return page


def test_an_answer_appears_on_pages_that_are_open(
    browser: Browser, inside: BrowserContext, hearing: Server, asked: str
) -> None:
    wrong: list[str] = []
    everything = watching(inside, f"{hearing.url}/feedback/", wrong)
    unhappy = watching(inside, f"{hearing.url}/feedback/?only=low&scale=nps", wrong)
    cards = everything.locator("[data-feed]")
    expect(unhappy.locator("[data-feed] article")).to_have_count(0)

    answer(browser, asked, 9, "The shop assistant knew me")
    first = cards.locator("article", has_text="The shop assistant knew me")
    expect(first).to_contain_text("Would recommend us: 9 of 10")
    expect(first).to_contain_text("How likely are you to recommend us")
    assert obstacles(everything) == []

    everything.get_by_role("button", name="Pause").click()
    answer(browser, asked, 2, "Nobody knew me")
    expect(unhappy.locator("[data-feed] article")).to_contain_text("Would recommend us: 2 of 10")
    expect(unhappy.locator("[data-feed] article")).to_have_count(1)
    more = everything.get_by_role("button", name="Show 1 new")
    expect(more).to_be_visible()
    assert "Nobody knew me" not in cards.inner_text()
    more.click()
    expect(cards).to_contain_text("Nobody knew me")
    assert wrong == []
    everything.close()
    unhappy.close()

    page = inside.new_page()
    until_shown(page, f"{hearing.url}/ratings/?period=all", "between −73.3 and 73.3", where="[aria-labelledby=scales]")
    page.close()
    plain = window(browser, java_script_enabled=False, storage_state=inside.storage_state())
    page = plain.new_page()
    page.goto(f"{hearing.url}/feedback/")
    expect(page.locator("main")).to_contain_text("The shop assistant knew me")
    page.get_by_role("link", name="Load it again").click()
    expect(page.locator("main")).to_contain_text("Nobody knew me")
    plain.close()
