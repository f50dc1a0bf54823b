"""Somebody's own files come in: dropped, checked, corrected, taken in, and found again on the map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import heartline

from .conftest import settled, signed_in_at
from .obstacles import obstacles
from .servers import Server, running
from .windows import window

PATIENCE_MS = 180_000
SHOP = {
    "orders.csv": "order_id;customer_id;ordered_at;delivered_at;promised_until;total;branch\n"
    + "".join(
        f"A{n};K{n % 20};{1 + n % 27:02}.03.2025 10:{n:02};{2 + n % 26:02}.04.2025 09:00;15.04.2025;{n},50 €;Berlin\n"
        for n in range(60)
    ),
    "reviews.csv": "review_id,order_id,review_date,stars,comment\n"
    + "".join(f"{n},A{n},2025-05-{1 + n % 28:02} 12:00,{1 + n % 5},This was number {n} for me\n" for n in range(40)),
    "customers.csv": "customer_id,loyalty_card\n" + "".join(f"K{n},C{n}\n" for n in range(20)),
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server over an empty data folder."""
    with running(tmp_path_factory.mktemp("import") / "data") as server:
        yield server


@pytest.fixture(scope="module")
def state(own: Server, browser: Browser) -> Any:
    """Give the cookies of the owner."""
    return signed_in_at(own, browser)


@pytest.fixture
def page(own: Server, browser: Browser, state: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Give a page in the test's language; what goes wrong on it fails the test."""
    context = window(
        browser, base_url=own.url, storage_state=state, locale=getattr(request, "param", "en-GB"),
        viewport={"width": 1440, "height": 1000}, accept_downloads=True,
    )  # fmt: skip
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
    yield page
    context.close()
    assert wrong == []


def drop_on(page: Page, files: dict[str, str]) -> None:
    """Open the page and drop files there, as a hand does."""
    page.goto("/import/")
    transfer = page.evaluate_handle(
        """files => {
          const transfer = new DataTransfer();
          for (const [name, text] of Object.entries(files)) transfer.items.add(new File([text], name));
          return transfer;
        }""",
        files,
    )
    page.dispatch_event("form.drop", "drop", {"dataTransfer": transfer})


def corrected(page: Page, field: Locator) -> str:
    """Leave a field that was changed; give what the server says to it, once the page shows it."""
    with page.expect_response("**/correct/") as answer:
        field.press("Tab")
    said = answer.value.text()
    settled(page)
    return said


def rehearsed(page: Page) -> None:
    """Wait until the rehearsal has said what would land."""
    expect(page.locator("#outcome .ten")).to_be_visible(timeout=PATIENCE_MS)


def test_three_files_are_dropped_checked_corrected_and_taken_in(page: Page, own: Server) -> None:
    drop_on(page, SHOP)
    expect(page.locator("h1")).to_have_text("Is that right?", timeout=PATIENCE_MS)
    expect(page.locator(".answer")).to_contain_text("120 lines in 3 files.")
    expect(page.locator(".answer")).to_contain_text("Order placed, Delivery, Review.")
    rehearsed(page)
    expect(page.locator("#outcome")).to_contain_text("160 events will land. 100 in 100 have a known customer.")
    expect(page.locator("#outcome .ten tbody tr")).to_have_count(10)
    form = page.locator("form.touch", has_text="delivered_at").first
    form.get_by_label("Name").fill("Parcel arrives")
    assert "We go through all lines once" in corrected(page, form.get_by_label("Name"))
    rehearsed(page)
    expect(page.locator("#outcome .ten tbody")).to_contain_text("Parcel arrives")
    page.reload()
    rehearsed(page)
    expect(page.locator("#columns")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Recipe").click()
    recipe = Path(download.value.path()).read_text()
    assert "try_strptime(delivered_at, '%d.%m.%Y %H:%M')" in recipe
    page.get_by_role("button", name="Take it in").click()
    expect(page.locator("h1")).to_have_text("Your data are in", timeout=PATIENCE_MS)
    expect(page.locator(".answer")).to_contain_text("160 events landed.")
    expect(page.get_by_role("link", name="To Today")).to_be_visible()
    found = heartline.open(own.data).paths(journey="order", through="parcel_arrives", period="all")
    assert found.figures["through_trips"].value == 60
    page.goto("/import/")
    expect(page.locator("table")).to_contain_text("160 events landed")


@pytest.mark.parametrize("page", ["de-DE"], indirect=True)
def test_the_marketplaces_files_come_in_in_german(page: Page, own: Server, shared_data: Path) -> None:
    olist = shared_data / "olist"
    page.goto("/import/")
    page.locator("input[type=file]").set_input_files(
        [olist / f"olist_{name}_partial.csv.gz" for name in ("orders", "order_reviews", "order_items")]
    )
    expect(page.locator("h1")).to_have_text("Stimmt das so?", timeout=PATIENCE_MS)
    expect(page.locator(".answer")).to_contain_text("105.499 Zeilen in 3 Dateien.")
    rehearsed(page)
    expect(page.locator("#outcome")).to_contain_text("157.736 Ereignisse werden übernommen.")
    expect(page.locator("#outcome .ten tbody")).to_contain_text("Bestellung aufgegeben")
    page.get_by_label("Währung der Beträge").fill("BRL")
    corrected(page, page.get_by_label("Währung der Beträge"))
    rehearsed(page)
    page.get_by_role("button", name="Übernehmen").click()
    expect(page.locator("h1")).to_have_text("Ihre Daten sind da", timeout=PATIENCE_MS)
    expect(page.locator(".answer")).to_contain_text("157.736 Ereignisse wurden übernommen.")


def test_an_event_log_is_dropped_like_any_other_file(page: Page, own: Server) -> None:
    events = "".join(
        f'<trace><string key="concept:name" value="C{case}"/>'
        + "".join(
            f'<event><string key="concept:name" value="{name}"/><string key="org:resource" value="Ben"/>'
            f'<date key="time:timestamp" value="2025-04-{1 + case:02}T{8 + hour:02}:00:00+00:00"/></event>'
            for hour, name in enumerate(("Ticket opened", "Ticket answered", "Ticket closed"))
        )
        + "</trace>"
        for case in range(20)
    )
    drop_on(page, {"desk.xes": f'<?xml version="1.0"?><log xes.version="1.0">{events}</log>'})
    expect(page.locator("h1")).to_have_text("Is that right?", timeout=PATIENCE_MS)
    expect(page.locator(".answer")).to_contain_text("Ticket answered, Ticket closed, Ticket opened")
    rehearsed(page)
    expect(page.locator("#outcome")).to_contain_text("60 events will land. 0 in 100 have a known customer.")
    expect(page.locator("form.column", has_text="org:resource")).to_contain_text("The colleagues who did it")
    page.get_by_role("button", name="Take it in").click()
    expect(page.locator("h1")).to_have_text("Your data are in", timeout=PATIENCE_MS)
    rows = heartline.open(own.data).touchpoints(period="all").rows
    assert {row["touchpoint"]: row["interactions"] for row in rows if row["touchpoint"].startswith("ticket_")} == {
        "ticket_opened": 20, "ticket_answered": 20, "ticket_closed": 20,
    }  # fmt: skip


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_keeps_anybody_out(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/import/")
    pages = ["/import/"]
    drop_on(page, {"orders.csv": SHOP["orders.csv"].replace("01.03.2025", "gestern")})
    expect(page.locator("#columns")).to_be_visible(timeout=PATIENCE_MS)
    rehearsed(page)
    pages.append(page.url)
    page.get_by_role("link", name="here they are").first.click()
    expect(page.locator("h1")).to_have_text("Lines that cannot be taken in")
    pages.append(page.url)
    for address in pages:
        page.goto(address)
        assert obstacles(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_file_that_is_no_table_is_said_in_a_sentence_and_another_can_follow(page: Page) -> None:
    drop_on(page, {"quote.csv": 'a,b\n1,"x\n2,y\n'})
    expect(page.locator(".answer")).to_contain_text("a quotation mark opens near line 2", timeout=PATIENCE_MS)
    page.get_by_role("link", name="Bring other files").click()
    expect(page).to_have_url(re.compile(r"/import/$"))
