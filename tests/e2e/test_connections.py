"""A shop's database is named on a page, tried, and taken in by itself; its orders stand with their customer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

import heartline
from heartline.collect.connecting.tests.conftest import Shop, shop

from .conftest import signed_in_at, until_shown
from .obstacles import obstacles
from .servers import Server, running, wait_until
from .windows import window

__all__ = ["shop"]
MOST = 390


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """Give a server over an empty data folder."""
    with running(tmp_path / "data") as server:
        yield server


@pytest.fixture
def page(own: Server, browser: Browser) -> Iterator[Page]:
    """Give the administrator's page, on a phone; what goes wrong on it fails the test."""
    context = window(
        browser, base_url=own.url, storage_state=signed_in_at(own, browser), viewport={"width": MOST, "height": 844}
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
    yield page
    context.close()
    assert wrong == []


def fits(page: Page) -> None:
    """Look that nothing keeps anybody out and nothing reaches beyond the screen."""
    assert obstacles(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= MOST


def customers(data: Path) -> dict[str, str]:
    """Give the customer of each order that landed."""
    now = heartline.open(data).lake.at()
    rows = now.rows("id", "customer", "touchpoint")
    placed = now.execute(rows.filter(rows.touchpoint == "order_placed")).to_pylist()
    return {row["id"].split(":")[1]: row["customer"] for row in placed}


def test_from_the_name_of_a_database_to_an_order_on_its_customers_page(page: Page, own: Server, shop: Shop) -> None:
    for number in range(1, 13):
        shop.order(number, f"2026-02-{number:02}T10:00:00Z", customer=1 + number % 3)
    parts = urlsplit(shop.url)
    page.goto("/collect/connections/")
    fits(page)
    page.get_by_role("link", name=re.compile("Shop database")).click()
    for label, text in {
        "What do you call it?": "Our shop", "On which machine is it?": str(parts.hostname), "Port": str(parts.port),
        "Name of the database": parts.path.strip("/"), "User, best one who may only read": str(parts.username),
        "Password": "let me in",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).fill(text)
    page.locator("#table_1").fill("orders")
    page.locator("#cursor_1").fill("updated_at")
    page.locator("#table_2").fill("customers")
    fits(page)
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("h1")).to_have_text("Our shop")
    address = page.url
    until_shown(page, address, "is in your own network")  # nobody looks there before an administrator allows it
    page.get_by_label("It is in our own network, and may be asked there").check()
    page.get_by_role("button", name="Save and try").first.click()
    until_shown(page, address, "These rows would become", "c1@example.com")
    fits(page)
    assert customers(own.data) == {}
    page.get_by_label("It is asked").select_option("5 minutes")
    page.get_by_role("button", name="Take it in from now on").click()
    wait_until(lambda: len(customers(own.data)) == 12)
    found = customers(own.data)
    assert len(set(found.values())) == 3
    until_shown(page, f"/customers/{found['1']}/", "4 contacts", "Order placed")
    until_shown(page, address, "12 interactions landed")
    shop.order(13, "2026-02-13T10:00:00Z", customer=2)
    page.get_by_role("button", name="Ask now").click()
    wait_until(lambda: len(customers(own.data)) == 13)
    until_shown(page, f"/customers/{found['1']}/", "5 contacts")
    until_shown(page, "/collect/connections/", "1 system is asked, and all goes well.", where=".answer")
    fits(page)
