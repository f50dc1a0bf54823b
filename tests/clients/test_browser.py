"""The browser's client in Chromium, on a page of another origin, loaded with nothing but our address and a key."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, sync_playwright

from heartline.server.front.tests.asking import KEY, Asked
from heartline.server.front.tests.serving import served
from tests.e2e.conftest import FLAGS
from tests.e2e.servers import wait_until

from .sending import PATIENCE_S, events
from .shop import address, shop

TRACKS = 20
SENDS = """
async (count) => {
  const done = [
    analytics.identify("u-browser", { email: "dora@example.org" }),
    analytics.page("Shop", "Basil"),
    analytics.screen("App", "Start"),
    analytics.group("g-1", { name: "Garden club" }),
    analytics.alias("u-browser", "anon-4"),
  ];
  for (let number = 0; number < count; number += 1)
    done.push(analytics.track(`Order ${number}`, { revenue: 9.5, note: "Grüße, 祝" }));
  await Promise.all(done);
}
"""


@contextmanager
def opened(chromium: str) -> Iterator[tuple[Page, list[str]]]:
    """Open a browser; what goes wrong in its pages is collected."""
    wrong: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if line.type in ("error", "warning") else None)
        yield page, wrong
        browser.close()


@pytest.mark.parametrize("strategy", ["", "batching"])
def test_what_a_page_sends_stands_in_the_inbox_once(front: Asked, chromium: str, strategy: str) -> None:
    with served(front) as port, shop() as origin, opened(chromium) as (page, wrong):
        page.goto(address(origin, f"http://127.0.0.1:{port}", KEY, strategy))
        page.evaluate(SENDS, TRACKS)
        wait_until(lambda: front.inbox.backlog().events >= TRACKS + 5)
        page.wait_for_timeout(1_000)  # time for whatever might come twice
        assert wrong == []
    rows = front.kept()
    found = events(rows)
    kinds = dict.fromkeys(("identify", "page", "screen", "group", "alias"), 1)
    assert Counter(event["type"] for event in found) == {"track": TRACKS, **kinds}
    assert len({event["messageId"] for event in found}) == len(found)
    names = sorted(event["event"] for event in found if event["type"] == "track")
    assert names == sorted(f"Order {number}" for number in range(TRACKS))
    assert {row.kind for row in rows} == ({"batch"} if strategy else {"track", *kinds})
    assert {json.loads(row.about)["ip"] for row in rows} == {"127.0.0.0"}


def test_what_was_done_right_before_leaving_comes_too(front: Asked, chromium: str) -> None:
    with served(front) as port, shop() as origin, opened(chromium) as (page, _):
        page.goto(address(origin, f"http://127.0.0.1:{port}", KEY, "batching"))
        page.evaluate("analytics.ready().then(() => true)")
        page.evaluate("() => { analytics.track('Left'); setTimeout(() => { location.href = 'about:blank' }, 50) }")
        wait_until(lambda: front.inbox.backlog().events == 1)
    assert [event["event"] for event in events(front.kept())] == ["Left"]


def test_a_beacon_is_taken_in(front: Asked, chromium: str) -> None:
    with served(front) as port, shop() as origin, opened(chromium) as (page, wrong):
        page.goto(address(origin, f"http://127.0.0.1:{port}", KEY))
        body = json.dumps({"writeKey": KEY, "batch": [{"type": "track", "event": "Left", "anonymousId": "a"}]})
        sent = page.evaluate(
            "([url, body]) => navigator.sendBeacon(url, body)", [f"http://127.0.0.1:{port}/v1/batch", body]
        )
        wait_until(lambda: front.inbox.backlog().events == 1)
        assert (sent, wrong) == (True, [])
    assert front.kept()[0].body == body.encode()
