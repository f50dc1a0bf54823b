"""The catalogue's pages: lists, forms, previews, history."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.collect import catalogue
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db

KINDS = ("touchpoint", "stage", "channel", "journey", "unit", "product", "scale", "segment", "event", "settings")


def text(client: Client, address: str, data: Any = None, *, status: int = 200, language: str = "en") -> str:
    headers = {"Accept-Language": language}
    if data is None:
        answer = client.get(address, headers=headers, follow=True)
    else:
        answer = client.post(address, data, headers=headers, follow=True)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def touchpoint(**changed: str) -> dict[str, Any]:
    """Give the filled form of a touchpoint, as its page sends it."""
    form = {"label": "Delivery", "stage": "delivery", "channel": "delivery", "department": "", "contributes": "",
            "expected_wait_s": "", "expected_wait_s_unit": "d"}  # fmt: skip
    shown = [name for name in form if not name.endswith("_unit")]
    return {**form, **changed, "shown": shown}


def test_a_touchpoint_is_called_as_the_language_of_the_page_calls_it(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    form = touchpoint(labels_de="Zustellung", labels_es=" ", do="save")
    form["shown"] = [*form["shown"], "labels"]
    assert "Deutsch: Zustellung" in text(client, "/company/touchpoint/delivery/", {**form, "do": "look"}, language="de")
    text(client, "/company/touchpoint/delivery/", form)
    assert lake.at().definitions.all("touchpoint")["delivery"]["labels"] == {"de": "Zustellung"}
    names = {"en": "Delivery", "de": "Zustellung", "es": "Delivery"}
    for language, name in names.items():
        page = text(client, "/company/touchpoint/", language=language)
        assert re.search(rf'href="/company/touchpoint/delivery/"[^>]*>{name}<', page)
    assert 'name="labels_de" value="Zustellung"' in text(client, "/company/touchpoint/delivery/")


@pytest.fixture
def shop(lake: Lake) -> Lake:
    """Add to the cast's company a journey, with waits at its delivery."""
    days = [("emil", 1, 2.0), ("fred", 2, 5.0), ("gina", 3, 9.0), ("hans", 4, None)]
    rows: list[Any] = []
    for who, day, wait in days:
        rows.append((who, "order", f"2024-03-{day:02} 08:00", {"stage": "purchase"}))
        if wait:
            rows.append((who, "delivery", f"2024-03-{day + int(wait):02} 10:00", {"wait_s": wait * 86_400}))
    return events(
        lake.folder,
        rows,
        touchpoint={"order": {"label": "Order", "stage": "purchase"}},
        journey={"buy": {"label": "Orders", "starts": ["order"], "goal": "delivery", "within_s": 30 * 86_400.0}},
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_page_in_every_language(alice: User, shop: Lake, kind: str) -> None:
    client = signed_in(alice)
    for language in ("en", "de", "es"):
        page = text(client, f"/company/{kind}/", language=language)
        assert f'<html lang="{language}">' in page
        assert f"/company/{kind}/" in text(client, "/company/", language=language)
    text(client, f"/company/{kind}/{'company' if kind == 'settings' else '+'}/")


def test_the_menu_offers_it_to_who_may_define(alice: User, bob: User, lake: Lake) -> None:
    assert 'href="/company/"' in text(signed_in(alice), "/company/")
    assert 'href="/company/" aria-current' not in text(signed_in(bob), "/company/")


def test_a_touchpoint_is_changed_after_seeing_what_that_does(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/company/touchpoint/delivery/")
    assert '<option value="delivery" selected>Delivery</option>' in page
    look = text(client, "/company/touchpoint/delivery/", touchpoint(expected_wait_s="4", do="look"))
    assert "Promised wait</b>: – <span" in look
    assert "4.0 days" in look
    # of seven known experiences - four answers, of which one bad, three waits - two waits are too long now
    assert "Delivery: how it went" in look
    assert shop.at().definitions.all("touchpoint")["delivery"].get("expected_wait_s") is None
    assert not AuditEntry.objects.filter(action="define").exists()
    saved = text(client, "/company/touchpoint/delivery/", touchpoint(expected_wait_s="4", do="save"))
    assert "All pages follow within half a minute." in saved
    assert shop.at().definitions.all("touchpoint")["delivery"]["expected_wait_s"] == 345_600
    entry = AuditEntry.objects.get(action="define")
    assert (entry.by, entry.subject, entry.details["version"]) == ("alice@example.org", "touchpoint delivery", 3)
    assert "alice@example.org" in saved


def test_the_preview_says_exactly_what_the_pages_will_say(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    form = {"label": "Orders", "goal": "support", "within_s": "30", "within_s_unit": "d", "starts": ["order"],
            "shown": ["label", "goal", "within_s", "starts"]}  # fmt: skip
    look = text(client, "/company/journey/buy/", {**form, "do": "look"})
    rows = re.findall(r'<th scope="row">([^<]+)</th><td[^>]*>([^<]+)</td><td[^>]*><b>([^<]+)</b>', look)
    assert {subject: (now, then) for subject, now, then in rows} == {
        "Orders: how many reach the goal": ("75 in 100 trips reach “Delivery”", "0 in 100 trips reach “Support”"),
        "Orders: half of them need up to": ("5.1 days", "–"),
    }
    assert "75 in 100 trips reach “Delivery” → 0 in 100 trips reach “Support”." in look


def test_a_name_changes_no_number(alice: User, shop: Lake) -> None:
    look = text(signed_in(alice), "/company/touchpoint/delivery/", touchpoint(label="Parcel", do="look"))
    assert "No headline number changes." in look
    assert "Name</b>: Delivery <span" in look


def test_it_can_be_set_back(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    text(client, "/company/touchpoint/delivery/", touchpoint(label="Parcel", do="save"))
    page = text(client, "/company/touchpoint/delivery/?version=1")
    assert 'name="label" value="Delivery"' in page
    saved = text(client, "/company/touchpoint/delivery/?version=1", touchpoint(do="save"))
    assert "<h1>Delivery</h1>" in saved
    assert shop.at().definitions.all("touchpoint")["delivery"]["label"] == "Delivery"
    found = catalogue.history(shop.at(), "touchpoint", "delivery")
    assert [(one.body or {})["label"] for one in found] == ["Delivery", "Parcel", "Delivery"]


def test_two_at_once_do_not_overwrite_each_other(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    text(client, "/company/touchpoint/delivery/", touchpoint(label="Parcel", do="save", seen="1"))
    page = text(client, "/company/touchpoint/delivery/", touchpoint(label="Box", do="save", seen="1"), status=400)
    assert "Somebody else changed this in the meantime." in page
    assert shop.at().definitions.all("touchpoint")["delivery"]["label"] == "Parcel"


def test_what_is_wrong_is_said_beside_its_field_in_german(alice: User, shop: Lake) -> None:
    page = text(
        signed_in(alice), "/company/touchpoint/delivery/", touchpoint(expected_wait_s="bald", do="look"), status=400,
        language="de",
    )  # fmt: skip
    assert "„Zugesagte Wartezeit“ braucht eine Zeit" in page
    assert page.count("„Zugesagte Wartezeit“ braucht eine Zeit") == 2  # above, and beside the field


def test_something_new_gets_its_key_from_its_name(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    form = {"label": "Click & Collect", "stage": "purchase", "do": "save", "shown": ["label", "stage"]}
    assert "<h1>Click & Collect</h1>" in text(client, "/company/touchpoint/+/", form)
    assert shop.at().definitions.all("touchpoint")["click_collect"] == {"label": "Click & Collect", "stage": "purchase"}
    assert "There already is one called" in text(client, "/company/touchpoint/+/", form, status=400)


def test_a_scale_is_added_and_one_that_came_along_is_changed(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    form = {"low": "1", "high": "4", "measure": "top", "top_from": "3", "shown": ["low", "high", "measure", "top_from"]}
    text(client, "/company/scale/+/", {**form, "key": "School marks", "do": "save"})
    assert shop.at().definitions.scales["school_marks"].high == 4
    stars = {**form, "high": "5", "measure": "mean", "top_from": "5"}
    look = text(client, "/company/scale/stars5/", {**stars, "do": "look"})
    assert "67 in 100 are content (Stars) → 33 in 100 are content (Stars)." in look
    text(client, "/company/scale/stars5/", {**stars, "do": "save"})
    assert shop.at().definitions.scales["stars5"].top_from == 5


def test_what_is_removed_can_be_brought_back(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    assert "“buy” still names it" in text(client, "/company/touchpoint/order/", {"do": "look_remove"}, status=400)
    text(client, "/company/touchpoint/support/", {"do": "remove"})
    assert "support" not in shop.at().definitions.all("touchpoint")
    gone = text(client, "/company/touchpoint/support/")
    assert "This was removed." in gone
    form = {"label": "Support", "shown": ["label"], "do": "save"}
    text(client, "/company/touchpoint/support/?version=1", form)
    assert shop.at().definitions.all("touchpoint")["support"]["label"] == "Support"


def test_the_company_is_set_and_rates_are_dated(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    form: dict[str, Any] = {
        "timezone": "Europe/Berlin", "week_start": "sunday", "currency": "EUR", "hours": "Mo-Fr 09:00-18:00",
        "rates_date": ["2024-01-01", ""], "rates_currency": ["USD", ""], "rates_rate": ["0,92", ""], "do": "save",
        "shown": ["timezone", "week_start", "currency", "hours", "rates"],
    }  # fmt: skip
    text(client, "/company/settings/", form)
    settings = shop.at().definitions.settings
    assert settings["rates"] == [{"date": "2024-01-01", "currency": "USD", "rate": 0.92}]
    assert (settings["timezone"], settings["week_start"], settings["hours"]) == (
        "Europe/Berlin", "sunday", "Mo-Fr 09:00-18:00",
    )  # fmt: skip
    page = text(client, "/company/settings/", {**form, "rates_date": ["", ""], "do": "look"}, status=400)
    assert "A rate needs the day from which on it holds." in page


def test_a_group_of_people_is_made_by_a_form_and_counted(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    form = {"label": "Unhappy with delivery", "any_touchpoint": "delivery", "any_feeling": "bad",
            "shown": ["label", "any", "none"]}  # fmt: skip
    look = text(client, "/company/segment/+/", {**form, "do": "look"})
    assert "People in “Unhappy with delivery”: – → 1." in look
    assert "judged Delivery, was unhappy" in look
    text(client, "/company/segment/+/", {**form, "do": "save"})
    body = shop.at().definitions.all("segment")["unhappy_with_delivery"]
    assert body["any"] == [{"about": "delivery", "feeling_to": -0.001}]
    assert '<option value="bad" selected>' in text(client, "/company/segment/unhappy_with_delivery/")


def test_rules_beyond_the_form_are_shown_and_changed_as_text(alice: User, shop: Lake) -> None:
    events(shop.folder, [], segment={"many": {"label": "Many", "any": [{"touchpoint": ["order", "support"]}]}})
    page = text(signed_in(alice), "/company/segment/many/")
    assert "was at Order, Support" in page
    assert "any_touchpoint" not in page


def test_units_are_a_tree_and_long_lists_have_pages_and_a_search(alice: User, shop: Lake) -> None:
    units = {f"shop {number}": {"name": f"Shop {number:03}", "parent": "wien"} for number in range(120)}
    events(shop.folder, [], unit=units)
    client = signed_in(alice)
    page = text(client, "/company/unit/")
    names = re.findall(r'class="level-(\d)"><a href="[^"]+">([^<]+)</a>', page)
    assert names[:4] == [("0", "Germany"), ("1", "Berlin"), ("0", "Vienna"), ("1", "Shop 000")]
    assert "page 1 of 3" in page
    assert len(re.findall("<tr>", text(client, "/company/unit/?q=shop+11"))) == 1 + 11
    assert "Nothing here has this name." in text(client, "/company/unit/?q=nowhere")


def test_keys_of_systems_may_be_anything(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    text(client, "/company/product/+/", {"key": "A/1 é", "name": "Tea", "price": "4,5", "do": "save",
                                         "shown": ["name", "price"]})  # fmt: skip
    assert shop.at().definitions.all("product")["A/1 é"] == {"name": "Tea", "price": 4.5}
    (address,) = re.findall(r'<a href="(/company/product/[^"]+)">Tea</a>', text(client, "/company/product/"))
    assert "<h1>Tea</h1>" in text(client, address)


def test_the_number_of_queries_does_not_grow_with_definitions(alice: User, shop: Lake) -> None:
    client = signed_in(alice)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            text(client, address)
        return len(captured)

    addresses = ("/company/touchpoint/", "/company/touchpoint/delivery/", "/company/")
    few = [queries(address) for address in addresses]
    events(shop.folder, [], touchpoint={f"place_{number}": {"label": f"Place {number}"} for number in range(60)})
    for label in ("One", "Two", "Three"):
        text(client, "/company/touchpoint/delivery/", touchpoint(label=label, do="save"))
    assert [queries(address) for address in addresses] == few


def test_who_may_not_define_sees_and_changes_nothing(bob: User, charlie: Client, shop: Lake) -> None:
    client = signed_in(bob)
    page = text(client, "/company/touchpoint/delivery/")
    assert '<form method="post" class="definition"' not in page
    for do in ("look", "save", "remove"):
        answer = client.post("/company/touchpoint/delivery/", touchpoint(label="Mine", do=do))
        assert answer.status_code in (400, 403)
    assert shop.at().definitions.all("touchpoint")["delivery"]["label"] == "Delivery"
    assert client.get("/company/as-text/").status_code == 403
    assert client.get("/company/touchpoint/delivery/placement/").status_code == 403
    assert charlie.get("/company/").status_code == 302


def test_who_sees_some_units_sees_those_only(bob: User, shop: Lake) -> None:
    page = text(signed_in(bob), "/company/unit/")
    assert "Berlin" in page
    assert "Vienna" not in page


def test_an_empty_company_is_told_what_will_be_here(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/company/touchpoint/")
    assert "Every place where customers have to do with you" in page
    assert "Add one" in page


def test_nothing_that_is_defined_is_run(alice: User, shop: Lake) -> None:
    events(shop.folder, [], touchpoint={"evil": {"label": "<script>alert(1)</script>"}})
    for address in ("/company/touchpoint/", "/company/touchpoint/evil/", "/company/as-text/?kind=touchpoint",
                    "/company/touchpoint/evil/placement/"):  # fmt: skip
        assert "<script>alert" not in signed_in(alice).get(address).content.decode()
