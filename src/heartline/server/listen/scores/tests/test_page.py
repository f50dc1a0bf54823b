"""The page “How do customers rate us?”."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.core.scales import SCALES
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.shell import ratings
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


def text(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def chart(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="chart-\w+" type="application/json">(.*?)</script>', page)
    assert found is not None
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_the_question_is_answered_in_a_sentence_first(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/ratings/?period=all")
    assert "Customers give <strong>3.50 of 5</strong> on average" in page
    assert "<strong>67 in 100</strong> give 4 or more. 6 answers." in page
    assert page.index("<h1>How do customers rate us?</h1>") < page.index("3.50 of 5") < page.index("data-chart")


def test_the_chart_and_its_table_have_the_same_numbers(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/ratings/?period=all")
    data = chart(page)
    assert data["labels"] == ["Feb 2024", "Mar 2024"]
    assert data["values"] == pytest.approx([11 / 3, 10 / 3])
    twin = page[page.index("As a table") : page.index("What was asked")]
    assert re.findall(r'<th scope="row">(\w+ \d+)</th>', twin) == ["Feb 2024", "Mar 2024"]
    assert re.findall(r'class="num"[^>]*>([\d.]+)<', twin) == ["3.67", "3.33"]


def test_what_was_rated_lists_the_lowest_first(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/ratings/?period=all")
    rated = page[page.index("What was rated") :]
    assert re.findall(r'<th scope="row">(\w+)<small>', rated) == ["Support", "Delivery"]


def test_filters_come_from_the_address_and_a_fragment_is_the_same_without_the_frame(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/ratings/?period=2024-02&unit=berlin")
    assert "<b>Feb 2024</b>" in page
    assert "2 answers" in page
    answer = client.get("/ratings/?period=&from=2024-02&to=2024-02&unit=berlin", headers={"HX-Request": "true"})
    fragment = answer.content.decode()
    assert "<html" not in fragment
    assert "<b>Feb 2024</b>" in fragment
    assert answer.headers["HX-Push-Url"] == "/ratings/?unit=berlin&period=2024-02-01/2024-03-01"


def test_every_number_opens_exactly_its_answers(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/ratings/?period=all")
    links = re.findall(r'<a href="(/behind/[^"]+)" aria-label="(\d+) answers', page)
    assert len(links) == 6  # two months, two measures, two touchpoints
    for link, count in links:
        behind = text(client, link)
        assert f"<strong>{count} entries</strong>" in behind
        assert behind.count("<tr>") == int(count) + 1


def test_a_marked_event_stands_on_the_time_axis(alice: User, lake: Lake) -> None:
    strike = {"label": "Strike", "first": "2024-02-20", "last": "2024-03-02", "kind": "strike"}
    local = {"label": "Works", "first": "2024-03-02", "kind": "other", "unit": "wien"}
    events(lake.folder, [], event={"strike": strike, "works": local})
    days = "2024-02-20 – 2024-03-02"
    whole = chart(text(signed_in(alice), "/ratings/?period=all"))["marks"]
    assert whole == [
        {"from": 0, "to": 1, "label": "Strike", "days": days},
        {"from": 1, "to": 1, "label": "Works", "days": "2024-03-02"},
    ]
    assert chart(text(signed_in(alice), "/ratings/?period=all&unit=berlin"))["marks"] == whole[:1]


def test_answers_about_nothing_known_open_only_themselves(alice: User, lake: Lake) -> None:
    events(lake.folder, [("emil", None, "2024-03-09 10:00", {"score": 1.0, "scale": "stars5", "about": None})])
    client = signed_in(alice)
    page = text(client, "/ratings/?period=all")
    (link,) = re.findall(r'<a href="(/behind/[^"]+)" aria-label="1 answer: not known', page)
    assert "<strong>1 entry</strong>" in text(client, link)


def test_bob_sees_berlin_only(bob: User, lake: Lake) -> None:
    client = signed_in(bob)
    page = text(client, "/ratings/?period=all")
    assert "3 answers" in page
    refused = client.get("/ratings/?period=all&unit=wien")
    assert refused.status_code == 400
    assert "You may not see that part of the company." in refused.content.decode()
    (link,) = set(re.findall(r'<a href="(/behind/[^"]+measure[^"]+mean[^"]+)" aria-label="3 answers: Stars', page))
    assert "<strong>3 entries</strong>" in text(client, link)
    assert client.get(f"{link}&unit=wien").status_code == 403


def test_a_filter_that_cannot_be_used_is_explained_and_the_page_still_stands(alice: User, lake: Lake) -> None:
    answer = signed_in(alice).get("/ratings/?period=yesterday&channel=web")
    assert answer.status_code == 400
    assert "That is not a period we can read." in unescape(answer.content.decode())
    assert "What was asked" in answer.content.decode()


def test_filters_that_leave_nobody_say_so(alice: User, lake: Lake) -> None:
    assert "No answers match these filters." in text(signed_in(alice), "/ratings/?period=2020")


def test_an_empty_folder_teaches_the_one_step(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice), "/ratings/")
    assert "Nobody’s answers are here yet." in page
    assert '<a class="button" href="/import/">Bring your data in</a>' in page
    assert "data-chart" not in page


def test_the_number_of_queries_does_not_grow_with_the_rows(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    client.get("/ratings/?period=all")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/ratings/?period=all").status_code == 200
        return len(captured)

    few = queries()
    events(
        lake.folder,
        [("emil", "delivery", f"2024-03-{day:02} 10:00", {"score": 3.0, "scale": "stars5"}) for day in range(1, 29)],
    )
    assert queries() == few


def test_numbers_and_words_are_german_where_german_is_asked(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/ratings/?period=all", **{"Accept-Language": "de"})
    assert '<html lang="de">' in page
    assert "3,50 von 5" in page
    assert "Wie bewerten uns die Kunden?" in page


@pytest.mark.parametrize(
    ("scale", "measure", "said"),
    [
        ("nps", "nps", "NPS, from −100 to 100"),
        ("stars5", "top", "gave 4 to 5, on a scale from 1 to 5"),
        ("smiley3", "top", "gave 3, on a scale from 1 to 3"),
        ("ces7", "mean", "average, from 1 to 7"),
        ("yesno", "top", "said yes"),
    ],
)
def test_measures_are_said_in_words(scale: str, measure: str, said: str) -> None:
    assert ratings.measure_name(SCALES[scale], measure) == said
