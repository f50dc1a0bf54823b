"""The script sees what goes wrong for a customer: waits, searches, forms, clicks, errors; and never what they typed."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import Page

from .shop import PATIENCE_S, SLOW_HAND, Inbox, Shop
from .test_hl import AGREED, Visit, mail, site, time_to_send, visit

__all__ = ["mail", "site", "visit"]

SECRET = "Geheim4711"
FORM = """
<form name="contact" action="/thanks" method="post" data-hl-touchpoint="contact_form">
  <input name="name"><input name="email"><textarea name="message"></textarea><input type="password" name="password">
  <div data-hl-mask><input name="iban"></div><button>Send</button></form>
<form role="search" action="/search"><input name="q"></form>
"""


def properties(event: dict[str, Any]) -> dict[str, Any]:
    """Give the properties of an event, and where it was."""
    said: dict[str, Any] = event["properties"] | {"at": event["context"]["page"]["path"]}
    return said


def type_into(page: Page, *fields: str) -> None:
    """Type into fields as a person does, a key at a time."""
    for name in fields:
        page.locator(f"[name={name}]").press_sequentially(SECRET)


def test_loading_is_waiting(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", "<h1>Shoes</h1><button>Buy</button>", tag=AGREED, root="data-hl-touchpoint=home"))
    mail.wait("Page Answered")
    page.evaluate(
        """document.querySelector('button').onclick = () => { const end = performance.now() + 120;
        while (performance.now() < end); }"""
    )
    page.locator("button").click()
    page.evaluate("history.pushState({}, '', '/later')")
    mail.wait("page", 2)
    page.goto(site.page("/next", tag=AGREED))
    answered, loaded, reacted = (mail.wait(f"Page {word}")[0] for word in ("Answered", "Loaded", "Reacted"))
    for event, metric, at in ((answered, "TTFB", "/"), (loaded, "LCP", "/"), (reacted, "INP", "/later")):
        said = properties(event)
        assert 0 < said.pop("wait_s") < PATIENCE_S
        assert said == {"touchpoint": "home", "metric": metric, "at": at}
    assert answered["properties"]["wait_s"] <= loaded["properties"]["wait_s"]
    assert reacted["properties"]["wait_s"] >= 0.12


def test_waits_can_be_left_out(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", "<h1>Shoes</h1>", tag=f'{AGREED} data-vitals="off" data-auto="off"'))
    page.evaluate("hl.page('Home')")
    page.goto(site.page("/next", tag=AGREED))
    mail.wait("page", 2)
    assert mail.events("page")[0]["name"] == "Home"
    assert [event for event in mail.events("Page Loaded") if event["context"]["page"]["path"] == "/"] == []


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("", '<p data-hl-results="0">Leider nichts gefunden</p>'),
        ('data-no-results=".none, #nothing"', '<p class="none">Nothing found</p>'),
    ],
)
def test_a_search_without_a_result_is_a_failure(visit: Visit, site: Shop, mail: Inbox, tag: str, found: str) -> None:
    body = f'<div data-hl-touchpoint="search"><main></main></div><template>{found}</template>'
    page = visit(site.page("/search", body, tag=f"{AGREED} {tag}", title=f"Results for {SECRET}") + f"?q={SECRET}")
    mail.wait("page")
    show = "document.querySelector('main').append(document.querySelector('template').content.cloneNode(true))"
    page.evaluate(show)
    page.evaluate("document.querySelector('main').insertAdjacentElement('beforeend', document.createElement('hr'))")
    failed = mail.wait("Search Failed")
    assert properties(failed[0]) == {"touchpoint": "search", "results": 0, "at": "/search"}
    page.evaluate("document.querySelector('main').replaceChildren()")
    time_to_send(page)  # and so to see that it is gone
    page.evaluate(show)
    mail.wait("Search Failed", 2)
    time_to_send(page)
    assert len(mail.events("Search Failed")) == 2
    assert SECRET not in mail.everything()


def test_a_search_that_found_something_or_is_hidden_is_none(visit: Visit, site: Shop, mail: Inbox) -> None:
    hidden = '<p data-hl-results="0" hidden>-</p><div data-hl-mask><p data-hl-results="0">-</p></div>'
    page = visit(site.page("/", f'<p data-hl-results="7">-</p>{hidden}', tag=AGREED))
    mail.wait("page")
    time_to_send(page)
    time_to_send(page)  # a new page is looked at after a second
    assert mail.events("Search Failed") == []
    page.evaluate("document.querySelector('[hidden]').hidden = false")
    mail.wait("Search Failed")


def test_a_form_left_half_filled_is_told_without_a_letter_of_it(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/contact", FORM, tag=AGREED))
    mail.wait("page")
    began = time.monotonic()
    type_into(page, "name", "password", "iban", "q", "message")
    page.goto(site.page("/next", tag=AGREED))
    left = properties(mail.wait("Form Abandoned")[0])
    assert 0 <= left.pop("seconds") <= time.monotonic() - began + 1
    assert left == {
        "touchpoint": "contact_form", "form": "contact", "fields": 3, "last_field": "message", "at": "/contact",
    }  # fmt: skip
    time_to_send(page)
    assert len(mail.events("Form Abandoned")) == 1
    assert SECRET not in mail.everything()
    assert "iban" not in mail.everything()


@pytest.mark.parametrize("sent", ["button", "submit()"])
def test_a_form_that_was_sent_is_not_abandoned(visit: Visit, site: Shop, mail: Inbox, sent: str) -> None:
    site.page("/thanks", tag=AGREED)
    page = visit(site.page("/contact", FORM, tag=AGREED))
    mail.wait("page")
    type_into(page, "name")
    if sent == "button":
        page.get_by_role("button").click()
    else:
        page.evaluate("document.forms[0].submit()")
    page.wait_for_url("**/thanks")
    mail.wait("page", 2)
    assert mail.events("Form Abandoned") == []
    assert [properties(event) for event in mail.events("Touchpoint Used")] == (
        [{"touchpoint": "contact_form", "element": "form#contact", "at": "/contact"}] if sent == "button" else []
    )
    assert SECRET not in mail.everything()


def test_a_form_left_within_a_single_page_app_is_abandoned(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/contact", FORM, tag=AGREED))
    mail.wait("page")
    type_into(page, "email")
    page.evaluate("history.pushState({}, '', '/elsewhere')")
    assert properties(mail.wait("Form Abandoned")[0])["at"] == "/contact"


BUTTONS = """
<div data-hl-touchpoint="basket"><button id="pay"><b>Pay now</b></button></div>
<p><a href="#x" data-hl-touchpoint="help">Hilfe</a></p><div data-hl-mask><button id="masked">-</button></div>
"""


def test_clicks_that_do_nothing_are_told_once_with_their_number(visit: Visit, site: Shop, mail: Inbox) -> None:
    page = visit(site.page("/", BUTTONS, tag=AGREED), init=SLOW_HAND)
    mail.wait("page")
    page.locator("b").click(click_count=6, delay=20)
    page.locator("#masked").click(click_count=6)
    page.locator("a").click(click_count=3)
    assert [properties(event) for event in mail.wait("Clicked Repeatedly")] == [
        {"touchpoint": "basket", "clicks": 6, "element": "button#pay", "at": "/"}
    ]
    used = [properties(event) for event in mail.wait("Touchpoint Used", 3)]
    assert used == [{"touchpoint": "help", "element": "a", "at": "/"}] * 3
    time_to_send(page)
    assert len(mail.events("Clicked Repeatedly")) == 1


def test_errors_are_told_without_their_message(visit: Visit, site: Shop, mail: Inbox) -> None:
    broken = f"addEventListener('load', () => {{ throw new TypeError('planted {SECRET}'); }});"  # ours is there by then
    body = '<p role="alert" data-hl-error="card_declined">Card declined</p><p class="oops" id="late">!</p>'
    page = visit(site.page("/", body, tag=f'{AGREED} data-errors=".oops"', script=broken))
    page.evaluate(f"setTimeout(() => Promise.reject(new RangeError('planted {SECRET}')))")
    told = [properties(event) for event in mail.wait("Error Shown", 4)]
    host = site.url.removeprefix("http://")
    expected = [
        {"kind": "message", "error": "card_declined", "at": "/"},
        {"kind": "message", "error": "p#late", "at": "/"},
        {"kind": "script", "error": "TypeError", "file": f"{host}/first-0.js", "line": 1, "at": "/"},
        {"kind": "script", "error": "RangeError", "at": "/"},
    ]
    assert sorted(told, key=str) == sorted(expected, key=str)
    assert SECRET not in mail.everything()


def test_ten_errors_of_a_page_are_enough(visit: Visit, site: Shop, mail: Inbox) -> None:
    lines = "\n".join("addEventListener('load', () => { throw new Error('planted'); });" for _ in range(30))
    page = visit(site.page("/", tag=AGREED, script=lines))
    mail.wait("Error Shown", 10)
    time_to_send(page)
    assert len(mail.events("Error Shown")) == 10


def test_a_page_that_is_missing_is_an_error(visit: Visit, site: Shop, mail: Inbox) -> None:
    visit(site.page("/gone", "<h1>Not here</h1>", tag=AGREED, status=404))
    assert properties(mail.wait("Error Shown")[0]) == {"kind": "status", "error": "404", "at": "/gone"}


def test_a_path_that_holds_words_can_be_named_otherwise(visit: Visit, site: Shop, mail: Inbox) -> None:
    url = site.page(f"/search/{SECRET}", tag=AGREED, root='data-hl-path="/search/words"')
    page = visit(url)
    seen = mail.wait("page")[0]["properties"]
    assert (seen["path"], seen["url"]) == ("/search/words", f"{site.url}/search/words")
    mail.wait("Page Answered")
    assert SECRET not in mail.everything()
    page.close()
