"""The whole way of a question: from the gallery, translated, sent by mail, answered on a phone, heard, and counted.

A scanner opens every link of the mail before the person does, and answers nothing.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from heartline.server.people.consent.tests.mailbox import Server as Mailbox
from heartline.server.people.consent.tests.mailbox import listening

from .conftest import loaded, until_shown
from .obstacles import obstacles
from .servers import HEARTLINE, Server, running, wait_until
from .windows import window

COMPANY = """
definitions: 1
company: {name: Lamp shop}
purposes:
  surveys: {label: Surveys, channels: [email], basis: legitimate_interest}
"""
ADA = "ada@shop.example"
ASKED = "Quelle est la probabilité que vous nous recommandiez ?"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Mailbox]]:
    """Give a company with a mail server, to which one customer has come."""
    folder = tmp_path_factory.mktemp("inviting")
    data = folder / "data"
    (folder / "company.yaml").write_text(COMPANY)
    with listening() as mailbox, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEARTLINE_MAIL", f"smtp://127.0.0.1:{mailbox.port}")
        define = [str(HEARTLINE), "define", str(folder / "company.yaml"), "--data", str(data)]
        subprocess.run(define, check=True, env=dict(os.environ))
        with running(data) as server:
            come(server, data)
            yield server, mailbox


def come(server: Server, data: Path) -> None:
    """Have a customer order something."""
    make = [str(HEARTLINE), "keys", "create", "shop", "--kind", "write", "--data", str(data)]
    key = subprocess.run(make, check=True, capture_output=True, text=True).stdout.split()[-1]
    batch = [
        {"type": "identify", "userId": "4711", "traits": {"email": ADA, "language": "fr"}},
        {"type": "track", "userId": "4711", "event": "Order Delivered", "properties": {"order_id": "A-1"}},
    ]
    headers = {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}
    request = urllib.request.Request(f"{server.url}/v1/batch", json.dumps({"batch": batch}).encode(), headers)

    def taken() -> bool:
        try:
            with urllib.request.urlopen(request) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:  # the key is known within seconds
            return error.code not in (401, 503) and pytest.fail(f"{error.code}: {error.read().decode()}")

    wait_until(taken)


@pytest.fixture(scope="module")
def inside(browser: Browser, shop: tuple[Server, Mailbox]) -> Iterator[BrowserContext]:
    """Give a window in which the administrator is signed in."""
    context = window(browser)
    context.new_page().goto(shop[0].link)
    yield context
    context.close()


def test_a_mail_is_scanned_and_then_answered_on_a_phone_without_a_script(
    browser: Browser, inside: BrowserContext, shop: tuple[Server, Mailbox]
) -> None:
    server, mailbox = shop
    page = inside.new_page()
    page.goto(f"{server.url}/company/asking/")
    page.locator("#quiet_from").fill("")  # tests run at night, too
    page.locator("#quiet_to").fill("")
    page.locator("#survey_purpose").select_option("surveys")
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    expect(page.locator("#survey_purpose")).to_have_value("surveys")
    assert obstacles(page) == []
    page.goto(f"{server.url}/surveys/")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("How likely are you to recommend us")).click()
    page.locator("select[name=language]").select_option("fr")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#said")).to_have_text("A language was added.")
    page.locator('[name="nps.text.fr"]').fill(ASKED)
    page.get_by_role("button", name="Done, go on").click()
    expect(page).to_have_url(f"{server.url}/surveys/nps/")
    with page.expect_navigation():
        page.get_by_role("button", name="Let people answer").click()
    until_shown(page, f"{server.url}/surveys/nps/ask/?do=count", "1 of 1 would be asked now.")
    assert obstacles(page) == []
    page.locator("#share").fill("101")
    page.get_by_role("button", name="Count them first").click()
    expect(page.locator("#count")).to_have_text("A share is a number from 1 to 100.")
    page.locator("#share").fill("100")
    page.get_by_role("button", name="Send it").click()
    wait_until(lambda: mailbox.kept)
    (mail,) = mailbox.kept
    assert mail["To"] == ADA
    body = mail.get_body(("html",))
    assert body is not None
    assert ASKED in body.get_content()  # the question itself, in the language of its reader
    found = set(re.findall(r'href="http://localhost(?::\d+)?(/[^"]+)"', body.get_content().replace("&amp;", "&")))
    links = sorted(server.url + address for address in found)
    assert len(links) == 12  # eleven points, and the way out
    for link in links:
        with urllib.request.urlopen(link) as answer:
            assert answer.status == 200
    page.goto(f"{server.url}/surveys/nps/")
    expect(page.locator(".answer")).to_contain_text("Nobody has answered yet.")

    heard = inside.new_page()
    heard.goto(f"{server.url}/feedback/")
    expect(heard.locator("[data-state]")).to_have_text("Live")
    phone = window(browser, **PHONE, java_script_enabled=False, locale="en")
    answering = phone.new_page()
    answering.goto(next(link for link in links if link.endswith("q-nps=9")))
    expect(answering.locator("legend")).to_contain_text(ASKED)
    expect(answering.locator("input[value='9']")).to_be_checked()
    answering.get_by_role("button", name="Next").click()
    answering.get_by_label("What do you like most?").fill("The shop assistant knew me")
    answering.get_by_role("button", name="Next").click()
    expect(answering.locator("h1.end")).to_have_text("Thank you. We read every answer.")
    phone.close()

    card = heard.locator("[data-feed] article", has_text="The shop assistant knew me")
    expect(card).to_contain_text("Would recommend us: 9 of 10")
    whole = card.locator("footer a[href*='/answers/']").get_attribute("href")
    heard.goto(f"{server.url}{whole}")
    expect(heard.locator(".response")).to_contain_text("9 of 10")
    expect(heard.locator("main")).to_contain_text("The shop assistant knew me")
    assert obstacles(heard) == []
    heard.close()
    until_shown(page, f"{server.url}/ratings/?period=all", "NPS, from −100 to 100")
    until_shown(page, f"{server.url}/customers/", "1 customer")
    theirs = page.locator("main a[href*='/customers/']").first.get_attribute("href")
    until_shown(page, f"{server.url}{theirs}", "The shop assistant knew me", "How often did we ask them?", "E-mail")
    until_shown(page, f"{server.url}/surveys/nps/ask/", "1 person was asked, 1 answered.")
    page.get_by_role("link", name="everybody whom we know").click()
    expect(page.locator("main")).to_contain_text("Nobody was left out.")
    loaded(page)
    assert obstacles(page) == []
    page.goto(f"{server.url}/surveys/nps/poster/")
    assert obstacles(page) == []
    page.close()
