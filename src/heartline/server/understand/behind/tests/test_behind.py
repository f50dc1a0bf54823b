"""Behind any number stand its rows: as a page, as CSV, within the reader's rights."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from heartline.core.errors import InvalidInput
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.shell import doors
from heartline.store.lake import Lake
from heartline.store.tests.world import events

ALL = {"period": "all"}
PEOPLE = doors.Door("touchpoints", ALL, row={"touchpoint": "delivery"}, column="interactions")


def test_a_door_reads_back_as_it_was_written() -> None:
    written = doors.Door(
        "paths", {"channel": ("web", "store"), "journey": "order"}, row={"path": ["a", "b"]}, column="trips"
    )
    assert doors.read(QueryDict(written.query)) == written
    figure = doors.Door("paths", {"journey": "order"}, figure="through_goal_paths")
    assert doors.read(QueryDict(figure.query)) == figure


@pytest.mark.parametrize(
    "query", ["", "of=scores", "of=scores&figure=a&column=b", "of=scores&column=n&row=[1]", "of=x&column=n&row={"]
)
def test_an_address_that_names_no_number_is_refused(query: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        doors.read(QueryDict(query))
    assert caught.value.code == "bad_value"


def test_the_page_lists_the_rows_of_a_cell(lake: Lake, alice: User) -> None:
    page = signed_in(alice).get(doors.door("touchpoints", ALL, row={"touchpoint": "delivery"}, column="interactions"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Delivery: entries" in text
    assert "<strong>4 entries</strong>" in text
    assert text.count("<tr>") == 1 + 4


def test_a_person_behind_a_number_is_named_and_led_to(lake: Lake, alice: User) -> None:
    """Their whole time is one passage: its owner is a customer, not the number of an order."""
    who = "0123abcd" * 4
    events(lake.folder, [(who, "delivery", "2024-04-01 10:00", {"succeeded": False})])
    page = signed_in(alice).get(doors.door("touchpoints", ALL, row={"touchpoint": "delivery"}, column="share_bad"))
    text = page.content.decode()
    assert f'<a href="{reverse("customer", args=[f"user_id:{who}"])}">0123abcd</a>' in text
    assert '<th scope="col">Person</th>' in text


def test_words_of_customers_are_text_and_never_markup(lake: Lake, alice: User) -> None:
    text = signed_in(alice).get(doors.door("scores", ALL, figure="answers")).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


def test_the_export_has_every_row_and_runs_nothing(lake: Lake, alice: User) -> None:
    export = doors.door("scores", ALL, figure="answers").replace("/behind/", "/behind.csv")
    lines = b"".join(signed_in(alice).get(export).streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + 6
    assert any("'=cmd|" in line for line in lines)


def test_a_manager_opens_the_rows_of_her_units_only(lake: Lake, bob: User) -> None:
    client = signed_in(bob)
    page = client.get(doors.door("scores", ALL, figure="answers"))
    assert "<strong>3 entries</strong>" in page.content.decode()
    foreign = client.get(doors.door("scores", {**ALL, "unit": ("wien",)}, figure="answers"))
    assert foreign.status_code == 403


def test_a_stranger_is_led_to_the_door(lake: Lake, charlie: Client, db: None) -> None:
    answer = charlie.get(doors.door("scores", ALL, figure="answers"))
    assert urlsplit(answer.headers["Location"]).path == "/accounts/login/"


@pytest.mark.parametrize(
    ("verb", "figure", "status"), [("nothing", "n", 404), ("scores", "nothing", 404), ("evidence", "n", 400)]
)
def test_what_is_not_there_is_said(lake: Lake, alice: User, verb: str, figure: str, status: int) -> None:
    page = signed_in(alice).get(doors.door(verb, ALL, figure=figure))
    assert page.status_code == status
    assert "That did not work" in page.content.decode()
