"""`./shots` in small: every page is found, pictured, and looked at."""

from __future__ import annotations

from tests.shots import sheet
from tests.shots.language import untranslated
from tests.shots.routes import LEFT_ALONE, routes

from .walk import Walk


def test_every_page_is_pictured_and_nothing_is_wrong_with_it(walked: Walk) -> None:
    seen, folder = walked.seen, walked.pictures
    found = seen.found
    assert set(routes()) <= {*found.pages, *found.signed_out, *found.closed}
    assert all((folder / name).stat().st_size > 1000 for names in seen.pictures.values() for name in names)
    assert len(seen.pictures) == len({*found.pages.values(), *found.signed_out.values()})
    page = sheet.write(folder, [seen]).read_text()
    assert all(address.partition("?")[0] in page for address in found.pages.values())
    assert seen.wrong == []


def test_what_is_no_page_is_left_alone() -> None:
    assert not [route for route in routes() if LEFT_ALONE.match(route)]
    assert "paths/" in routes()


def test_english_words_on_a_german_page_are_noticed_and_data_are_not() -> None:
    english = ["Where do people wait?", "Order placed → Delivery", "Anna (12)", "Heartline", "4,799", "Journey"]
    german = ["Wo wird gewartet?", "Order placed → Delivery", "Anna (12)", "Heartline", "4.799", "Journey", "Save"]
    assert untranslated([*english, "Save"], german, ["Order placed", "Delivery", "Anna"]) == ["Save"]
