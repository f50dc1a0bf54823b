"""Correcting touchpoints on a page: seen before, done, followed by every page, taken back."""

from __future__ import annotations

import re

import pytest

from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.catalogue.tests.test_pages import shop, text
from heartline.server.jobs.tasks import publish
from heartline.server.shell import published
from heartline.store.disk import locked
from heartline.store.lake import Lake

__all__ = ["shop"]
pytestmark = pytest.mark.django_db

PAGE = "/company/touchpoint/support/placement/"


def places(lake: Lake) -> list[str]:
    snapshot = lake.at()
    return sorted(snapshot.execute(snapshot.rows("touchpoint"))["touchpoint"].to_pylist())


def test_a_touchpoint_that_is_really_another_becomes_part_of_it(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    before = places(shop)
    look = text(client, PAGE, {"to": "delivery", "do": "look"})
    assert "“Support” becomes a part of “Delivery”" in look
    rows = re.findall(r'<th scope="row">([^<]+)</th><td[^>]*>([^<]+)</td><td[^>]*><b>([^<]+)</b>', look)
    assert ("Delivery: interactions", "7", "9") in rows
    assert ("Support: interactions", "2", "–") in rows
    assert places(shop) == before
    done = text(client, PAGE, {"to": "delivery", "do": "move"})
    assert "Done: 2 interactions were placed anew." in done
    assert places(shop).count("delivery") == 9
    entry = AuditEntry.objects.get(action="correct_placement")
    assert (entry.by, entry.subject, entry.details["to"]) == ("alice@example.org", "touchpoint support", "delivery")
    page = text(client, "/company/touchpoint/delivery/")
    assert "Other names of it that sources use: support." in page
    back = text(client, "/company/touchpoint/delivery/placement/", {"version": "3", "do": "take_back"})
    assert "Done: 2 interactions were placed anew." in back
    assert places(shop) == before
    assert "Take this back" not in back
    again = text(client, PAGE, {"version": "3", "do": "take_back"}, status=400)
    assert "This correction has been taken back already." in again


def test_other_pages_follow_with_the_next_publication(alice: User, shop: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [one for one in published.questions(shop.at().definitions.all("journey")) if one.verb == "scores"]
    assert asked
    monkeypatch.setattr(published, "questions", lambda _journeys: asked)  # those of the page that is looked at
    client = signed_in(alice)
    publish.func()
    rated = text(client, "/ratings/?period=all")
    assert '<th scope="row">Support<' in rated[rated.index("What was rated") :]
    text(client, PAGE, {"to": "delivery", "do": "move"})
    publish.func()
    assert '<th scope="row">Support<' not in text(client, "/ratings/?period=all")


def test_what_is_imported_later_follows_by_a_rule_that_can_be_ended(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    asked = {"to": "delivery", "where_unit": "wien", "later": "yes"}
    assert '<option value="yes" selected>what is imported later follows</option>' in text(client, PAGE)
    look = text(client, PAGE, {**asked, "do": "look"})
    assert "What is imported later and is alike follows." in look
    assert '<input type="hidden" name="later" value="yes">' in look
    done = text(client, PAGE, {**asked, "do": "move"})
    assert "What is imported later</h2>" in done
    assert shop.at().definitions.get("touchpoint", "delivery")["takes"] == [
        {"touchpoint": ["support"], "unit": ["wien"]}
    ]
    assert AuditEntry.objects.get(action="correct_placement").details["later"] is True
    ended = text(client, PAGE, {"do": "end_rule", "at": "delivery", "rule": "0"})
    assert "What is imported later</h2>" not in ended
    assert not shop.at().definitions.get("touchpoint", "delivery").get("takes")
    gone = text(client, PAGE, {"do": "end_rule", "at": "delivery", "rule": "0"}, status=400)
    assert "This rule has ended already." in gone


def test_some_of_it_moves_alone(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    look = text(client, PAGE, {"to": "delivery", "where_unit": "germany", "do": "look"})
    assert "Some of what happened at “Support” moves to “Delivery”." in look
    assert "What is imported later stays where its source puts it." in look
    assert "No headline number changes." in look  # both were in Vienna
    done = text(client, PAGE, {"to": "delivery", "where_unit": "wien", "where_kind": "feedback", "do": "move"})
    assert "Done: 2 interactions" in done
    assert "support" in shop.at().definitions.all("touchpoint")


def test_another_name_and_stage_go_the_same_way_as_on_its_page(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    assert 'action="/company/touchpoint/support/"' in text(client, PAGE)
    form = {"label": "Help desk", "stage": "support", "department": "Service",
            "shown": ["label", "stage", "department"]}  # fmt: skip
    look = text(client, "/company/touchpoint/support/", {**form, "do": "look"})
    assert "Interactions in “Support”: 0 → 2." in look or '<td data-label="Then"><b>2</b>' in look
    text(client, "/company/touchpoint/support/", {**form, "do": "save"})
    snapshot = shop.at()
    rows = snapshot.rows("touchpoint", "stage")
    found = snapshot.execute(rows.filter(rows.touchpoint == "support"))["stage"].to_pylist()
    assert found == ["support", "support"]


def test_nothing_is_waited_for_while_an_import_writes(alice: User, shop: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heartline.server.shell.opened.PATIENCE_S", 0.02)
    client = signed_in(alice)
    with locked(shop.folder / "lake" / "write.lock"):
        page = text(client, PAGE, {"to": "delivery", "do": "move"}, status=400)
    assert "An import is writing just now." in page


def test_where_it_cannot_go_is_said_in_german(alice: User, shop: Lake) -> None:
    client = signed_in(alice)
    assert "Stimmt „Support“?" in text(client, PAGE, language="de")
    page = text(client, PAGE, {"to": "support", "do": "look"}, status=400, language="de")
    assert "Sie sind schon an diesem Kontaktpunkt." in page
    text(client, PAGE, {"to": "", "do": "move"}, status=400)
