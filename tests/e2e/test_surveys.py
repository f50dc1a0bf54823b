"""A survey as its people meet it: made from the gallery, translated, answered on a phone without a script, counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .conftest import copied, until_shown, window
from .servers import Server, running

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def asking(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of our own: answers change its numbers."""
    with running(copied(data, tmp_path_factory.mktemp("surveys"))) as server:
        yield server


@pytest.fixture(scope="module")
def inside(browser: Browser, asking: Server) -> Iterator[BrowserContext]:
    """Give a window in which the administrator is signed in."""
    context = window(browser)
    context.new_page().goto(asking.link)
    yield context
    context.close()


@pytest.fixture(scope="module")
def made(inside: BrowserContext, asking: Server) -> str:
    """Make a survey as a new user would: from the gallery, with a language more; give its address for everybody."""
    page = inside.new_page()
    page.goto(f"{asking.url}/surveys/")
    page.get_by_role("button", name=re.compile("How likely are you to recommend us")).click()
    expect(page).to_have_url(re.compile(r"/surveys/nps/edit/$"))
    page.locator("select[name=language]").select_option("fr")
    page.get_by_role("button", name="Add it").click()
    page.locator('[name="nps.text.fr"]').fill("Quelle est la probabilité que vous nous recommandiez ?")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator('[name="nps.text.fr"]')).to_have_value(re.compile("Quelle"))
    page.get_by_role("link", name="How likely are you to recommend us?").click()
    page.get_by_role("button", name="Let people answer").click()
    address = page.locator("pre[data-line]").inner_text()
    page.close()
    return address


def serious(page: Page) -> list[str]:
    """Give what axe-core finds that keeps people out."""
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_an_answer_on_a_phone_without_a_script_changes_the_score(
    browser: Browser, inside: BrowserContext, asking: Server, made: str
) -> None:
    phone = window(browser, **PHONE, java_script_enabled=False, locale="fr-FR")
    page = phone.new_page()
    page.goto(made)
    expect(page.locator("legend")).to_contain_text("Quelle est la probabilité que vous nous recommandiez ?")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("p.wrong").last).to_have_text("Please answer this question.")
    page.locator("input[value='9']").check(force=True)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("What do you like most?").fill("The shop assistant knew me")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("h1.end")).to_have_text("Thank you. We read every answer.")
    assert page.context.cookies() == []
    phone.close()

    manager = inside.new_page()
    until_shown(manager, f"{asking.url}/voices/?period=all&q=assistant", "The shop assistant knew me")
    until_shown(manager, f"{asking.url}/ratings/?period=all", "NPS, from −100 to 100", where="[aria-labelledby=scales]")
    until_shown(manager, f"{asking.url}/surveys/nps/", "1 finished it", where=".answer")
    manager.close()


def test_every_answer_is_kept_the_moment_it_is_given(browser: Browser, made: str) -> None:
    context = window(browser, **PHONE)
    page = context.new_page()
    page.goto(made)
    with page.expect_response(re.compile("/keep/$")) as kept:
        page.locator("input[value='3']").check(force=True)
    assert kept.value.status == 204
    here = page.locator("form").get_attribute("action")
    page.goto(f"{made.split('/s/')[0]}{here}")
    expect(page.locator("input[value='3']")).to_be_checked()
    context.close()


@pytest.mark.parametrize("dark", [False, True])
def test_nobody_is_kept_from_answering_or_asking(
    browser: Browser, inside: BrowserContext, asking: Server, made: str, dark: bool
) -> None:
    context = window(browser, **PHONE, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.goto(made)
    assert serious(page) == []
    page.get_by_role("button", name="Next").click()
    assert serious(page) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")
    context.close()
    manager = inside.new_page()
    manager.emulate_media(color_scheme="dark" if dark else "light")
    for path in ("/surveys/", "/surveys/nps/", "/surveys/nps/edit/"):
        manager.goto(asking.url + path)
        assert (path, serious(manager)) == (path, [])
    manager.close()
