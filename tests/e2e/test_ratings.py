"""The ratings page as people use it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.shots.looking import at_rest

from .conftest import Open, settled
from .obstacles import obstacles, open_details
from .shop import until

RATINGS = "/ratings/?period=all"
BEHIND = '/behind/?period=all&of=scores&row={"scale":"stars5","measure":"mean"}&column=value'
SCREENS = [(1440, False), (1440, True), (390, False), (390, True)]
"""Widths, each in the light and in the dark: both follow media queries, so that one page shows them all."""


DRAWN = """(() => {
  const canvas = document.querySelector(".plot canvas");
  if (!canvas) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const seen = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3]) seen.add(data.slice(at, at + 3).join());
  return seen.size > 3;
})()"""
"""Whether the chart's canvas holds more than one colour."""


def test_the_answer_is_read_first_and_the_chart_is_drawn(visit: Open) -> None:
    page = visit(RATINGS)
    expect(page.locator("h1")).to_have_text("How do customers rate us?")
    expect(page.locator(".answer")).to_contain_text("3.67 of 5")
    expect(page.locator(".answer")).to_contain_text("67 in 100 give 4 or more. 420 answers.")
    until(page, DRAWN)
    page.locator(".plot").hover(position={"x": 400, "y": 100})
    expect(page.locator(".tip")).to_contain_text("30 answers")


def test_a_filter_changes_the_answer_and_the_address_and_back_leads_back(visit: Open) -> None:
    page = visit(RATINGS)
    page.get_by_text("Touchpoint all").click()
    page.locator("#chip-touchpoint").get_by_label("Delivery").check()
    expect(page).to_have_url(re.compile(r"touchpoint=delivery"))
    expect(page.locator(".answer")).to_contain_text("4.50 of 5")
    expect(page.locator("#chip-touchpoint")).to_contain_text("Delivery")
    until(page, DRAWN)
    page.reload()
    expect(page.locator("#chip-touchpoint")).to_contain_text("Delivery")
    page.go_back()
    expect(page.locator(".answer")).to_contain_text("3.67 of 5")
    page.go_forward()
    expect(page.locator("#chip-touchpoint")).to_contain_text("Delivery")
    settled(page)
    page.get_by_role("link", name="Clear").click()
    expect(page.locator("#chip-touchpoint")).to_contain_text("all")


def test_two_months_make_a_period(visit: Open) -> None:
    page = visit("/ratings/")
    page.locator("#chip-period summary").click()
    page.get_by_label("From month").fill("2023-02")
    expect(page.locator("#chip-period")).to_contain_text("since Feb 2023")
    settled(page)
    page.locator("#chip-period summary").click()
    page.get_by_label("To month").fill("2023-03")
    expect(page.locator("#chip-period")).to_contain_text("Feb 2023 – Mar 2023")
    expect(page.locator(".answer")).to_contain_text("60 answers")


def test_a_number_opens_its_answers_and_they_can_be_taken_along(visit: Open) -> None:
    page = visit(RATINGS, accept_downloads=True)
    page.get_by_role("link", name="140 answers: Support contact").click()
    expect(page.locator("h1")).to_have_text("What stands behind this")
    expect(page.locator(".answer")).to_contain_text("140 entries")
    expect(page.locator("tbody tr")).to_have_count(50)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 140
    assert {row["score"] for row in rows} == {"1.0", "3.0"}
    assert not any(row["text"].startswith("=") for row in rows)
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".pages")).to_contain_text("page 2 of 3")


def test_german_is_one_click_away_and_stays(visit: Open) -> None:
    page = visit(RATINGS)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("h1")).to_have_text("Wie bewerten uns die Kunden?")
    expect(page.locator(".answer")).to_contain_text("3,67 von 5")
    assert page.locator("html").get_attribute("lang") == "de"
    page.goto(page.url.split("?")[0])
    expect(page.locator("h1")).to_have_text("Wie bewerten uns die Kunden?")
    until(page, DRAWN)


def test_spanish_browsers_get_spanish(visit: Open) -> None:
    page = visit(RATINGS, locale="es-ES")
    expect(page.locator("h1")).to_have_text("¿Cómo nos valoran los clientes?")


def on_screens(page: Page) -> Iterator[tuple[int, bool]]:
    """Show a page on each screen, one after the other."""
    for width, dark in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        at_rest(page)
        yield width, dark


@pytest.mark.parametrize("path", [RATINGS, BEHIND])
def test_nothing_reaches_beyond_the_screen(visit: Open, path: str) -> None:
    page = visit(path)
    for width, dark in on_screens(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == ("rgb(21, 19, 28)" if dark else "rgb(251, 250, 247)")
        cut = page.evaluate(
            """() => [...document.querySelectorAll("nav *, main *")].filter((one) => {
              const box = one.getBoundingClientRect();
              return box.width > 1 && (box.right > innerWidth + 1 || box.left < -1) && !one.closest(".sr, .plot, .pop");
            }).map((one) => one.outerHTML.slice(0, 80))"""
        )
        assert (width, dark, cut) == (width, dark, [])


@pytest.mark.parametrize("path", [RATINGS, BEHIND, "/ratings/?period=2001"])
def test_there_is_no_serious_obstacle_for_anybody(visit: Open, path: str) -> None:
    page = visit(path)
    open_details(page)
    for width, dark in on_screens(page):
        assert (width, dark, obstacles(page)) == (width, dark, [])


def test_everything_works_from_the_keyboard(visit: Open) -> None:
    page = visit(RATINGS)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.parentElement.id") == "chip-touchpoint":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#chip-touchpoint")).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("touchpoint="))
    settled(page)
    page.locator("#chip-channel summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    expect(page.locator("#chip-channel")).not_to_have_attribute("open", "")
    expect(page.locator("#chip-channel summary")).to_be_focused()


def test_the_menu_opens_on_a_phone(visit: Open) -> None:
    page = visit(RATINGS, width=390, height=844)
    expect(page.get_by_role("link", name="Ratings")).to_be_hidden()
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("link", name="Ratings")).to_be_visible()
    assert obstacles(page) == []


def test_signing_out_leads_to_the_sign_in_page(visit: Open, server: Any) -> None:
    page = visit(server.signin_link(), signed=False)
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    assert obstacles(page) == []
