"""Customers: who was there lately, how one is found, and what one lived - within the rights of who looks."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.core import ids
from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import PLACES, UNITS, signed_in
from heartline.server.shell import opened
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events

pytestmark = pytest.mark.django_db

JOURNEYS = {
    "order": {"label": "An order", "per": "ref", "starts": ["shop"], "goal": "delivery", "within_s": 9 * 86400},
}


def text(client: Client, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def plain(page: str) -> str:
    """Give the text of a page."""
    main = re.sub(r"(?s)<(script|style).*?</\1>", "", page[page.index("<main") :])
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


@pytest.fixture
def lived(lake: Lake, tmp_path: Any, settings: Any) -> Lake:
    """Give what Anna lived in Berlin and in Vienna, and Zoe in Vienna alone."""
    made = Lake.create(tmp_path / "lived")
    mail = ids.identifier("email", "anna@example.org", made.key)
    zoe = ids.identifier("email", "zoe@example.org", made.key)
    rows: list[Event] = [
        (mail, "shop", "2024-03-01 22:30", {"ref": "o-17", "amount": 20, "currency": "EUR", "channel": "store",
                                            "unit": "berlin"}),
        (mail, "delivery", "2024-03-03 10:00", {"ref": "o-17", "wait_s": 7200, "succeeded": False, "unit": "berlin",
                                                "channel": "delivery", "score": 1, "scale": "stars5"}),
        (mail, "support", "2024-03-04 09:00", {"text": "<b>Where is it?</b>", "feeling": -0.5, "channel": "phone",
                                               "unit": "berlin"}),
        (mail, "shop", "2024-03-09 10:00", {"ref": "o-18", "amount": -7.5, "currency": "EUR", "unit": "berlin"}),
        (mail, "cafe", "2024-03-10 10:00", {"amount": 9, "currency": "CHF", "unit": "wien", "ref": "w-1"}),
        (mail, "support", "2024-03-11", {"score": 5, "scale": "stars5", "text": "Thank you", "unit": "berlin",
                                         "occurred_precision": "day"}),
        (zoe, "cafe", "2024-03-12 10:00", {"text": "Sachertorte", "unit": "wien", "ref": "o-17"}),
    ]  # fmt: skip
    places = {**PLACES, "shop": {"label": "Shop"}, "cafe": {"label": "Café"}}
    company = {"company": {"timezone": "Europe/Berlin"}}
    events(tmp_path / "lived", rows, unit=UNITS, touchpoint=places, journey=JOURNEYS, settings=company)
    settings.DATA = tmp_path / "lived"
    opened._opened.cache_clear()
    return made


def id_of(lake: Lake, mail: str) -> str:
    return ids.identifier("email", mail, lake.key)


def test_who_was_here_lately_comes_first(alice: User, lived: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/customers/")
    assert "<strong>" in page
    assert "2 customers had to do with us, in 7 contacts." in plain(page)
    names = re.findall(r'<a href="(/customers/email:[^"]+)">(Customer \w{8})</a>', page)
    assert [link for link, _ in names] == [
        f"/customers/{id_of(lived, mail)}/" for mail in ("zoe@example.org", "anna@example.org")
    ]
    (link,) = re.findall(r'<a class="num" href="(/behind/[^"]+)">6</a>', page)
    assert "<strong>6 entries</strong>" in text(client, link)


@pytest.mark.parametrize("typed", ["anna@example.org", " ANNA@example.org ", "email:anna@example.org", "o-18"])
def test_somebody_is_found_by_what_one_has_at_hand(alice: User, lived: Lake, typed: str) -> None:
    answer = signed_in(alice).post("/customers/find/", {"who": typed})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/customers/{id_of(lived, 'anna@example.org')}/"


def test_a_pseudonym_leads_there_too_and_an_order_of_two_asks_whom(alice: User, lived: Lake) -> None:
    client = signed_in(alice)
    anna, zoe = id_of(lived, "anna@example.org"), id_of(lived, "zoe@example.org")
    assert client.post("/customers/find/", {"who": anna}).headers["Location"] == f"/customers/{anna}/"
    both = client.post("/customers/find/", {"who": "o-17"}).content.decode()
    assert "2 people go by this." in both
    assert re.findall(r'href="/customers/(email:[0-9a-f]+)/"', both) == [zoe, anna]


@pytest.mark.parametrize("typed", ["", "nobody@example.org", ":", "o-99"])
def test_who_is_not_found_is_said_and_what_was_typed_is_in_no_address(alice: User, lived: Lake, typed: str) -> None:
    client = signed_in(alice)
    answer = client.post("/customers/find/", {"who": typed})
    assert answer.headers["Location"] == "/customers/?missing=1"
    assert "Nobody goes by that here." in text(client, "/customers/?missing=1")
    assert client.get("/customers/find/").status_code == 405


def test_one_timeline_over_all_channels(alice: User, lived: Lake) -> None:
    client = signed_in(alice)
    page = text(client, f"/customers/{id_of(lived, 'anna@example.org')}/")
    said = plain(page)
    assert "6 contacts since March 1, 2024, the last on March 11, 2024." in said
    assert "They felt now one way, now the other; the last time content ." in said
    days = re.findall(r'<h3 class="day">([^<]+)</h3>', page)
    assert days == [
        "Monday, March 11, 2024", "Sunday, March 10, 2024", "Saturday, March 9, 2024", "Monday, March 4, 2024",
        "Sunday, March 3, 2024", "Friday, March 1, 2024",
    ]  # fmt: skip
    clocks = re.findall(r'<span class="clock">([^<]*)</span><span class="channel"><svg.*?</svg> ([^<]+)</span>', page)
    assert clocks[0] == ("", "Web")  # only the day is known
    assert clocks[-1] == ("23:30", "Store")  # in company time
    delivery = said[said.index("Sunday, March 3") : said.index("Friday, March 1")]
    for fact in ("waited 2.0 h", "went wrong", "Stars: 1 of 5", "Berlin", "number o-17", "at its goal: An order"):
        assert fact in delivery
    assert "7.50 EUR back" in said
    assert "begins: An order" in said[said.index("Friday, March 1") :]
    assert (
        "&lt;b&gt;Where is it?&lt;/b&gt;"
        in client.get(f"/customers/{id_of(lived, 'anna@example.org')}/").content.decode()
    )


def test_several_currencies_stand_side_by_side(alice: User, lived: Lake) -> None:
    client = signed_in(alice)
    page = text(client, f"/customers/{id_of(lived, 'anna@example.org')}/")
    keys = re.findall(r'<dt>([^<]+)</dt><dd><a class="num" href="([^"]+)">([^<]+)</a>', page)
    assert [(term, value) for term, _, value in keys] == [
        ("Contacts", "6"), ("Money in CHF", "9.00"), ("Money in EUR", "12.50"), ("Feeling, from −1 to 1", "−0.17"),
    ]  # fmt: skip
    for (_, link, _), rows in zip(keys, (6, 1, 2, 3), strict=True):
        assert text(client, link).count("<tr>") == rows + 1
    assert "Several currencies are never added together." in page


def test_the_journeys_they_made_open_their_steps(alice: User, lived: Lake) -> None:
    client = signed_in(alice)
    page = text(client, f"/customers/{id_of(lived, 'anna@example.org')}/")
    trips = page[page.index("Journeys they made") : page.index("What they lived")]
    assert re.findall(r'<td class="wide state (\w+)">([^<]+)<', trips) == [
        ("unknown", "did not reach Delivery"), ("good", "reached Delivery"),
    ]  # fmt: skip
    (link,) = re.findall(r'href="(/behind/[^"]+column=steps)">2</a>', trips)
    assert "<strong>2 entries</strong>" in text(client, link)


def test_pages_that_one_looked_at_stand_together(alice: User, lived: Lake) -> None:
    seen = [(f"2024-03-20 10:0{minute}", place) for minute, place in enumerate(("home", "shop", "shop", "basket"))]
    rows: list[Event] = [("emil", place, at, {"unit": "berlin"}) for at, place in seen]
    rows.append(("emil", "shop", "2024-03-20 11:00", {"amount": 5, "currency": "EUR", "unit": "berlin"}))
    events(lived.folder, rows)
    said = plain(text(signed_in(alice), "/customers/user_id:emil/?period=all"))
    assert "12:00 Web Shop 5.00 EUR · Berlin 11:00 Web Home → Shop 2 times → Basket Berlin" in said


def test_long_lives_come_in_pages(alice: User, lived: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heartline.server.people.customers.views.ENTRIES", 4)
    client = signed_in(alice)
    address = f"/customers/{id_of(lived, 'anna@example.org')}/"
    first, second = text(client, address), text(client, f"{address}?page=2")
    assert (first.count('class="clock"'), second.count('class="clock"')) == (4, 2)
    assert '<a href="?page=2">Earlier</a>' in first
    assert '<a href="?page=1">Later</a>' in second
    assert "6 contacts since" in plain(second)


def test_filters_narrow_what_is_shown(alice: User, lived: Lake) -> None:
    address = f"/customers/{id_of(lived, 'anna@example.org')}/"
    assert text(signed_in(alice), f"{address}?channel=phone").count('class="clock"') == 1
    assert "Nothing happened here that these filters leave." in text(signed_in(alice), f"{address}?period=2001")


def test_bob_of_berlin_sees_nothing_of_vienna(bob: User, lived: Lake) -> None:
    client = signed_in(bob)
    anna, zoe = id_of(lived, "anna@example.org"), id_of(lived, "zoe@example.org")
    listed = text(client, "/customers/")
    assert "1 customer had to do with us, in 5 contacts." in plain(listed)
    assert zoe not in listed
    page = text(client, f"/customers/{anna}/")
    for secret in ("CHF", "Café", "w-1", "Vienna", "Sachertorte"):
        assert secret not in plain(page).replace("Touchpoint all", "").partition("Contacts")[2]
    assert client.get(f"/customers/{zoe}/").status_code == 404
    for typed in ("zoe@example.org", "w-1", zoe):
        assert client.post("/customers/find/", {"who": typed}).headers["Location"] == "/customers/?missing=1"
    assert client.post("/customers/find/", {"who": "o-17"}).headers["Location"] == f"/customers/{anna}/"
    assert client.get("/customers/?unit=wien").status_code == 400


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MARKETER])
def test_who_may_not_see_people_sees_none(lived: Lake, role: Role) -> None:
    client = signed_in(User.objects.create_user("v@example.org", role=role))
    for address in ("/customers/", f"/customers/{id_of(lived, 'anna@example.org')}/"):
        assert client.get(address).status_code == 403
    assert client.post("/customers/find/", {"who": "anna@example.org"}).status_code == 403
    assert "/customers/" not in text(client, "/ratings/")


def test_nobody_by_that_name_is_a_page_that_is_not_there(alice: User, lived: Lake) -> None:
    answer = signed_in(alice).get("/customers/email:0000/")
    assert answer.status_code == 404
    assert "Nothing is known of this person here." in answer.content.decode()


def test_an_empty_folder_teaches_the_one_step(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice), "/customers/")
    assert "Bring in anything with a customer number" in page
    assert 'href="/import/">Bring your data in</a>' in page


def test_the_number_of_queries_does_not_grow_with_the_rows(alice: User, lived: Lake) -> None:
    client = signed_in(alice)
    pages = ("/customers/", f"/customers/{id_of(lived, 'anna@example.org')}/")

    def queries() -> list[int]:
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            found.append(len(captured))
        return found

    few = queries()
    anna = id_of(lived, "anna@example.org")
    more: list[Event] = [
        (who, "shop", f"2024-03-{day:02} 11:00", {"ref": f"r-{day}", "unit": "berlin"})
        for day in range(1, 29)
        for who in (anna, f"p{day}")
    ]
    events(lived.folder, more)
    assert queries() == few


def test_they_speak_german_where_german_is_asked(alice: User, lived: Lake) -> None:
    client = signed_in(alice)
    assert "<h1>Wer sind unsere Kunden?</h1>" in text(client, "/customers/", **{"Accept-Language": "de"})
    page = text(client, f"/customers/{id_of(lived, 'anna@example.org')}/", **{"Accept-Language": "de"})
    assert "6 Kontakte seit dem 1. März 2024, zuletzt am 11. März 2024." in plain(page)
    assert "ging schief" in page
