"""The browser: Debian's Chromium, signed in; an error of a page fails the test that opened it.

A server and its data are made once for each process that tests, and signed into once.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from .servers import HEARTLINE, PATIENCE_S, Server, running
from .shop import until
from .walk import Walk, walk
from .windows import PATIENCE_MS, window

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
HERE = Path(__file__).parent
RECIPE = """
recipe: 1
source: shop
timezone: Europe/Berlin
files:
  answers: answers.csv
touchpoints:
  delivery: {label: Delivery, stage: delivery, channel: delivery, department: Logistics}
  support: {label: Support contact, stage: support, channel: phone, department: Service}
interactions:
  - kind: feedback
    sql: >
      select id, person as customer_id, day::timestamp as occurred_at, stars as score, 'stars5' as scale, words as text,
             place as touchpoint
      from answers
"""


def answers() -> str:
    """Write fourteen months of answers: deliveries get 4 and 5 stars, support 1 and 3, alternately."""
    lines = ["id,person,day,stars,words,place"]
    for number in range(14 * 30):
        month, day = divmod(number, 30)
        place = "support" if number % 3 == 0 else "delivery"
        stars = ((1, 3) if place == "support" else (4, 5))[number % 2]
        words = "" if number % 5 else "=1+1 said the customer" if number % 10 else "Arrived late"
        when = f"{2023 + month // 12}-{month % 12 + 1:02}-{day % 28 + 1:02}"
        lines.append(f"{number},p{number % 90},{when},{stars},{words},{place}")
    return "\n".join(lines) + "\n"


ALONE = ("test_connections", "test_first_hour", "test_hl", "test_hl_queue", "test_hl_watch", "test_server")
"""Modules whose tests share nothing with each other; the tests of every other one share what it starts."""
LONGEST_FIRST = (
    "demo", "test_first_hour", "shop", "test_import_page", "test_connections", "test_surveys", "test_survey_places",
    "test_consent", "test_server", "test_hl_server",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what needs the same server, so that one process of those that test starts it; the longest first."""
    for item in items:
        if group := grouped(item):
            item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: place(item) if item.path.parent == HERE else -1)


def grouped(item: pytest.Item) -> str | None:
    """Name what a test shares with others."""
    if item.path.parent != HERE or not isinstance(item, pytest.Function):
        return None
    if "demo" in item.fixturenames:
        return "demo"
    servers = item._fixtureinfo.name2fixturedefs.get("server", ())
    if servers and not servers[-1].baseid.endswith(".py"):  # the one below, and none of the module's own
        return "shop"
    return None if item.path.stem in ALONE else item.path.stem


def place(item: pytest.Item) -> int:
    """Give the place of a test in the order."""
    names = (grouped(item), item.path.stem)
    return next((place for place, name in enumerate(LONGEST_FIRST) if name in names), len(LONGEST_FIRST))


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a data folder made from one CSV file by the import; nobody serves it, so that it can be copied."""
    folder = tmp_path_factory.mktemp("e2e")
    (folder / "answers.csv").write_text(answers())
    (folder / "shop.yaml").write_text(RECIPE)
    subprocess.run([HEARTLINE, "import", folder / "shop.yaml", "--data", folder / "data"], check=True)
    return folder / "data"


@pytest.fixture(scope="session")
def server(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server over a copy of that folder."""
    with running(copied(data, tmp_path_factory.mktemp("shop"))) as server:
        yield server


def copied(data: Path, into: Path) -> Path:
    """Copy a data folder that nobody serves."""
    return Path(shutil.copytree(data, into / "data"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server over a small demo company, in which every page has something to show."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    subprocess.run([HEARTLINE, "demo", folder, "--customers", "120", "--seed", "7"], check=True, capture_output=True)
    with running(folder) as server:
        yield server


@pytest.fixture(scope="session")
def inside_demo(demo: Server, browser: Browser) -> Any:
    """Give the cookies of the administrator of the demo company."""
    return signed_in_at(demo, browser)


@pytest.fixture(scope="session")
def walked(browser: Browser, demo: Server, inside_demo: Any, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Give what is seen on every page of the demo company; each is opened once for all who ask."""
    return walk(browser, demo, inside_demo, tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Give the browser; it is patient, as machines that test are busy."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture(scope="session")
def signed_in(server: Server, browser: Browser) -> Any:
    """Give the cookies of somebody who signed in by the link that the server printed."""
    return signed_in_at(server, browser)


def signed_in_at(server: Server, browser: Browser) -> Any:
    """Sign in at a server by the link that it printed, which works once; give the cookies."""
    context = window(browser)
    page = context.new_page()
    page.goto(server.link)
    assert page.url.startswith(f"{server.url}/")
    assert "/signin/" not in page.url
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def let_in(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """Give a window in which the administrator of a server is signed in, by the link that it printed."""
    context = window(browser)
    context.new_page().goto(server.link)
    yield context
    context.close()


def until_shown(page: Page, address: str, *texts: str, where: str = "main") -> None:
    """Open a page again and again until it says all of that: for what lands, and is published, in the background."""

    end = time.monotonic() + PATIENCE_S
    while True:
        page.goto(address)
        said = page.locator(where).first.inner_text()
        missing = [text for text in texts if text not in said]
        if not missing:
            return
        assert time.monotonic() < end, f"{address} does not say {missing}, but: {said[:3000]}"
        time.sleep(0.2)


def loaded(page: Page) -> None:
    """Wait until the scripts of the page have run to which a click or a key has led: before them keys do nothing."""
    page.wait_for_load_state()


def settled(page: Page) -> None:
    """Wait until nothing of the page is asked for, put in, or made to work: before that it is heard by nobody."""
    until(page, "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')")


@pytest.fixture
def visit(server: Server, browser: Browser, signed_in: Any) -> Iterator[Open]:
    """Give a function that opens a page: `visit("/ratings/", width=390, dark=True)`."""
    contexts = []
    wrong: list[str] = []

    def open_page(
        path: str, *, width: int = 1440, height: int = 900, dark: bool = False, signed: bool = True, **more: Any
    ) -> Page:
        context = window(
            browser, viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light",
            storage_state=signed_in if signed else None, **more,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
        page.goto(path if path.startswith("http") else server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
