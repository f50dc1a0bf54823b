"""The page “Where do people wait, and how long do they bear it?”."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.server.accounts.asking import ask
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.understand.waits import shown, views, words
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
ALL = "/waits/?period=all"
DAY = 86400.0


def text(client: Client, address: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == status
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def plain(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def test_the_question_is_answered_in_a_sentence_first(alice: User, parcels: Lake) -> None:
    page = plain(text(signed_in(alice), ALL))
    assert (
        "At Delivery, 33 in 100 wait longer than the 3.0 days that are expected. Half wait no longer than 2.0 days,"
        " one in ten longer than 5.0 days. How long they bear it cannot be told yet."
    ) in page


def test_where_nothing_is_expected_the_longest_wait_is_named(alice: User, parcels: Lake) -> None:
    page = plain(text(signed_in(alice), f"{ALL}&touchpoint=call"))
    assert "People wait longest at Phone call: half of them no longer than 2 min" in page
    assert "no promise made" in page


def test_touchpoints_are_listed_with_their_waits_and_intervals(alice: User, parcels: Lake) -> None:
    page = text(signed_in(alice), ALL)
    rows = page[page.index('id="places"') : page.index('id="borne"')]
    assert re.findall(r'<th scope="row">(?:<a[^>]*>)?([^<]+)<', rows) == ["Delivery", "Phone call"]
    assert "Logistics" in rows
    assert "33.3 %" in rows
    assert re.search(r"between 1\d\.\d\s% and 6\d\.\d\s%", rows)
    assert rows.count('class="wait"') == 2


def test_every_number_opens_its_rows(alice: User, parcels: Lake) -> None:
    client = signed_in(alice)
    found = re.findall(r'<a (?:class="num" )?href="(/behind/[^"]+)">([^<]+)</a>', text(client, ALL))
    assert len(found) > 14
    counts = {number for link, number in found if "column=n" in link}
    assert counts == {"12", "2"}
    for link, number in found:
        page = text(client, link)
        if "column=n" in link:
            assert f"<strong>{number} entries</strong>" in page


def test_what_waiting_adds_up_to_is_told_for_a_journey(alice: User, parcels: Lake) -> None:
    page = text(signed_in(alice), ALL)
    assert "What waiting adds up to in “An order”" in page
    assert "3.0 days" in page[page.index('id="borne"') :]
    assert '<input type="radio" name="journey" value="order" checked>' in page


def test_without_a_journey_the_rest_is_there(alice: User, lake: Lake) -> None:
    events(lake.folder, [("anna", "support", "2024-03-09 10:00", {"wait_s": 60.0})])
    page = text(signed_in(alice), ALL)
    assert "People wait longest at Support" in plain(page)
    assert "How long people bear it" not in page[: page.index("How was this made")]


def test_the_months_come_after_the_page_with_marked_events(alice: User, parcels: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/waits/?period=2024-02/2024-04")
    (link,) = re.findall(r'hx-get="(/waits/months/[^"]+)" hx-trigger="load"', page)
    part = text(client, link, headers={"HX-Request": "true"})
    assert "<html" not in part
    found = re.search(r'type="application/json">(.*?)</script>', part)
    assert found is not None
    data = json.loads(found.group(1))
    assert data["labels"] == ["Feb 2024", "Mar 2024"]
    assert data["values"] == pytest.approx([1 / 3, 1 / 3])
    assert data["marks"] == [{"from": 1, "to": 1, "label": "Strike", "days": "2024-03-02 – 2024-03-05"}]
    links = re.findall(r'href="(/behind/[^"]+column=n)">(\d+)<', part)
    assert [number for _link, number in links] == ["6", "6"]
    for link, number in links:
        assert f"<strong>{number} entries</strong>" in text(client, link)


def test_the_months_are_a_page_of_their_own_without_a_script(alice: User, parcels: Lake) -> None:
    page = text(signed_in(alice), "/waits/months/?place=call")
    assert "<h1>How long people wait, month by month</h1>" in page
    assert "There are too few months with known waits" in page
    assert "HX-Push-Url" not in signed_in(alice).get("/waits/months/", headers={"HX-Request": "true"}).headers


def test_an_open_period_shows_every_month_with_data(alice: User, parcels: Lake) -> None:
    part = text(signed_in(alice), "/waits/months/?period=all&place=delivery", headers={"HX-Request": "true"})
    assert "Delivery, month by month" in part
    assert re.findall(r'scope="row">([^<]+)<', part) == ["Feb 2024", "Mar 2024"]


def test_all_months_are_one_question(alice: User, parcels: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many months there are; and the touchpoint where most wait too long is chosen from them."""
    asked: list[tuple[str, Mapping[str, Any]]] = []

    def counted(request: Any, verb: str, values: Mapping[str, Any]) -> Any:
        asked.append((verb, values))
        return ask(request, verb, values)

    monkeypatch.setattr(views, "ask", counted)
    part = text(signed_in(alice), "/waits/months/?period=all", headers={"HX-Request": "true"})
    assert "Delivery, month by month" in part
    assert asked == [("waits", {"period": "all", "every": "month"})]


def test_bob_sees_the_waits_of_berlin_only(bob: User, parcels: Lake) -> None:
    client = signed_in(bob)
    page = text(client, ALL)
    assert re.search(r'column=n">6</a>', page)
    assert "Phone call" not in page[page.index('id="places"') : page.index("How was this made")]
    assert "You may not see that part of the company." in text(client, f"{ALL}&unit=wien", 400)
    assert client.get("/waits/months/?unit=wien", headers={"HX-Request": "true"}).status_code == 400


def test_a_stranger_is_led_to_the_door(charlie: Client, parcels: Lake, db: None) -> None:
    assert charlie.get("/waits/").status_code == charlie.get("/waits/months/").status_code == 302


def test_what_cannot_be_asked_is_explained(alice: User, parcels: Lake) -> None:
    client = signed_in(alice)
    assert "That is not a period we can read." in text(client, "/waits/?period=yesterday", 400)
    assert "names something that is not here" in text(client, "/waits/?journey=nothing", 404)
    assert "No waits are known here." in text(client, "/waits/?period=2020")


def test_an_empty_folder_teaches_the_one_step(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice), "/waits/")
    assert "No waits are known yet." in page
    assert "A wait is the time a customer was made to wait" in page
    assert text(signed_in(alice), "/waits/months/").count("too few months") == 1


def test_the_number_of_queries_does_not_grow_with_the_rows(alice: User, parcels: Lake) -> None:
    client = signed_in(alice)
    client.get(ALL)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(ALL).status_code == 200
        return len(captured)

    few = queries()
    events(parcels.folder, [(f"q{day}", "call", f"2024-04-{day:02} 10:00", {"wait_s": 9.0}) for day in range(1, 29)])
    assert queries() == few


def test_numbers_and_words_are_german_where_german_is_asked(alice: User, parcels: Lake) -> None:
    page = plain(text(signed_in(alice), ALL, headers={"Accept-Language": "de"}))
    assert "Wo warten die Menschen, und wie lange halten sie es aus?" in page
    assert "Bei Delivery warten 33 von 100 länger" in page


def test_a_late_median_is_marked() -> None:
    row = {"median_s": 5 * DAY, "p90_s": 6 * DAY, "expected_s": 3 * DAY}
    assert 'class="wait late"' in shown.bar(row)
    assert 'class="expected"' in shown.bar(row)
    assert 'class="wait"' in shown.bar(row | {"expected_s": None})
    assert 'class="expected"' not in shown.bar(row | {"expected_s": None})


def test_the_axis_is_written_in_what_is_readable() -> None:
    assert [shown._unit(value)[0] for value in (1.0, 90.0, 7200.0, 7199.0, 3 * DAY)] == [1, 1, 3600, 60, DAY]


def test_what_is_known_by_few_has_no_interval() -> None:
    assert words.between(None, None) == "cannot tell yet"
    assert words.between(0.1, 0.2, share=True) == "between 10.0\u00a0% and 20.0\u00a0%"
