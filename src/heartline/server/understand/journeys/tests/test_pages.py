"""The list of journeys, and the journey map."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tests.pages import kinds
from heartline.server.shell import published
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
ALL = "period=all"


def text(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def plain(page: str) -> str:
    """Give what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_list_says_what_is_made_most_and_how_many_arrive(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"/journeys/?{ALL}")
    assert "1 journey; most often made is <strong>An order</strong>: 30 orders" in page
    assert 'href="/journeys/order/?period=all"' in page
    assert "heartline small" in page


def test_the_map_is_answered_in_a_sentence_first(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"/journeys/order/?{ALL}")
    said = plain(page[: page.index('id="filters"')])
    assert "An order Of 30 orders, 100 in 100 get to Delivery." in said
    assert "It hurts most at Delivery : 33 in 100 of 30 orders go wrong there, and end with a feeling of −1.00" in said
    assert "instead of +1.00." in said


def test_touchpoints_stand_as_designed_then_as_they_are_lived(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"/journeys/order/?{ALL}")
    heads = re.findall(r'<th scope="col"(?: class="hot")?><a href="([^"]+)">([^<]+)</a>', page)
    assert [label for _, label in heads] == ["Web shop", "Payment", "Delivery", "A call", "Review"]
    assert heads[2][0] == "/touchpoints/delivery/?period=all&journey=order"
    assert re.findall(r'<th scope="colgroup" colspan="(\d)"><span>([^<]+)', page)[:3] == [
        ("2", "Purchase"), ("1", "Delivery"), ("1", "Support"),
    ]  # fmt: skip


def test_every_row_of_the_map_says_what_is_known(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"/journeys/order/?{ALL}")
    table = page[page.index('class="map') : page.index('<ol class="down')]
    said = plain(table)
    assert "People here 30 100.0 % 30 100.0 % 30 100.0 % 10 33.3 %" in said
    assert "Unhappy 0 in 100 not known 33 in 100 100 in 100" in said
    assert "2.0 days of 3.0 days 33 in 100 longer" in said
    assert "then Payment: 100 %" in said
    assert "“" not in said  # quotation marks are the style's
    assert "Logistics" in said
    assert "went right +1.00" in said
    assert "went wrong −1.00" in said


def test_every_number_of_the_map_opens_its_rows(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    page = text(client, f"/journeys/order/?{ALL}")
    doors = dict.fromkeys(re.findall(r'href="(/behind/[^"]+)"', page))
    assert len(doors) > 30
    for door in kinds(doors):
        assert client.get(door).status_code == 200, door


def test_the_quote_comes_from_the_middle(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"/journeys/order/?{ALL}")
    quotes = re.findall(r'<q title="([^"]*)">', page)
    assert quotes == ["All fine", "Parcel 24 came a week too late"]  # twenty of thirty were content with delivery


def test_the_twin_has_the_numbers_of_the_map_with_their_intervals(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"/journeys/order/?{ALL}")
    twin = page[page.index("The same as a table") :]
    assert re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)', twin) == [
        "Web shop", "Payment", "Delivery", "A call", "Review",
    ]  # fmt: skip
    assert "33.3 %</a><small>between 19.2 % and 51.2 %" in twin


def test_on_a_phone_the_line_runs_down(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"/journeys/order/?{ALL}")
    down = page[page.index('<ol class="down') : page.index("</ol>")]
    assert down.count("heartline drop") == 5


def test_compared_with_another_time_it_says_what_was_before(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), "/journeys/order/?period=2024-03&compare=period%3D2024-03")
    assert "before: 33 in 100" in page


def test_filters_narrow_the_map_and_htmx_gets_the_answer_only(alice: User, shop: Lake) -> None:
    answer = signed_in(alice).get(f"/journeys/order/?{ALL}&unit=berlin", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "Of 15 orders" in answer.content.decode()


def test_a_journey_that_nobody_made_yet_shows_its_design(alice: User, designed: Lake) -> None:
    page = text(signed_in(alice), "/journeys/order/")
    assert "No orders in this period. Below is the journey as it was designed." in page
    assert "nobody yet" in page
    assert "What will be here" in page
    assert "The same as a table" not in page
    assert "Nobody has made any of these journeys" in text(signed_in(alice), "/journeys/")


def test_without_data_the_page_teaches_and_names_the_one_step(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice), "/journeys/")
    assert "No journey is described yet." in page
    assert "The one step" in page


def test_many_touchpoints_show_the_designed_ones_first(alice: User, shop: Lake) -> None:
    rows = [("c01", f"page_{number:02}", f"2024-03-03 10:{number:02}") for number in range(10, 40)]
    events(shop.folder, rows)
    client = signed_in(alice)
    page = text(client, f"/journeys/order/?{ALL}")
    heads = re.findall(r'<th scope="col"(?: class="hot")?><a href="[^"]+">([^<]+)</a>', page)
    assert len(heads) == 12
    assert heads[:3] == ["Web shop", "Payment", "Delivery"]
    assert "Show 23 more touchpoints" in page
    everything = text(client, f"/journeys/order/?{ALL}&all=1")
    assert len(re.findall(r'<th scope="col"(?: class="hot")?><a href', everything)) == 35
    assert 'name="all" value="1"' in everything  # a filter that changes keeps it


def test_a_journey_without_goal_has_no_arrival(alice: User, shop: Lake) -> None:
    bodies = {"visit": {"label": "A visit", "counted_as": "visits", "starts": "any", "within_s": 86400}}
    events(shop.folder, [], journey=bodies)
    page = text(signed_in(alice), f"/journeys/visit/?{ALL}")
    assert "visits</strong> in this period" in page
    assert "end here" in page
    assert "stop here" not in page


@pytest.mark.parametrize(("address", "status"), [("/journeys/return/", 404), ("/journeys/order/?unit=nowhere", 400)])
def test_what_is_not_there_is_said(alice: User, shop: Lake, address: str, status: int) -> None:
    answer = signed_in(alice).get(address)
    assert answer.status_code == status
    if status == 400:
        assert "Of 30 orders" in answer.content.decode()


def test_bob_sees_the_orders_of_berlin_only(bob: User, shop: Lake) -> None:
    assert "Of 15 orders" in text(signed_in(bob), f"/journeys/order/?{ALL}")


def test_a_stranger_is_led_to_the_door(charlie: Client, shop: Lake) -> None:
    assert charlie.get("/journeys/order/").status_code == 302


def test_query_counts_do_not_grow_with_rows(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    text(client, f"/journeys/order/?{ALL}")
    with CaptureQueriesContext(
        connection,
    ) as few:
        text(client, f"/journeys/order/?{ALL}")
    events(shop.folder, [("zoe", "shop", f"2024-03-20 10:{minute:02}") for minute in range(50)])
    with CaptureQueriesContext(connection) as many:
        text(client, f"/journeys/order/?{ALL}")
    assert len(many) == len(few)


def test_what_every_map_asks_is_answered_ahead_for_every_journey() -> None:
    asked = {(one.verb, one.values.get("journey")) for one in published.questions(["order", "return"])}
    for key in ("order", "return"):
        assert {(verb, key) for verb in ("touchpoints", "steps", "waits", "whereabouts")} <= asked
    assert ("journeys", None) in asked
    assert not any(one.values.get("journey") for one in published.questions())
