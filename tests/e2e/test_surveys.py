"""A survey as its people meet it: made from the gallery, translated, answered on a phone without a script, counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .conftest import copied, let_in, loaded, settled, until_shown
from .obstacles import obstacles
from .servers import Server, running
from .windows import PHONE, window


@pytest.fixture(scope="module")
def asking(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server of our own: answers change its numbers."""
    with running(copied(data, tmp_path_factory.mktemp("surveys"))) as server:
        yield server


@pytest.fixture(scope="module")
def inside(browser: Browser, asking: Server) -> Iterator[BrowserContext]:
    """Give a window in which the administrator is signed in."""
    with let_in(browser, asking) as context:
        yield context


@pytest.fixture(scope="module")
def made(inside: BrowserContext, asking: Server) -> str:
    """Make a survey as a new user would: from the gallery, with a language more; give its address for everybody."""
    page = inside.new_page()
    page.goto(f"{asking.url}/surveys/")
    page.get_by_role("button", name=re.compile("How likely are you to recommend us")).click()
    expect(page).to_have_url(re.compile(r"/surveys/nps/edit/$"))
    page.locator("select[name=language]").select_option("fr")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("#said")).to_have_text("A language was added.")
    page.locator('[name="nps.text.fr"]').fill("Quelle est la probabilité que vous nous recommandiez ?")
    page.get_by_role("button", name="Save").last.click()
    expect(page.locator("#said")).to_have_text("Saved.")
    expect(page.locator('[name="nps.text.fr"]')).to_have_value(re.compile("Quelle"))
    page.get_by_role("link", name="How likely are you to recommend us?").click()
    page.get_by_role("button", name="Let people answer").click()
    address = page.locator("pre[data-line]").inner_text()
    page.close()
    return address


def serious(page: Page) -> list[str]:
    """Give what axe-core finds that keeps people out."""
    found = Axe().run(page).response["violations"]
    return [one["id"] for one in found if one["impact"] in ("serious", "critical")]


def test_an_answer_on_a_phone_without_a_script_changes_the_score(
    browser: Browser, inside: BrowserContext, asking: Server, made: str
) -> None:
    phone = window(browser, **PHONE, java_script_enabled=False, locale="fr-FR")
    page = phone.new_page()
    page.goto(made)
    expect(page.locator("legend")).to_contain_text("Quelle est la probabilité que vous nous recommandiez ?")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("p.wrong").last).to_have_text("Please answer this question.")
    page.locator("input[value='9']").check(force=True)
    page.get_by_role("button", name="Next").click()
    page.get_by_label("What do you like most?").fill("The shop assistant knew me")
    page.get_by_role("button", name="Next").click()
    expect(page.locator("h1.end")).to_have_text("Thank you. We read every answer.")
    assert page.context.cookies() == []
    phone.close()

    manager = inside.new_page()
    until_shown(manager, f"{asking.url}/voices/?period=all&q=assistant", "The shop assistant knew me")
    until_shown(manager, f"{asking.url}/ratings/?period=all", "NPS, from −100 to 100", where="[aria-labelledby=scales]")
    until_shown(manager, f"{asking.url}/surveys/nps/", "1 finished it", where=".answer")
    manager.close()


def test_every_answer_is_kept_the_moment_it_is_given(browser: Browser, made: str) -> None:
    context = window(browser, **PHONE)
    page = context.new_page()
    page.goto(made)
    with page.expect_response(re.compile("/keep/$")) as kept:
        page.locator("input[value='3']").check(force=True)
    assert kept.value.status == 204
    here = page.locator("form").get_attribute("action")
    page.goto(f"{made.split('/s/')[0]}{here}")
    expect(page.locator("input[value='3']")).to_be_checked()
    context.close()


@pytest.mark.parametrize("dark", [False, True])
def test_nobody_is_kept_from_answering_or_asking(
    browser: Browser, inside: BrowserContext, asking: Server, made: str, dark: bool
) -> None:
    context = window(browser, **PHONE, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.goto(made)
    assert serious(page) == []
    with page.expect_navigation():
        page.get_by_role("button", name="Next").click()
    assert serious(page) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")
    context.close()
    manager = inside.new_page()
    manager.emulate_media(color_scheme="dark" if dark else "light")
    for path in ("/surveys/", "/surveys/nps/", "/surveys/nps/edit/"):
        manager.goto(asking.url + path)
        assert (path, serious(manager)) == (path, [])
    manager.close()


def test_a_survey_is_written_by_hand_and_seen_as_people_will(inside: BrowserContext, asking: Server) -> None:
    page = inside.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if "olicy" in line.text else None)
    page.goto(f"{asking.url}/surveys/")
    page.locator("button[value=after_service]").click()
    expect(page).to_have_url(re.compile(r"/surveys/after_service/edit/$"))
    loaded(page)

    # what people will see changes while one writes, and can be clicked through
    page.locator('[name="solved.text.en"]').fill("Is it over?")
    phone = page.frame_locator(".phone iframe:not([hidden])")
    desktop = page.frame_locator(".desktop iframe:not([hidden])")
    expect(phone.locator("legend").first).to_contain_text("Is it over?")
    expect(desktop.locator("legend").first).to_contain_text("Is it over?")
    phone.get_by_label("No, not yet").check()
    phone.get_by_role("button", name="Next").click()
    expect(phone.get_by_label("What is still missing?")).to_be_visible()

    # a question is dragged before another one, and that is said
    handle = page.locator("[data-question=service] [data-handle]")
    handle.scroll_into_view_if_needed()
    grip = handle.bounding_box()
    assert grip is not None
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(grip["x"] + 10, 5, steps=5)
    page.locator("[data-question=solved]").evaluate("one => one.scrollIntoView()")
    page.mouse.move(grip["x"] + 10, 12, steps=3)
    page.mouse.up()
    expect(page.locator("#said")).to_contain_text("is now question 1 of page 1.")
    expect(page.locator("[data-question]").first).to_have_attribute("data-question", "service")
    settled(page)  # a key before that would send the form as if there were no script, and the focus would be lost

    # the same by keyboard; the button keeps the focus
    page.locator("#up-solved").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("“Is it over?” is now question 1 of page 1.")
    expect(page.locator("#up-solved")).to_be_focused()

    # a condition in plain words; other questions have other answers
    page.locator("#if-why").click()
    added = page.locator('[name="when.why.1.look"]')
    added.select_option("question:service")
    page.locator('[name="when.why.1.sign"]').select_option("atmost")
    page.locator('[name="when.why.1.value"]').fill("x")
    page.locator("#save").click()
    expect(page.locator("#why-wrong")).to_be_visible()
    page.locator('[name="when.why.1.value"]').fill("3")
    page.locator("#save").click()
    expect(page.locator("#why-wrong")).to_have_count(0)
    expect(page.locator('[name="when.why.1.value"]')).to_have_value("3")
    page.locator("#undo").click()
    expect(page.locator("#said")).to_have_text("The last step was taken back.")
    assert wrong == []
    page.close()


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1440, True)])
def test_nobody_is_kept_from_writing_with_all_of_it_open(
    inside: BrowserContext, asking: Server, made: str, width: int, dark: bool
) -> None:
    page = inside.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if dark else "light")
    for path in ("/surveys/nps/edit/", "/surveys/nps/places/"):
        page.goto(asking.url + path)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        assert (path, serious(page)) == (path, [])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_a_survey_in_arabic_is_answered_from_right_to_left(
    browser: Browser, inside: BrowserContext, asking: Server
) -> None:
    manager = inside.new_page()
    manager.goto(f"{asking.url}/surveys/")
    manager.locator("button[value=csat]").click()
    manager.locator("select[name=language]").select_option("ar")
    manager.get_by_role("button", name="Add it").click()
    asked = manager.locator('[name="csat.text.ar"]')
    expect(asked).to_have_attribute("dir", "rtl")
    asked.fill("ما مدى رضاك هذه المرة؟")
    manager.locator("#save").click()
    expect(manager.locator("#said")).to_have_text("Saved.")
    manager.goto(f"{asking.url}/surveys/csat/")
    manager.get_by_role("button", name="Let people answer").click()
    expect(manager.locator("pre[data-line]")).to_be_visible()
    manager.close()
    phone = window(browser, **PHONE, locale="ar-EG", java_script_enabled=False)
    page = phone.new_page()
    page.goto(f"{asking.url}/s/csat/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("legend").first).to_contain_text("ما مدى رضاك هذه المرة؟")
    first, last = page.locator(".points label").first.bounding_box(), page.locator(".points label").last.bounding_box()
    assert first is not None
    assert last is not None
    assert first["x"] > last["x"]
    phone.close()


def test_nobody_is_kept_from_results_places_kiosk_and_every_kind_of_question(
    inside: BrowserContext, asking: Server, made: str
) -> None:
    page = inside.new_page()
    for key in ("brand_attachment", "kano"):
        page.goto(f"{asking.url}/surveys/")
        with page.expect_navigation():
            page.locator(f"button[value={key}]").click()
        page.goto(f"{asking.url}/surveys/{key}/")
        page.get_by_role("button", name="Let people answer").click()
        expect(page.locator("pre[data-line]")).to_be_visible()
    page.goto(f"{asking.url}/surveys/nps/places/")
    page.get_by_label("Where it stands").fill("Door")
    page.get_by_role("button", name="Make its link").click()
    kiosk = page.locator("section[aria-labelledby=made] pre").inner_text()
    ours = ("edit/", "places/", "ask/", "results/", "results/compare/")
    pages = [*(f"{asking.url}/surveys/nps/{one}" for one in ours), f"{asking.url}/s/brand_attachment/",
             f"{asking.url}/s/kano/", kiosk]  # fmt: skip
    wrong = {}
    for address in pages:
        page.goto(address)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            if found := obstacles(page):
                wrong[address, scheme] = found
    page.close()
    assert wrong == {}
