"""Saying yes and leaving again in a real browser with JavaScript off, by mails that a real mail server took."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, expect

import heartline
from heartline.core.ids import identifier
from heartline.server.people.consent.tests.mailbox import Server as Mailbox
from heartline.server.people.consent.tests.mailbox import listening

from .conftest import signed_in_at, until_shown
from .obstacles import obstacles
from .servers import HEARTLINE, PATIENCE_S, Server, running
from .windows import window

PURPOSES = """
definitions: 1
company: {name: Lamp shop}
purposes:
  newsletter:
    label: Newsletter
    labels: {de: Rundbrief}
    text: {en: "Yes, send me the newsletter once a month.", de: "Ja, schickt mir monatlich den Rundbrief."}
    channels: [email]
    basis: consent
    double_opt_in: true
"""
Plain = Callable[[str], Page]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Mailbox]]:
    """Give a company with a mail server."""
    folder = tmp_path_factory.mktemp("consent")
    (folder / "purposes.yaml").write_text(PURPOSES)
    define = [str(HEARTLINE), "define", str(folder / "purposes.yaml"), "--data", str(folder / "data")]
    with listening() as mailbox, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEARTLINE_MAIL", f"smtp://127.0.0.1:{mailbox.port}")
        subprocess.run(define, check=True, env=dict(os.environ))
        with running(Path(folder / "data")) as server:
            yield server, mailbox


@pytest.fixture
def plain(browser: Browser, shop: tuple[Server, Mailbox]) -> Iterator[Plain]:
    """Open pages without JavaScript and without an account, at a phone's width."""
    context = window(browser, java_script_enabled=False, viewport={"width": 390, "height": 800}, locale="en")
    page = context.new_page()

    def opened(address: str) -> Page:
        answer = page.goto(shop[0].url + address)
        assert answer is not None
        assert answer.status == 200
        return page

    yield opened
    context.close()


def mail(mailbox: Mailbox, number: int) -> str:
    """Wait for a mail, and give the path of its link."""
    until = time.monotonic() + PATIENCE_S
    while len(mailbox.kept) <= number:
        assert time.monotonic() < until, "no mail came"
        time.sleep(0.1)
    (path,) = re.findall(r"https?://[^/\s]+(/consent/confirm/\S+)", mailbox.kept[number].get_content())
    return str(path)


def test_yes_by_a_form_and_a_mail_then_no(plain: Plain, shop: tuple[Server, Mailbox], browser: Browser) -> None:
    page = plain("/consent/for/newsletter/?language=de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_label("Ihre E-Mail-Adresse").fill("ada@shop.example")
    page.get_by_label("Ja, schickt mir monatlich den Rundbrief.").check()
    page.get_by_role("button").click()
    expect(page.get_by_role("heading")).to_have_text("Bitte sehen Sie in Ihr Postfach")
    page = plain(mail(shop[1], 0))
    expect(page.locator("blockquote")).to_have_text("Ja, schickt mir monatlich den Rundbrief.")
    page.get_by_role("button", name="Yes, I confirm it").click()
    expect(page.get_by_role("heading")).to_have_text("Thank you, that is confirmed")
    link = page.get_by_role("link", name="See all my choices").get_attribute("href")
    page = plain(urlsplit(str(link)).path)
    yes, no = page.get_by_label("Yes", exact=True), page.get_by_label("No", exact=True)
    expect(yes).to_be_checked()
    no.check()
    page.get_by_role("button", name="Keep my choices").click()
    expect(page.get_by_role("status")).to_have_text("Your choices are kept.")
    expect(page.get_by_label("No", exact=True)).to_be_checked()
    expect(page.get_by_text("Now: no, as you wished.")).to_be_visible()
    company = window(browser, storage_state=signed_in_at(shop[0], browser))
    name = identifier("email", "ada@shop.example", heartline.open(shop[0].data).lake.key)
    theirs = f"{shop[0].url}/customers/{name}/"
    until_shown(company.new_page(), theirs, "2 contacts", "Consent given", "Consent withdrawn")
    company.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_has_no_obstacle_and_fits_a_phone(browser: Browser, shop: tuple[Server, Mailbox], scheme: str) -> None:
    context = window(browser, viewport={"width": 390, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(f"{shop[0].url}/consent/for/newsletter/")
    sizes = [len(answer.body()) for answer in answers]
    assert obstacles(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert sum(sizes[:2]) < 30_000
    context.close()
