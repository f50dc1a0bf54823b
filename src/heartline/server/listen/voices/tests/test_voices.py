"""What customers write and say: searched, filtered, page by page, never run."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tests.pages import sentence, text
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


def said(page: str) -> list[str]:
    return [unescape(found) for found in re.findall(r"<blockquote>(.*?)</blockquote>", page)]


def test_the_sentence_counts_all_and_every_number_opens_its_texts(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/voices/")
    assert sentence(page) == "4 texts: 2 content, 2 unhappy."
    doors = re.findall(r'<a class="num" href="([^"]+)">(\d+)', page)
    assert [number for _, number in doors] == ["4", "2", "2"]
    for link, number in doors:
        assert re.search(rf"<strong>{number} entr", text(client, unescape(link)))


def test_texts_are_listed_newest_first_and_never_run(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/voices/")
    assert said(page) == ["-1 stars", "<script>alert(1)</script>", "=cmd|'/C calc'!A0", "Great"]
    assert "<script>alert" not in page
    assert re.findall(r'<figure class="quote (\w+)">', page) == ["good", "bad", "bad", "good"]
    assert "Stars: 5 of 5 · Delivery · Web · Feb. 3, 2024" in page


def test_words_tone_and_touchpoint_narrow_them(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    found = text(client, "/voices/?q=GREAT")
    assert said(found) == ["Great"]
    assert sentence(found) == "1 text with “GREAT”: 1 content, 0 unhappy."
    unhappy = text(client, "/voices/?tone=bad&touchpoint=delivery")
    assert said(unhappy) == ["<script>alert(1)</script>"]
    assert sentence(unhappy) == "1 text of unhappy people."
    assert 'name="touchpoint" value="delivery"' in unhappy
    assert '<input type="hidden" name="tone" value="bad">' in unhappy
    nobody = text(client, "/voices/?q=%3Cb%3E&period=all")
    assert sentence(nobody) == "Nobody wrote or said “<b>” here."
    assert "<b>”" not in nobody
    assert '<a class="button quiet" href="/voices/">Show all texts</a>' in nobody


def test_an_unknown_tone_is_refused_in_a_sentence(alice: User, lake: Lake) -> None:
    answer = signed_in(alice).get("/voices/?tone=loud")
    assert answer.status_code == 400
    assert "One of the filters in the address cannot be used." in answer.content.decode()
    assert signed_in(alice).get("/voices/?channel=smoke").status_code == 400


def test_long_lists_come_in_pages_that_keep_what_was_asked(
    alice: User, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heartline.server.listen.voices.views.PAGE", 3)
    client = signed_in(alice)
    first = text(client, "/voices/?period=all")
    assert (len(said(first)), "page 1 of 2" in first) == (3, True)
    (older,) = re.findall(r'<a href="(\?[^"]+)">Older', first)
    assert unescape(older) == "?period=all&page=2"
    assert said(text(client, f"/voices/{unescape(older)}")) == ["Great"]


def test_they_can_be_taken_along_safely(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    (link,) = re.findall(r'href="(/behind\.csv[^"]+)"', text(client, "/voices/?tone=bad"))
    rows = list(csv.DictReader(io.StringIO(client.get(unescape(link)).getvalue().decode("utf-8-sig"))))
    assert {row["text"] for row in rows} == {"'=cmd|'/C calc'!A0", "<script>alert(1)</script>"}


def test_bob_of_berlin_reads_nothing_of_vienna(bob: User, lake: Lake) -> None:
    client = signed_in(bob)
    page = text(client, "/voices/?period=all")
    assert said(page) == ["<script>alert(1)</script>", "Great"]
    assert sentence(page) == "2 texts: 1 content, 1 unhappy."
    assert said(text(client, "/voices/?period=all&q=stars")) == []
    assert client.get("/voices/?unit=wien").status_code == 400


def test_a_viewer_reads_words_without_names(lake: Lake) -> None:
    page = text(signed_in(User.objects.create_user("v@example.org", role=Role.VIEWER)), "/voices/")
    assert said(page)[-1] == "Great"
    assert "anna" not in page
    assert "/customers/" not in page
    assert "behind.csv" not in page


def test_an_empty_folder_teaches_the_one_step(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice), "/voices/")
    assert "Bring in reviews, survey comments, tickets or messages" in page
    assert "Nobody has written or said anything here." in page
    assert 'href="/import/">Bring your data in</a>' in page


def test_the_number_of_queries_does_not_grow_with_the_texts(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    client.get("/voices/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/voices/").status_code == 200
        return len(captured)

    few = queries()
    more: list[Any] = [(f"p{day}", "support", f"2024-03-{day:02} 10:00", {"text": "again"}) for day in range(1, 22)]
    events(lake.folder, more)
    assert queries() == few


def test_it_speaks_german_where_german_is_asked(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/voices/", **{"Accept-Language": "de"})
    assert "<h1>Was sagen die Kunden?</h1>" in page
    assert sentence(page) == "4 Texte: 2 zufrieden, 2 unzufrieden."
