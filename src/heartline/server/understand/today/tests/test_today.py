"""The first page: what changed, where it hurts most, what was said lately, how fresh it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import PLACES, UNITS, signed_in
from heartline.server.accounts.tests.serving import serving
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events

pytestmark = pytest.mark.django_db


def text(client: Client, address: str = "/", **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


@pytest.fixture
def late(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give a year in which every third delivery came late, and stars fell in its second half."""
    with serving(_late, request) as made:
        yield made


def _late(folder: Path) -> None:
    rows: list[Event] = []
    for number in range(48):
        who, month = f"p{number}", number // 8 + 1
        late, at = number % 3 == 0, f"2024-{month:02}-{number % 8 + 3:02}"
        rows.append((who, "delivery", f"{at} 10:00", {"succeeded": not late, "unit": "berlin", "source": "parcels"}))
        stars = (2.0 if late else 5.0) - (1.0 if month > 3 else 0.0)
        more = {"score": stars, "scale": "stars5", "unit": "berlin", "about": "support", "source": "survey"}
        rows.append((who, "support", f"{at} 12:00", more))
    events(folder, rows, unit=UNITS, touchpoint=PLACES)


def test_a_sentence_says_what_changed_and_where_it_hurts(alice: User, late: Lake) -> None:
    page = text(signed_in(alice), "/?period=2024-04/2024-07")
    assert re.search(
        r'<p class="answer">Customers rate us <strong>worse than before</strong>: 3.00 of 5'
        r" \(between [\d.]+ and [\d.]+\),"
        r" after 4.00 of 5. It hurts most at <strong>(<a [^>]+>)?Delivery(</a>)?</strong>:"
        r' <a class="num" href="[^"]+">33 in 100</a> of 24 people had it bad there at least once.</p>',
        page,
    ), page[page.index('class="answer"') :][:600]
    assert page.index("<h1>Today</h1>") < page.index('class="answer"') < page.index("How customers rate us")
    assert re.search(r'data-label="Change from the period before">−1.00 \(between −[\d.]+ and −[\d.]+\)<', page)


def test_a_change_that_chance_may_have_made_is_none(alice: User, late: Lake) -> None:
    page = text(signed_in(alice), "/?period=2024-02")
    assert "no clear change." in page
    assert 'data-label="Change from the period before">no clear change<' in page


def test_all_of_time_is_compared_with_nothing(alice: User, late: Lake) -> None:
    page = text(signed_in(alice), "/?period=all")
    assert "Change from" not in page
    assert re.search(r"Customers rate us at <strong>3.50 of 5</strong> \(between [\d.]+ and [\d.]+\)\. It hurts", page)


def test_the_touchpoints_that_hurt_most_open_their_people(alice: User, late: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/?period=all")
    hurts = page[page.index("Where it hurts most") : page.index("Month by month")]
    assert re.findall(r'<th scope="row">(?:<a [^>]+>)?(\w+)', hurts) == ["Delivery", "Support"]
    people, bad, cost = re.findall(r'<a (?:class="num" )?href="(/behind/[^"]+)" title="[^"]+">([^<]+)</a>', hurts)[:3]
    assert (people[1], bad[1], cost[1]) == ("48", "33.3 %", "1.50")
    assert "between 21." in hurts
    for link, number in ((people[0], "48 people"), (bad[0], "48 passages"), (cost[0], "48 passages")):
        assert f"<strong>{number}</strong>" in text(client, link)


def test_feeling_over_time_carries_the_marked_events(alice: User, late: Lake) -> None:
    events(late.folder, [], event={"strike": {"label": "Strike", "first": "2024-03-04", "kind": "strike"}})
    page = text(signed_in(alice), "/?period=all")
    found = re.search(r'<script id="chart-\w+" type="application/json">(.*?)</script>', page)
    assert found is not None
    data = json.loads(found.group(1))
    assert data["labels"][0] == "Jan 2024"
    assert data["values"] == pytest.approx([31 / 8, 34 / 8, 32 / 8, 23 / 8, 26 / 8, 24 / 8], abs=0.4)
    assert data["marks"] == [{"from": 2, "to": 2, "label": "Strike", "days": "2024-03-04"}]
    twin = page[page.index("As a table") :]
    assert re.findall(r'class="num"[^>]*>([\d.]+)<', twin)[:6] == [f"{value:.2f}" for value in data["values"]]


def test_what_was_said_lately_is_shown_newest_first_and_never_run(alice: User, lake: Lake) -> None:
    page = signed_in(alice).get("/").content.decode()
    said = re.findall(r'<figure class="quote (\w+)"><blockquote>(.*?)</blockquote>', page)
    assert said == [
        ("good", "-1 stars"), ("bad", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("bad", "=cmd|&#x27;/C calc&#x27;!A0"), ("good", "Great"),
    ]  # fmt: skip


def test_it_says_how_complete_and_how_fresh_the_data_are(alice: User, late: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/?period=all")
    assert "Of 96 entries <strong>all</strong> have a known customer; <strong>50 in 100</strong> tell" in page
    fresh = page[page.index("How complete and how fresh") :]
    assert re.findall(r'<th scope="row">(\w+)</th><td class="newest" data-label="Newest entry">([^<]+)<', fresh) == [
        ("Survey", "June 10, 2024"), ("Parcels", "June 10, 2024"),
    ]  # fmt: skip
    (link,) = re.findall(r'<a class="num" href="(/behind/[^"]+source[^"]+parcels[^"]+)">48<', fresh)
    assert "<strong>48 entries</strong>" in text(client, link)


def test_bob_of_berlin_sees_nothing_of_vienna(bob: User, lake: Lake) -> None:
    page = text(signed_in(bob))
    assert "Support" not in page
    assert "Vienna" not in page
    assert re.findall(r"<blockquote>(.*?)</blockquote>", page) == ["<script>alert(1)</script>", "Great"]
    assert "Of 3 entries" in page
    refused = signed_in(bob).get("/?unit=wien")
    assert refused.status_code == 400
    assert "You may not see that part of the company." in refused.content.decode()


def test_a_viewer_reads_no_names(lake: Lake) -> None:
    viewer = User.objects.create_user("viewer@example.org", role=Role.VIEWER)
    page = text(signed_in(viewer))
    assert "<blockquote>Great</blockquote>" in page
    assert "/customers/" not in page
    assert "anna" not in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.ANALYST])
def test_an_empty_folder_says_what_will_be_here(empty_lake: Lake, role: Role) -> None:
    page = text(signed_in(User.objects.create_user("new@example.org", role=role)))
    assert "Nothing is here yet." in page
    assert "data-chart" not in page


def test_an_administrator_of_an_empty_folder_is_led_to_the_start(alice: User, empty_lake: Lake) -> None:
    answer = signed_in(alice).get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/start/")


def test_a_map_without_data_waits_for_them(alice: User, empty_lake: Lake) -> None:
    events(empty_lake.folder, [], journey={"order": {"starts": ["shop"], "goal": "delivery"}})
    page = text(signed_in(alice))
    assert "Nothing is here yet." in page
    assert 'href="/import/">Bring your data in</a>' in page


def test_filters_that_leave_nothing_say_so(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/?period=2001")
    assert "Nothing happened here that these filters leave." in page
    assert 'id="filters"' in page


def test_the_number_of_queries_does_not_grow_with_the_rows(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    client.get("/")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/").status_code == 200
        return len(captured)

    few = queries()
    rows: list[Event] = [
        ("emil", f"place{day}", f"2024-03-{day:02} 10:00", {"text": "again", "source": f"s{day}"})
        for day in range(1, 29)
    ]
    events(lake.folder, rows)
    assert queries() == few


def test_it_speaks_german_where_german_is_asked(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/?period=all", **{"Accept-Language": "de"})
    assert "<h1>Heute</h1>" in page
    assert "Kunden bewerten uns so: <strong>3,50 von 5</strong>" in page


def test_a_stranger_is_led_to_the_door(charlie: Client, lake: Lake) -> None:
    answer = charlie.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=/")


def test_people_and_passages_are_told_apart_in_how_it_was_made(alice: User, late: Lake) -> None:
    page = text(signed_in(alice), "/?period=all")
    assert "Here people are counted: whoever had it bad at least once in the period counts as one" in page
