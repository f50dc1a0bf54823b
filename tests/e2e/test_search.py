"""The search as people use it: one key, arrows, Enter, Escape."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import Open, loaded
from .obstacles import obstacles, open_details
from .shop import until
from .test_ratings import on_screens


def type_words(page: Page, words: str) -> None:
    """Type, and wait for what is found for all of it: a slow machine is answered in between, too."""
    page.keyboard.type(words)
    until(page, f"document.querySelector('#found').dataset.of === {words!r}")


def test_one_key_leads_to_the_search_and_the_keyboard_through_it(visit: Open) -> None:
    page = visit("/ratings/")
    page.keyboard.press("/")
    box = page.locator("#find")
    expect(box).to_be_focused()
    type_words(page, "rat")
    first = page.locator("#found a").first
    expect(first).to_have_text(re.compile("Ratings"))
    expect(page.locator("#found")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#found")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    expect(box).to_have_value("")


def test_enter_opens_what_is_found(visit: Open) -> None:
    page = visit("/")
    page.keyboard.press("/")
    type_words(page, "voices")
    expect(page.locator("#found a").first).to_have_text(re.compile("Voices"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("What do customers say?")
    loaded(page)
    page.keyboard.press("/")
    type_words(page, "arrived late")
    text = page.locator("#found a").last
    expect(text).to_contain_text("texts")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    expect(text).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".answer")).to_contain_text("with “arrived late”")


def test_an_order_leads_to_its_person_and_is_in_no_address(visit: Open) -> None:
    page = visit("/")
    page.locator("#find").fill("p17")
    expect(page.locator("#found")).to_contain_text("Customer")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Customer")
    assert "p17" not in page.url


def test_typing_a_slash_in_a_field_is_a_slash(visit: Open) -> None:
    page = visit("/voices/")
    words = page.get_by_label("Words in the text")
    words.focus()
    page.keyboard.type("a/b")
    expect(words).to_have_value("a/b")


@pytest.mark.parametrize("width", [1440, 390])
def test_what_is_found_is_no_obstacle_and_stays_on_the_screen(visit: Open, width: int) -> None:
    page = visit("/", width=width)
    page.keyboard.press("/")
    type_words(page, "del")
    for dark in (False, True):
        page.emulate_media(color_scheme="dark" if dark else "light")
        expect(page.locator("#found")).to_be_visible()
        box = page.locator("#found").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert (dark, obstacles(page)) == (dark, [])


@pytest.mark.parametrize("path", ["/", "/voices/", "/customers/", "/search/"])
def test_pages_that_answer_are_no_obstacle(visit: Open, path: str) -> None:
    page = visit(path)
    open_details(page)
    for width, dark in on_screens(page):
        assert (width, dark, obstacles(page)) == (width, dark, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_works_without_a_script(visit: Open) -> None:
    page = visit("/search/", java_script_enabled=False)
    page.locator("main input[name=q]").fill("ratings")
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("1 thing found for “ratings”.")
