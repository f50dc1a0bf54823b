"""Every page is open to everybody: axe-core finds nothing serious, and the keyboard reaches everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.shots.looking import at_rest
from tests.shots.routes import Found, find

from .conftest import window
from .obstacles import obstacles, open_details
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
GROUND = "getComputedStyle(document.body).backgroundColor"
STEPS = 25
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
"""The colours follow a media query, so that one page shows both, one after the other."""


@pytest.fixture(scope="module")
def inside(browser: Browser, inside_demo: Any) -> Iterator[BrowserContext]:
    """Give a window in which the administrator is signed in."""
    context = window(browser, storage_state=inside_demo)
    yield context
    context.close()


@pytest.fixture(scope="module")
def found(browser: Browser, inside: BrowserContext, demo: Server) -> Found:
    """Give every page of the server."""
    outside = window(browser)
    found = find(inside.request, outside.request, demo.url)
    outside.close()
    return found


def test_pages_are_found_without_a_list(found: Found) -> None:
    assert found.broken == {}
    assert {"paths/", "waits/", "ratings/", "behind/"} <= set(found.pages)
    assert "accounts/login/" in found.signed_out
    assert found.closed["paths.csv"] == "a download"


@dataclass
class Looked:
    """What was seen on a page that was opened once."""

    lost: list[str]
    """What can be clicked and not reached by keyboard."""
    unseen: str
    """What had the focus and did not look so."""
    serious: dict[str, list[Any]]
    """What axe-core finds, in the light and in the dark."""
    grounds: set[str]
    """The colours that the page has in the two."""


@pytest.fixture(scope="module")
def looked(inside: BrowserContext, demo: Server, found: Found) -> dict[str, Looked]:
    """Give what is seen on every page: first by keyboard, as it opens, then with all details open."""
    page = inside.new_page()
    seen = {}
    for address in found.pages.values():
        lost, unseen = walked(page, demo.url + address)
        seen[address] = Looked(lost, unseen, {}, set())
        for scheme in SCHEMES:
            seen[address].serious[scheme] = obstacles_in(page, scheme)
            seen[address].grounds.add(page.evaluate(GROUND))
    page.close()
    return seen


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_page_has_a_serious_obstacle(looked: dict[str, Looked], scheme: Scheme) -> None:
    assert {address: one.serious[scheme] for address, one in looked.items() if one.serious[scheme]} == {}
    assert [address for address, one in looked.items() if len(one.grounds) < len(SCHEMES)] == []


def test_the_keyboard_reaches_everything_and_is_seen(looked: dict[str, Looked]) -> None:
    assert {address: one.lost for address, one in looked.items() if one.lost} == {}
    assert {address: one.unseen for address, one in looked.items() if one.unseen} == {}


def test_no_page_for_strangers_has_a_serious_obstacle(browser: Browser, demo: Server, found: Found) -> None:
    context = window(browser)
    page = context.new_page()
    wrong: dict[tuple[str, Scheme], list[Any]] = {}
    for address in found.signed_out.values():
        opened(page, demo.url + address)
        wrong |= {(address, scheme): serious for scheme in SCHEMES if (serious := obstacles_in(page, scheme))}
    context.close()
    assert found.signed_out
    assert wrong == {}


def opened(page: Page, address: str) -> None:
    """Open a page in the light and wait until nothing comes any more."""
    page.emulate_media(color_scheme="light")
    page.goto(address)
    at_rest(page)


def walked(page: Page, address: str) -> tuple[list[str], str]:
    """Open a page and go through it by keyboard; give what was not reached and what was not seen to have the focus."""
    opened(page, address)
    lost = page.evaluate(UNFOCUSED)
    unseen = ""
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        unseen = page.evaluate(HIDDEN_FOCUS) or unseen
    return lost, unseen


def obstacles_in(page: Page, scheme: Scheme) -> list[Any]:
    """Give what axe-core finds serious or worse, with all details open."""
    page.emulate_media(color_scheme=scheme)
    open_details(page, "main details:not(.chip)")
    return obstacles(page)
