"""Surveys where people are: on a page of the company's own under the strictest rules, and at a kiosk without a line."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, BrowserContext, Page, expect

import heartline
from heartline.listen.surveys import flow, reading
from heartline.listen.surveys.flow import Response
from heartline.listen.surveys.tests.test_laws import answers, surveys
from heartline.listen.surveys.values import Survey

from .line import line
from .servers import HEARTLINE, Server, running, wait_until
from .shop import Shop, shop, until
from .windows import window

SHIFTS = """() => new Promise((done) => {
  const found = [];
  new PerformanceObserver((list) => found.push(...list.getEntries())).observe({type: "layout-shift", buffered: true});
  requestAnimationFrame(() => setTimeout(() => done(found.reduce((sum, one) => sum + one.value, 0)), 0));
})"""
"""Adds up what moved that nobody asked to move, those after a click included: stricter than the usual measure."""


@pytest.fixture(scope="module")
def asking(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of our own with three surveys that are open."""
    folder = tmp_path_factory.mktemp("places") / "data"
    shutil.copytree(data, folder)
    with running(folder) as server:
        yield server


@pytest.fixture(scope="module")
def inside(browser: Browser, asking: Server) -> Iterator[BrowserContext]:
    """Give a window in which the administrator is signed in, and has opened the surveys."""
    context = window(browser)
    page = context.new_page()
    page.goto(asking.link)
    for key in ("nps", "csat", "after_service"):
        page.goto(f"{asking.url}/surveys/")
        with page.expect_navigation():
            page.locator(f"button[value={key}]").click()
        page.goto(f"{asking.url}/surveys/{key}/")
        page.get_by_role("button", name="Let people answer").click()
        expect(page.locator("pre[data-line]").first).to_be_visible()
    yield context
    context.close()


@pytest.fixture(scope="module")
def key(asking: Server) -> str:
    """Give a key of the company's site."""
    made = subprocess.run(
        [HEARTLINE, "keys", "create", "site", "--kind", "write", "--data", asking.data],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return made.stdout.strip().split()[-1]


@pytest.fixture(scope="module")
def site(asking: Server, inside: BrowserContext) -> Iterator[Shop]:
    """Give a site whose policy allows our server's scripts and answers, and nothing else: no style, nothing inline."""
    with shop(asking.url) as site:
        yield site


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Give a function that opens a page as a new visitor; an error or a broken rule of a page fails the test."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def open_page(url: str, **more: Any) -> Page:
        context = window(browser, **{"locale": "en-GB"} | more)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "olicy" in line.text else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def tag(asking: Server, survey: str, more: str = "") -> str:
    """Write the line that puts a survey into a page."""
    return f'<script defer src="{asking.url}/hl-ask.js" data-survey="{survey}" {more}></script>'


def landed(data: Path, survey: str) -> list[dict[str, Any]]:
    """List the answers to a survey in the lake."""
    now = heartline.open(data).lake.at()
    rows = now.rows(
        "id", "source", "customer", "score", "text", "unit", "channel", "properties", "occurred_at", "event"
    )
    listed: list[dict[str, Any]] = now.execute(rows.filter(rows.source == "surveys")).to_pylist()
    return [row for row in listed if f'"survey":"{survey}"' in row["properties"].replace(" ", "")]


def serious(page: Page) -> list[str]:
    """Give what axe-core finds that keeps people out."""
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_a_survey_in_a_corner_knows_the_visitor_and_moves_nothing(
    visit: Visit, site: Shop, asking: Server, key: str
) -> None:
    text = "<p>Shoes</p>" * 40
    line = tag(asking, "nps", 'data-after="Order Completed" data-with-order="77"')
    page = visit(site.page("/thanks", f"<h1>Thanks</h1>{text}{line}", key=key), viewport={"width": 390, "height": 800})
    page.evaluate("hl.track('Order Completed')")  # nobody agreed yet: it would not remember that it came
    page.evaluate("hl.consent(['analytics'])")
    until(page, "!!localStorage['hl:id']")
    expect(page.locator("hl-ask")).to_have_count(0)
    page.evaluate("hl.identify('4711'); hl.track('Order Completed')")
    box = page.get_by_role("dialog", name="How likely are you to recommend us?")
    expect(box).to_be_visible()
    assert page.evaluate("document.activeElement === document.body")  # nobody is torn from what they do
    assert page.evaluate("getComputedStyle(document.querySelector('hl-ask')).position") == "fixed"
    box.get_by_role("radio", name="9", exact=True).check(force=True)
    box.get_by_role("button", name="Next").click()
    expect(box.get_by_label("What do you like most?")).to_be_visible()
    box.get_by_label("What do you like most?").fill("The corner")
    box.get_by_role("button", name="Next").click()
    expect(box).to_contain_text("Thank you. We read every answer.")
    assert page.evaluate(SHIFTS) == 0
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)

    page.goto(site.url + "/thanks")
    page.evaluate("hl.track('Order Completed'); hlAsk.event('Order Completed')")
    wait_until(lambda: len(landed(asking.data, "nps")) == 2)
    expect(page.locator("hl-ask")).to_have_count(0)  # not again for a long time
    rows = landed(asking.data, "nps")
    assert {(row["score"], row["text"], row["channel"]) for row in rows} == {
        (9.0, None, "web"),
        (None, "The corner", "web"),
    }
    # who they are was said by another request, which may land after the answers
    wait_until(lambda: {row["customer"].partition(":")[0] for row in landed(asking.data, "nps")} == {"user_id"})


def test_a_survey_in_the_page_keeps_its_room_and_remembers_nothing_of_strangers(
    visit: Visit, site: Shop, asking: Server
) -> None:
    place = '<table><tr><td width=600 height=420 data-hl-ask="csat"></td></tr></table>'
    text = f"<h1>Help</h1>{place}<p id=below>Below</p>{tag(asking, 'csat', 'data-as=inline')}"
    page = visit(site.page("/help", text, root="lang=en"))
    box = page.get_by_role("region")
    expect(box).to_be_visible()
    assert serious(page) == []
    question = box.get_by_role("radiogroup").first
    with page.expect_request("**/widget/") as sent:
        question.get_by_role("radio").nth(3).check(force=True)
    assert '"do":"keep"' in (sent.value.post_data or "")
    box.get_by_role("button", name="Next").click()
    expect(box.get_by_role("radiogroup")).to_have_count(0)
    assert page.evaluate(SHIFTS) == 0
    assert page.evaluate("Object.keys(localStorage)") == []
    assert page.context.cookies() == []


def test_where_no_room_is_kept_it_waits_below_what_is_seen(visit: Visit, site: Shop, asking: Server) -> None:
    line = tag(asking, "csat", "data-as=inline data-into=#ask data-language=de")
    page = visit(site.page("/long", f"<h1>Long</h1>{'<p>Words</p>' * 80}<div id=ask></div><p>End</p>{line}"))
    box = page.get_by_role("region")
    expect(box).to_have_attribute("lang", "de")
    assert page.evaluate(SHIFTS) == 0


def test_a_survey_above_all_is_a_dialog_for_everybody(visit: Visit, site: Shop, asking: Server) -> None:
    line = tag(asking, "after_service", "data-as=dialog data-after=Helped data-consent=given")
    page = visit(site.page("/chat", f"<button id=chat>Chat</button>{line}", root="lang=en"))
    page.locator("#chat").focus()
    until(page, "!!window.hlAsk")
    page.evaluate("hlAsk.event('Helped')")
    box = page.get_by_role("dialog")
    expect(box).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.localName") == "hl-ask"
    box.get_by_role("button", name="Next").click()
    expect(box.locator("[aria-invalid]")).to_have_count(1)
    expect(box.get_by_text("Please answer this question.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    assert page.evaluate("document.activeElement.id") == "chat"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/widget/" in request.url else None)
    page.reload()
    until(page, "!!window.hlAsk")
    page.evaluate("hlAsk.show(); hlAsk.show('after_service')")  # it was closed: not again for a long time
    page.evaluate("document.title")
    assert asked == []


@pytest.fixture(scope="module")
def kiosk(inside: BrowserContext, asking: Server) -> str:
    """Make a kiosk as staff do; give the path of its link."""
    page = inside.new_page()
    page.goto(f"{asking.url}/surveys/csat/places/")
    assert serious(page) == []
    page.get_by_label("Where it stands").fill("Exit north")
    page.get_by_label("Seconds without a touch").fill("30")
    page.get_by_label("Number with which staff").fill("4711")
    page.get_by_role("button", name="Make its link").click()
    address = page.locator("pre[data-line]").first.inner_text()
    page.close()
    return address.removeprefix(asking.url)


def stands(browser: Browser, url: str) -> Page:
    """Put a kiosk up and wait until it can do without a line."""
    page = window(browser, viewport={"width": 1024, "height": 768}, has_touch=True, locale="en-GB").new_page()
    page.on("dialog", lambda dialog: dialog.accept())  # a kiosk asks before it is left
    page.goto(url)
    page.wait_for_selector("html[data-stored=yes]", state="attached")
    return page


def one_answers(page: Page, points: int) -> None:
    """Answer as somebody who passes by, and make room for the next one before the kiosk does."""
    page.locator(f"input[type=radio][value='{points}']").first.check(force=True)
    while page.locator("h1.end").count() == 0:
        page.get_by_role("button", name="Next").click()
    page.evaluate("document.querySelector('h1.end') && document.querySelector('main button.go').click()")
    expect(page.get_by_role("button", name="Next")).to_be_visible()


def test_a_kiosk_without_a_line_asks_on_and_what_it_kept_comes_once(
    browser: Browser, asking: Server, kiosk: str
) -> None:
    before = {row["id"] for row in at_kiosks(asking.data)}

    def fresh() -> list[dict[str, Any]]:
        return [row for row in at_kiosks(asking.data) if row["id"] not in before]

    with line(asking.url) as wire:
        page = stands(browser, wire.url + kiosk)
        assert serious(page) == []
        page.context.set_offline(True)
        page.reload()  # the device was switched off and on
        expect(page.get_by_role("button", name="Next")).to_be_visible()
        for points in (5, 4, 2):
            one_answers(page, points)
        page.locator("#staff", has_text="3").click()
        page.get_by_label("Number for staff").fill("4712")
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_text("This is not the number.")).to_be_visible()
        page.get_by_label("Number for staff").fill("4711")
        page.get_by_role("button", name="Open").click()
        expect(page.locator("#waiting")).to_have_text("3")
        expect(page.locator("#line")).to_have_text("no connection")
        assert serious(page) == []

        wire.loses = 1  # the server takes them, and the kiosk is not told
        page.context.set_offline(False)
        expect(page.locator("#waiting")).to_have_text("0")
        assert wire.lost == [200]
        wait_until(lambda: len(fresh()) >= 3)
        leaves(page)
        page.context.close()
    rows = fresh()
    assert sorted(row["score"] for row in rows) == [2.0, 4.0, 5.0]
    assert len(rows) == len({row["id"] for row in rows}) == 3


FULL = """() => {
  const full = () => { throw new DOMException('full', 'QuotaExceededError'); };
  IDBObjectStore.prototype.put = full;
}"""


def test_a_kiosk_whose_disk_is_full_still_sends_and_shows_nobody_anothers_answers(
    browser: Browser, asking: Server, kiosk: str
) -> None:
    before = {row["id"] for row in at_kiosks(asking.data)}
    page = stands(browser, asking.url + kiosk)
    page.evaluate(FULL)
    page.context.set_offline(True)
    one_answers(page, 1)
    one_answers(page, 3)
    expect(page.locator("input:checked")).to_have_count(0)
    expect(page.locator("#staff")).to_contain_text("2")
    page.context.set_offline(False)
    expect(page.locator("#staff")).not_to_contain_text("2")
    wait_until(lambda: len({row["id"] for row in at_kiosks(asking.data)} - before) >= 2)
    leaves_by_staff(page)
    fresh = [row["score"] for row in at_kiosks(asking.data) if row["id"] not in before]
    assert sorted(fresh) == [1.0, 3.0]


def test_two_pages_of_a_kiosk_and_a_link_that_is_no_more_hold_up_nothing(
    browser: Browser, asking: Server, kiosk: str
) -> None:
    before = {row["id"] for row in at_kiosks(asking.data)}
    one = stands(browser, asking.url + kiosk)
    one.locator("input[type=radio][value='2']").first.check(force=True)
    until(one, KEPT)
    two = one.context.new_page()
    two.on("dialog", lambda dialog: dialog.accept())
    two.goto(asking.url + kiosk)
    expect(two.get_by_role("button", name="Next")).to_be_visible()
    with two.expect_response(lambda answer: "gone" in answer.url) as told:
        two.evaluate(LEFT_BEHIND)
        one_answers(two, 5)
    assert told.value.status == 404
    wait_until(lambda: len({row["id"] for row in at_kiosks(asking.data)} - before) >= 1)
    assert [row["score"] for row in at_kiosks(asking.data) if row["id"] not in before] == [5.0]  # two is not done yet
    one.close()  # its power is cut
    wait_until(lambda: len({row["id"] for row in at_kiosks(asking.data)} - before) >= 2)
    assert sorted(row["score"] for row in at_kiosks(asking.data) if row["id"] not in before) == [2.0, 5.0]
    leaves_by_staff(two)


KEPT = """() => new Promise((done) => {
  const asking = indexedDB.open('heartline-kiosk', 1);
  asking.onsuccess = () => {
    const all = asking.result.transaction('responses').objectStore('responses').getAll();
    all.onsuccess = () => (asking.result.close(), done(all.result.some((one) => one.open)));
  };
})"""
LEFT_BEHIND = """() => new Promise((done) => {
  const asking = indexedDB.open('heartline-kiosk', 1);
  asking.onsuccess = () => {
    const change = asking.result.transaction('responses', 'readwrite');
    change.objectStore('responses').put({token: '0'.repeat(32), place: 'gone', send: '/s/gone/kiosk/send/', edition: 1,
      language: 'en', answers: {}, passed: [], began: 1, ended: 2, open: false});
    change.oncomplete = () => (asking.result.close(), done());
  };
})"""
"""What another survey's kiosk, which is no more, has left in the same browser; it comes before all that is sent now."""


def at_kiosks(data: Path) -> list[dict[str, Any]]:
    """List what was answered at kiosks."""
    return [row for row in landed(data, "csat") if row["channel"] == "store"]


def leaves_by_staff(page: Page) -> None:
    """Open the page of staff, and leave."""
    page.locator("#staff").click()
    page.get_by_label("Number for staff").fill("4711")
    page.get_by_role("button", name="Open").click()
    leaves(page)
    page.context.close()


def leaves(page: Page) -> None:
    """Leave the kiosk as staff do: it asks nobody any more."""
    page.get_by_role("button", name="Leave the kiosk").click()
    expect(page.locator("main")).to_have_text("You can close this page now.")


def test_a_kiosk_begins_anew_for_the_next_one_and_keeps_what_was_left(
    browser: Browser, asking: Server, kiosk: str
) -> None:
    context = window(browser, viewport={"width": 1024, "height": 768}, locale="en-GB")
    page = context.new_page()
    page.clock.install()
    page.goto(asking.url + kiosk)
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    page.locator("input[type=radio][value='1']").first.check(force=True)
    page.clock.run_for(31_000)
    expect(page.get_by_text("Are you still there?")).to_be_visible()
    page.get_by_role("button", name="Yes, go on").click()
    expect(page.locator("input[type=radio][value='1']").first).to_be_checked()
    page.clock.run_for(31_000)
    expect(page.get_by_text("Are you still there?")).to_be_visible()
    page.clock.run_for(11_000)
    expect(page.get_by_text("Are you still there?")).to_have_count(0)
    expect(page.locator("input:checked")).to_have_count(0)
    page.clock.run_for(181_000)
    expect(page.locator("#rest")).to_contain_text("Touch to begin")  # dark, so that it uses little
    assert serious(page) == []
    wait_until(lambda: 1.0 in {row["score"] for row in at_kiosks(asking.data)})
    context.close()


FLOW = Path(__file__).parents[2] / "assets" / "ask" / "flow.js"


@pytest.fixture(scope="module")
def walking(browser: Browser) -> Iterator[Callable[[dict[str, Any], dict[str, Any]], Any]]:
    """Give the kiosk's own way through a survey, in a browser."""
    context = window(browser)
    page = context.new_page()
    page.route("http://flow.test/**", lambda route: route.fulfill(
        body=FLOW.read_text() if route.request.url.endswith(".js") else "<!doctype html>",
        content_type="text/javascript" if route.request.url.endswith(".js") else "text/html",
    ))  # fmt: skip
    page.goto("http://flow.test/")
    page.evaluate("import('/flow.js').then((flow) => { window.flow = flow; })")
    yield lambda survey, response: page.evaluate(WALK, [survey, response])
    context.close()


WALK = """([survey, response]) => {
  const found = flow.way(survey, response);
  return [found.blocks.map((one) => one.key), found.next?.key ?? null, found.end?.key ?? null, found.answers,
          found.next ? flow.asked(found.next, response, found.answers).map((one) => one.key) : []];
}"""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(surveys(), st.data())
def test_the_kiosk_goes_the_same_way_as_the_engine(walking: Any, asked: Survey, data: st.DataObject) -> None:
    response = Response("seed")
    plain = reading.plain(asked)
    while True:
        now, found = flow.page(asked, response), flow.way(asked, response)
        theirs = walking(plain, {"answers": dict(response.answers), "passed": sorted(response.passed), "hidden": {}})
        assert theirs[:4] == [
            [one.key for one in found.blocks], now.block.key if now.block else None, now.end.key if now.end else None,
            found.answers,
        ]  # fmt: skip
        assert sorted(theirs[4]) == sorted(one.key for one in now.questions)
        if now.block is None:
            return
        given_ = {question.key: data.draw(answers(question)) for question in now.block.questions}
        response, _ = flow.sent(asked, response, now.block.key, given_)
