"""Every page is open to everybody: axe-core finds nothing serious, and the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.shots.routes import Found, find

from .servers import Server

UNFOCUSED = """() => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const twice = (one) => one.href && [...document.links].some((two) => two.href === one.href && two.tabIndex >= 0);
  return [...document.querySelectorAll(wanted)].filter((one) => {
    if (one.disabled || !one.checkVisibility() || one.closest("[inert]")) return false;
    const radio = one.type === "radio" && !one.checked;  // arrows go to these
    return !radio && one.tabIndex < 0 && !twice(one);
  }).map((one) => one.outerHTML.slice(0, 100));
}"""
"""Finds what can be clicked but not reached, unless another link beside it leads to the same place."""
HIDDEN_FOCUS = """() => {
  const one = document.activeElement, looks = getComputedStyle(one);
  const shown = looks.outlineStyle !== "none" || looks.boxShadow !== "none";
  return one === document.body || shown ? "" : one.outerHTML.slice(0, 100);
}"""
STEPS = 25


@pytest.fixture(scope="module")
def inside(browser: Browser, demo: Server) -> Iterator[BrowserContext]:
    """Give a window in which the administrator is signed in."""
    context = browser.new_context(reduced_motion="reduce")
    context.new_page().goto(demo.link)
    yield context
    context.close()


@pytest.fixture(scope="module")
def found(browser: Browser, inside: BrowserContext, demo: Server) -> Found:
    """Give every page of the server."""
    outside = browser.new_context()
    found = find(inside.request, outside.request, demo.url)
    outside.close()
    return found


def test_pages_are_found_without_a_list(found: Found) -> None:
    assert found.broken == {}
    assert {"paths/", "waits/", "ratings/", "behind/"} <= set(found.pages)
    assert "accounts/login/" in found.signed_out
    assert found.closed["paths.csv"] == "a download"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_obstacle(inside: BrowserContext, demo: Server, found: Found, scheme: Any) -> None:
    page = inside.new_page()
    page.emulate_media(color_scheme=scheme)
    wrong = {address: serious for address in found.pages.values() if (serious := obstacles(page, demo.url + address))}
    page.close()
    assert wrong == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_for_strangers_has_one(browser: Browser, demo: Server, found: Found, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    wrong = {one: serious for one in found.signed_out.values() if (serious := obstacles(page, demo.url + one))}
    context.close()
    assert wrong == {}


def obstacles(page: Page, address: str) -> list[Any]:
    """Give what axe-core finds serious or worse, with all details open."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    for closed in page.locator("main details:not(.chip)").all():
        closed.evaluate("one => one.open = true")
    violations = Axe().run(page).response["violations"]
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
        for rule in violations
        if rule["impact"] in ("serious", "critical")
    ]


def test_the_keyboard_reaches_everything_and_is_seen(inside: BrowserContext, demo: Server, found: Found) -> None:
    page = inside.new_page()
    lost, unseen = {}, {}
    for address in found.pages.values():
        page.goto(demo.url + address)
        page.wait_for_load_state("networkidle")
        lost[address] = page.evaluate(UNFOCUSED)
        for _ in range(STEPS):
            page.keyboard.press("Tab")
            if hidden := page.evaluate(HIDDEN_FOCUS):
                unseen[address] = hidden
    page.close()
    assert {address: one for address, one in lost.items() if one} == {}
    assert unseen == {}
