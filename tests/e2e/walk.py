"""Every page of the demo company, opened once: pictured, gone through by keyboard, and looked at for obstacles."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from tests.shots.language import data_words
from tests.shots.looking import Look, Seen, at_rest, look

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
DESK = {"width": 1280, "height": 720}


@dataclass
class Looked:
    """What was seen on a page that was opened once."""

    lost: list[str]
    """What can be clicked and not reached by keyboard."""
    unseen: str
    """What had the focus and did not look so."""
    serious: dict[str, list[Any]] = field(default_factory=dict)
    """What axe-core finds, in the light and in the dark."""
    grounds: set[str] = field(default_factory=set)
    """The colours that the page has in the two."""


@dataclass
class Walk:
    """What was seen on all pages."""

    pictures: Path
    """Their folder."""
    seen: Seen
    looked: dict[str, Looked]
    """By address."""

    def inside(self) -> dict[str, Looked]:
        """Give what was seen on the pages of somebody who is signed in."""
        return {address: self.looked[address] for address in self.seen.found.pages.values()}

    def outside(self) -> dict[str, Looked]:
        """Give what was seen on the pages of strangers."""
        return {address: self.looked[address] for address in self.seen.found.signed_out.values()}


def walk(browser: Browser, demo: Server, state: Any, into: Path) -> Walk:
    """Open every page: pictured on a phone, then on a desk by keyboard as it opens, then with all details open."""
    looked: dict[str, Looked] = {}

    def also(page: Page, address: str) -> None:
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        at_rest(page)
        one = looked[address] = Looked(*by_keyboard(page))
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            open_details(page, "main details:not(.chip)")
            one.serious[scheme] = obstacles(page)
            one.grounds.add(page.evaluate(GROUND))

    how = Look(sizes=(390,), schemes=("light",), languages=("en",))
    seen = look(browser, demo.url, state, into, "demo", data_words(demo.data), how=how, also=also)
    return Walk(into, seen, looked)


def by_keyboard(page: Page) -> tuple[list[str], str]:
    """Go through a page by keyboard; give what is not reached and what was not seen to have the focus."""
    lost = page.evaluate(UNFOCUSED)
    unseen = ""
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        unseen = page.evaluate(HIDDEN_FOCUS) or unseen
    return lost, unseen
