"""What is seen can be taken along: a chart as a picture, a page on paper."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.shots.looking import at_rest

from .servers import Server
from .windows import window


@pytest.fixture(scope="module")
def inside(browser: Browser, inside_demo: Any) -> Iterator[BrowserContext]:
    """Give a window, in the dark, in which the administrator is signed in."""
    context = window(browser, color_scheme="dark", accept_downloads=True, storage_state=inside_demo)
    yield context
    context.close()


def opened(inside: BrowserContext, address: str) -> tuple[Page, list[str]]:
    page = inside.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    at_rest(page)
    return page, said


@pytest.mark.parametrize(("path", "name"), [("/paths/", "how-many-paths"), ("/waits/", "where-do-people-wait")])
def test_a_chart_and_a_drawing_are_saved_as_pictures(
    inside: BrowserContext, demo: Server, path: str, name: str
) -> None:
    page, said = opened(inside, demo.url + path)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as picture").first.click()
    assert download.value.suggested_filename.startswith(name)
    content = Path(download.value.path()).read_bytes()
    assert content.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", content[16:24])
    assert width == 2400
    assert height > 600
    assert len(content) > 30_000  # more than an empty sheet
    assert said == []


def test_paper_is_white_and_has_no_navigation_but_every_table(inside: BrowserContext, demo: Server) -> None:
    page, _said = opened(inside, f"{demo.url}/paths/")
    expect(page.get_by_role("button", name="Print this page")).to_be_visible()
    page.set_viewport_size({"width": 720, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('main a')).textDecorationLine") == "none"
    for gone in (".side", ".picture", "[data-print]", "form.search"):
        expect(page.locator(gone).first).to_be_hidden()
    for there in ("h1", ".answer", ".flow.wide", "#all"):
        expect(page.locator(there).first).to_be_visible()
    twin = page.locator("details.twin table").first
    expect(twin).to_be_visible()  # though nobody opened it
    assert page.evaluate("getComputedStyle(document.querySelector('table.cards tr')).display") == "table-row"
