"""Where it hurts, and how a touchpoint is."""

from __future__ import annotations

import json
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
from heartline.server.understand.touchpoints import splits
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
ALL = "period=all"
PAGE = f"/touchpoints/delivery/?{ALL}"


def text(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def plain(page: str) -> str:
    """Give what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def section(page: str, name: str) -> str:
    """Give one section of a page, by the id of its heading."""
    start = page.index(f'aria-labelledby="{name}"')
    return page[start : page.index("</section>", start)]


def test_the_list_begins_where_it_hurts_most(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"/touchpoints/?{ALL}")
    said = plain(page[: page.index('id="filters"')])
    assert "Where does it hurt? It hurts most at Delivery : 38 in 100 of 80 people have it bad there" in said
    assert "feeling of −1.00 instead of +1.00" in said
    known, _, rest = page.partition("of which nobody has said")
    assert re.findall(r'<th scope="row"><a href="([^"?]+)', known) == ["/touchpoints/delivery/"]
    assert len(re.findall(r'<th scope="row"><a href', rest)) == 2
    assert "heartline small" not in known  # the months come when the rest is there


def test_the_lines_of_a_narrowed_list_come_after_it(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    page = text(client, f"/touchpoints/?{ALL}")
    (link,) = re.findall(r'hx-get="(/touchpoints/-/months/[^"]+)" hx-trigger="load"', page)
    response = client.get(unescape(link), headers={"HX-Request": "true"})
    assert "HX-Push-Url" not in response.headers
    part = response.content.decode()
    (place,) = re.findall(r'<span id="(beats-\w+)" hx-swap-oob="true"><svg', part)
    assert f'<span id="{place}"></span>' in page
    assert "<html" not in part
    alone = text(client, unescape(link))
    assert "<h1>Feeling, month by month</h1>" in alone
    assert "heartline small" in alone
    assert "Nothing is known yet of how people felt" in text(client, "/touchpoints/-/months/?period=2020")


def test_a_list_that_is_made_ahead_has_its_lines_at_once(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), "/touchpoints/")
    assert "heartline small" in page
    assert 'hx-trigger="load"' not in page


def test_the_list_shows_the_three_levels(alice: User, shop: Lake) -> None:
    page = plain(text(signed_in(alice), f"/touchpoints/?{ALL}"))
    assert "+0.25 38 in 100 between 27.7 % and 48.5 % +1.00 −1.00 2.0 days 38 in 100 longer 80" in page


def test_a_touchpoint_is_answered_in_a_sentence_first(alice: User, shop: Lake) -> None:
    said = plain(text(signed_in(alice), PAGE))
    assert "How is Delivery? For 38 in 100 of 80 orders it goes wrong, and they end with a feeling of −1.00" in said
    assert "Half wait at most 2.0 days; 38 in 100 wait longer than the 3.0 days they are told to expect." in said


def test_three_levels_stand_side_by_side(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), PAGE)
    facts, deeds, feelings = (plain(part) for part in page[page.index('class="levels') :].split("<article")[1:4])
    assert "Half wait at most 2.0 days of 3.0 days expected" in facts
    assert "Longer than expected 38 in 100" in facts
    assert "Half are here after 9.0 days from the beginning" in facts
    assert "People here 80 Orders 80 Of all that are over 100.0 %" in deeds
    assert "Stop here 0.0 %" in deeds
    assert "Then most often 100.0 % Review" in deeds
    assert "Feeling +0.25" in feelings
    assert "Unhappy 38 in 100" in feelings
    assert "Stars 3.50" in feelings
    assert "How it ends where it goes wrong −1.00" in feelings


def test_months_are_drawn_with_marked_events_and_listed(alice: User, shop: Lake) -> None:
    months = section(text(signed_in(alice), PAGE), "months")
    charts = [json.loads(found) for found in re.findall(r'type="application/json">(.*?)</script>', months)]
    assert [chart["labels"] for chart in charts] == [["Mar 2024", "Apr 2024"]] * 2
    assert charts[0]["values"] == pytest.approx([0.25, 0.5])
    assert charts[1]["values"] == pytest.approx([0.5, 0.0])
    assert [mark["label"] for mark in charts[0]["marks"]] == ["Relaunch"]
    assert re.findall(r'class="num"[^>]*>([^<]+)<', months) == ["25 in 100", "50 in 100", "+0.50", "0.00"]


def test_good_for_whom_and_bad_for_whom(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    whom = plain(section(text(client, PAGE), "whom"))
    assert "Vienna 75 in 100 between 59.8 % and 85.8 % −0.50 worse than for all 40 people" in whom
    assert "Berlin 0 in 100 between 0.0 % and 8.8 % +1.00 better than for all 40 people" in whom
    assert whom.index("Vienna") < whom.index("Berlin")
    category = plain(section(text(client, f"{PAGE}&split=category"), "whom"))
    assert "Light" in category
    assert "Seats" in category
    segment = plain(section(text(client, f"{PAGE}&split=segment"), "whom"))
    assert "Calm ones 0 in 100" in segment
    assert "better than for all 50 people" in segment


def test_of_many_groups_none_is_called_worse_by_chance() -> None:
    """Two of a hundred groups would pass the usual interval by chance; one must lie further out."""
    row = {"share_bad": 0.3, "share_bad_low": 0.21, "share_bad_high": 0.41, "people": 90, "touchpoint": "delivery"}
    key: dict[str, str] = {"touchpoint": "delivery"}
    alone = splits.groups([("a", row, {}, key)], {"share_bad": 0.2}, {"a": "A"})
    crowd = splits.groups([(str(place), row, {}, key) for place in range(100)], {"share_bad": 0.2}, {})
    assert [group.tone for group in alone.listed] == ["bad"]
    assert {group.tone for group in crowd.listed} == {""}
    assert (len(crowd.listed), crowd.unsure) == (splits.MOST, 100 - splits.MOST)


def test_groups_of_whom_too_little_is_known_are_left_out(alice: User, shop: Lake) -> None:
    events(shop.folder, [("zoe", "delivery", "2024-04-10 10:00", {"unit": "germany", "succeeded": False})])
    whom = plain(section(text(signed_in(alice), f"{PAGE}&journey=none"), "whom"))
    assert "Germany" not in whom
    assert "1 more: too little is known there" in whom


def test_every_number_opens_its_rows(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    for address in (PAGE, f"{PAGE}&split=category", f"{PAGE}&split=segment", f"/touchpoints/?{ALL}"):
        doors = dict.fromkeys(re.findall(r'href="(/behind/[^"]+)"', text(client, address)))
        assert len(doors) > 8
        for door in kinds(doors):
            assert client.get(door).status_code == 200, door


def test_what_was_said_comes_from_the_middle(alice: User, shop: Lake) -> None:
    said = section(text(signed_in(alice), PAGE), "said")
    assert re.findall(r"<blockquote>([^<]+)", said) == ["Too late", "All fine"]
    assert ">80</a> texts." in said


def test_ways_on_are_named(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), PAGE)
    ways = page[page.index('class="ways') :]
    assert "Accountable: <strong>Logistics</strong>, with Warehouse, Carrier" in ways
    assert 'href="/paths/?period=all&journey=order&through=delivery"' in ways
    assert 'href="/journeys/order/"' in ways


def test_all_that_happened_or_one_journey(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), f"{PAGE}&journey=none")
    assert "<b>all that happened</b>" in page
    assert "Stop here" not in page
    assert "How often" in page
    assert 'name="journey" value="order"' in page


def test_a_touchpoint_where_nothing_happened_teaches(alice: User, shop: Lake) -> None:
    events(shop.folder, [], touchpoint={"gift": {"label": "A gift"}})
    page = plain(text(signed_in(alice), f"/touchpoints/gift/?{ALL}"))
    assert "Nobody was at A gift in this period." in page
    assert "Nobody has been here yet." in page
    assert "A wait is known where data carry" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [("/touchpoints/moon/", 404), (f"{PAGE}&unit=nowhere", 400), (f"{PAGE}&journey=moon", 404)],
)
def test_what_is_not_there_is_said(alice: User, shop: Lake, address: str, status: int) -> None:
    assert signed_in(alice).get(address).status_code == status


def test_without_data_the_list_teaches(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice), "/touchpoints/")
    assert "Nothing happened here in this period." in page
    assert "The one step" in page


def test_compared_with_another_time_it_says_what_was_before(alice: User, shop: Lake) -> None:
    assert "before: 25 in 100" in text(signed_in(alice), "/touchpoints/?period=2024-04&compare=before")


def test_bob_sees_berlin_only(bob: User, shop: Lake) -> None:
    page = plain(text(signed_in(bob), PAGE))
    assert "For 0 in 100 of 40 orders it goes wrong" in page
    assert "Vienna" not in page


def test_a_stranger_is_led_to_the_door(charlie: Client, shop: Lake) -> None:
    assert charlie.get("/touchpoints/").status_code == 302
    assert charlie.get("/touchpoints/delivery/").status_code == 302


def test_htmx_gets_the_answer_only(alice: User, shop: Lake) -> None:
    page = text(signed_in(alice), PAGE, **{"HX-Request": "true"})
    assert "<html" not in page
    assert "How is Delivery?" in page


def test_query_counts_do_not_grow_with_rows(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    text(client, PAGE)
    with CaptureQueriesContext(connection) as few:
        text(client, PAGE)
    events(shop.folder, [("zoe", "shop", f"2024-04-20 10:{minute:02}") for minute in range(50)])
    with CaptureQueriesContext(connection) as many:
        text(client, PAGE)
    assert len(many) == len(few)


def test_what_the_pages_ask_is_answered_ahead() -> None:
    asked = {(one.verb, tuple(sorted(one.values.items()))) for one in published.questions(["order"])}
    assert ("touchpoints", (("every", "month"),)) in asked
    assert ("touchpoints", (("every", "month"), ("journey", "order"))) in asked
    assert ("touchpoints", (("by", "unit"), ("journey", "order"))) in asked
