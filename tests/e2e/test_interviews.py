"""An interview is brought in, a sentence highlighted by keyboard, tagged, and found among voices and by the search."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from .conftest import Open, loaded, settled, until_shown

TALK = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v Ben>How was the delivery?</v>

00:00:04.000 --> 00:00:09.000
<v Anna Koch>It came by bicycle. The courier sang loudly, and Anna Koch sang along.</v>
"""


def test_a_sentence_goes_from_a_recording_to_the_voices(visit: Open, tmp_path: Path) -> None:
    page = visit("/interviews/")
    base = page.url.removesuffix("/interviews/")
    (tmp_path / "courier.vtt").write_text(TALK)
    if not page.locator("#files").is_visible():
        page.get_by_text("Add interviews").click()
    page.locator("#files").set_input_files(tmp_path / "courier.vtt")
    page.get_by_label("Held on").fill("2024-02-01")
    page.get_by_label("What sort of person was asked?").fill("regular")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("h1")).to_have_text("courier")
    sentences = page.locator("input[name=s]")
    expect(sentences).to_have_count(2)
    loaded(page)
    sentences.first.focus()
    expect(sentences.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(sentences.nth(1)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    card = page.locator(".card-of")
    expect(card.locator("blockquote")).to_have_text("The courier sang loudly, and [name] sang along.")
    card.get_by_text("Say what it is about").wait_for()
    expect(card.locator(".tags")).not_to_contain_text("being read")
    settled(page)
    details = card.locator("details")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    card.get_by_label("Touchpoint").select_option("delivery")
    card.get_by_label("Feeling").select_option("1.0")
    card.get_by_role("button", name="Put it among the voices").click()
    expect(page.locator("[role=status]").first).to_contain_text("stands among the voices")
    until_shown(page, f"{base}/voices/?way=interview&period=all", "The courier sang loudly", "from an interview")
    page.get_by_role("link", name="from an interview").click()
    expect(page.locator("h1")).to_have_text("courier")
    page.goto(f"{base}/search/")
    page.locator("form.search input[type=search]").fill("by bicycle")
    page.locator("form.search button").click()
    expect(page.locator(".found.whole")).to_contain_text("It came by bicycle.")
