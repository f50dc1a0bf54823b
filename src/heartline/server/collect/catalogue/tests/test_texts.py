"""Definitions as text: out, in, with the same look at what changes; events from a spreadsheet."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from heartline.collect import catalogue
from heartline.core.errors import InvalidInput
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.catalogue import texts
from heartline.server.collect.catalogue.tests.test_pages import shop, text
from heartline.store.lake import Lake

__all__ = ["shop"]
pytestmark = pytest.mark.django_db

PAGE = "/company/as-text/"


def test_what_goes_out_comes_in_and_changes_nothing(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    answer = client.get("/company/definitions.yaml")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="definitions.yaml"'
    content = answer.content.decode()
    assert content == catalogue.dump(shop.at().definitions)
    assert "Nothing would change." in text(client, PAGE, {"text": content, "do": "look"})
    one = client.get("/company/definitions.yaml?kind=unit")
    assert one.headers["Content-Disposition"] == 'attachment; filename="units.yaml"'
    assert "touchpoints" not in one.content.decode()


def test_a_text_is_looked_at_then_saved(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    there = client.get("/company/as-text/?kind=journey&key=buy").content.decode()
    assert "buy:" in there
    changed = catalogue.dump(shop.at().definitions, ["journey"]).replace("goal: delivery", "goal: support")
    changed += "remove:\n  units: [wien]\n"
    look = text(client, PAGE, {"text": changed, "do": "look"})
    assert "75 in 100 trips reach “Delivery” → 0 in 100 trips reach “Support”." in look
    assert "Goal</b>: Delivery" in look
    assert "is removed" in look
    assert shop.at().version == 2
    text(client, PAGE, {"text": changed, "do": "save"})
    assert shop.at().definitions.all("journey")["buy"]["goal"] == "support"
    assert "wien" not in shop.at().definitions.all("unit")
    assert {entry.action for entry in AuditEntry.objects.filter(details__version=3)} == {
        "define", "remove_definition",
    }  # fmt: skip


def test_a_mistake_names_its_line_in_german(alice: User, shop: Lake) -> None:
    wrong = "definitions: 1\ntouchpoints:\n  call:\n    stage: nirgends\n"
    page = text(signed_in(alice), PAGE, {"text": wrong, "do": "save"}, status=400, language="de")
    assert "Zeile 4: „stage“ nennt „nirgends“, was nicht festgelegt ist." in page
    assert "nirgends" in page[page.index("<textarea") :]
    page = text(signed_in(alice), PAGE, {"text": "a: [", "do": "look"}, status=400, language="de")
    assert "Das ist kein YAML" in page


def test_events_come_from_a_table_as_people_write_it(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    table = "Bezeichnung;Von;Bis;Art;Ort\nStreik;1.3.2024;5.3.2024;strike;berlin\nBlack Friday;29/11/2024;;sale;\n"
    file = SimpleUploadedFile("events.csv", ("\ufeff" + table).encode())
    look = text(client, PAGE, {"file": file, "text": "", "do": "look"})
    assert "Streik" in look
    written = texts.events(table)
    text(client, PAGE, {"text": written, "do": "save"})
    assert dict(shop.at().definitions.all("event")) == {
        "streik_2024_03_01": {"label": "Streik", "first": "2024-03-01", "last": "2024-03-05", "kind": "strike",
                              "unit": "berlin"},
        "black_friday_2024_11_29": {"label": "Black Friday", "first": "2024-11-29", "kind": "sale"},
    }  # fmt: skip
    page = text(client, "/company/event/")
    assert page.index("Black Friday") < page.index("Streik")  # the newest first


@pytest.mark.parametrize("table", ["", "When,Who\n2024-01-01,me\n"])
def test_a_table_without_the_needed_columns_is_refused(table: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        texts.events(table)
    assert refused.value.code == "bad_table"


def test_files_that_are_no_text_or_too_large_are_refused(
    alice: User, shop: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(alice)
    for name, content in (("a.yaml", b"\xff\xfe\x00"), ("b.csv", b"nothing\n")):
        text(client, PAGE, {"file": SimpleUploadedFile(name, content), "do": "look"}, status=400)
    monkeypatch.setattr(texts, "LARGEST", 3)
    page = text(client, PAGE, {"file": SimpleUploadedFile("a.yaml", b"definitions: 1"), "do": "look"}, status=400)
    assert "This file is too large for definitions." in page
