"""A survey as its people meet it: made from the gallery, translated, answered on a phone without a script, counted."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .servers import PATIENCE_S, Server, running, wait_until

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def asking(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of our own: answers change its numbers."""
    folder = tmp_path_factory.mktemp("surveys") / "data"
    shutil.copytree(data, folder)
    with running(folder) as server:
        yield server


@pytest.fixture(scope="module")
def inside(browser: Browser, asking: Server) -> Iterator[BrowserContext]:
    """Give a window in which the administrator is signed in."""
    context = browser.new_context(reduced_motion="reduce")
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
    phone = browser.new_context(**PHONE, java_script_enabled=False, locale="fr-FR")
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

    def counted() -> bool:
        manager.goto(f"{asking.url}/ratings/?period=all")
        return "NPS" in manager.locator("main").inner_text()

    wait_until(counted, timeout_s=PATIENCE_S)
    manager.goto(f"{asking.url}/voices/?q=assistant")
    expect(manager.locator("main")).to_contain_text("The shop assistant knew me")
    manager.goto(f"{asking.url}/surveys/nps/")
    expect(manager.locator(".answer")).to_contain_text("1 finished it")
    manager.close()


def test_every_answer_is_kept_the_moment_it_is_given(browser: Browser, made: str) -> None:
    context = browser.new_context(**PHONE)
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
    context = browser.new_context(**PHONE, color_scheme="dark" if dark else "light")
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
