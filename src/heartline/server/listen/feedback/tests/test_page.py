"""The newest feedback on cards: what stands on them, what narrows them, what is counted beside."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heartline.listen.surveys import codebook
from heartline.listen.surveys.tests.answered import POLL, facts, survey
from heartline.server.accounts import commands
from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tests.pages import kinds, sentence, text
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


def said(page: str) -> list[str]:
    """Give the cards as a reader sees them."""
    cards = re.findall(r"<article.*?</article>", page)
    return [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", card))).strip() for card in cards]


def test_answers_and_texts_newest_first(alice: User, lake: Lake) -> None:
    page = text(signed_in(alice), "/feedback/")
    assert sentence(page) == (
        "6 pieces of feedback: 6 with an answer on a scale, 4 with a text, some with both. Of all, 4 are content and 2"
        " unhappy."
    )
    assert (
        said(page)[0] == "content Support March 5, 2024 09:00 Stars: 4 of 5 -1 stars being read Web Vienna nobody known"
    )
    assert [card.split("Stars: ")[1][0] for card in said(page)] == ["4", "5", "1", "2", "4", "5"]
    assert "<script>alert" not in page
    assert 'href="/touchpoints/delivery/"' in page
    assert 'href="/customers/user_id:anna/"' in page


def test_every_number_opens_its_rows(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/feedback/")
    found = re.search(r'<p class="answer">(.*?)</p>', page)
    assert found is not None
    doors = re.findall(r'href="([^"]+)">(\d+)<', found[1])
    assert [number for _, number in doors] == ["6", "6", "4", "4", "2"]
    for link, number in doors:
        shown = text(client, unescape(link))
        assert re.search(rf"<strong>{number} entr", shown)
    beside = re.findall(r'<a class="num" href="([^"]+)">([^<]+)<', page.partition("<aside")[2])
    assert len(beside) > 10
    for link in kinds(link for link, _ in beside):
        assert "<strong>" in text(client, link)


@pytest.mark.parametrize(
    ("query", "scores"),
    [
        ("tone=bad", ["1", "2"]),
        ("only=texts&unit=berlin", ["1", "5"]),
        ("only=low&touchpoint=support", ["2"]),
        ("only=unread", ["4", "1", "2", "5"]),
        ("scale=stars5&period=2024-02", ["2", "4", "5"]),
        ("theme=waiting", []),
    ],
)
def test_filters_stay_in_the_address_and_narrow_cards_and_stream(
    alice: User, lake: Lake, query: str, scores: list[str]
) -> None:
    page = text(signed_in(alice), f"/feedback/?{query}")
    assert [card.split("Stars: ")[1][0] for card in said(page)] == scores
    found = re.search(r'data-stream="([^"]+)"', page)
    assert found is not None
    assert set(query.split("&")) < set(unescape(found[1]).partition("?")[2].split("&"))


@pytest.mark.parametrize("query", ["tone=odd", "only=odd", "theme=odd", "scale=odd", "unit=odd", "period=odd"])
def test_what_cannot_be_asked_is_said(alice: User, lake: Lake, query: str) -> None:
    answer = signed_in(alice).get(f"/feedback/?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_one_response_is_one_card_that_says_what_was_asked(alice: User, lake: Lake) -> None:
    events(lake.folder, facts(POLL, "r1", {"likely": 3, "why": "kind"}, "2024-03-08", "anna"),
           survey={"poll": codebook.body([POLL])})  # fmt: skip
    page = text(signed_in(alice), "/feedback/?period=2024-03-08")
    (card,) = said(page)
    assert "Likely Smileys: 3 of 3 Why kind" in card
    assert card.endswith("Poll")
    assert 'href="/surveys/poll/answers/r1/"' in page


def test_anonymous_answers_are_never_shown_one_by_one(alice: User, lake: Lake) -> None:
    hidden = survey({"key": "likely", "ask": "nps"}, {"key": "why", "ask": "comment"}, key="quiet", anonymous=True)
    rows = [row for number in range(7) for row in
            facts(hidden, f"r{number}", {"likely": 3, "why": "a secret"}, "2024-03-08")]  # fmt: skip
    events(lake.folder, rows, survey={"quiet": codebook.body([hidden])})
    client = signed_in(alice)
    page = text(client, "/feedback/?period=all")
    assert len(said(page)) == 6
    assert "a secret" not in page
    assert "a secret" not in client.get("/feedback/stream/?since=0&period=all").content.decode()


def test_who_may_not_see_people_sees_what_they_said(lake: Lake, db: None) -> None:
    viewer = commands.create_user(email="vera@example.org", role=Role.VIEWER, by="test")
    page = text(signed_in(viewer), "/feedback/")
    assert len(said(page)) == 6
    assert "/customers/" not in page.partition("<main")[2]
    assert "nobody known" not in page


def test_who_is_here_for_a_unit_sees_that_one(bob: User, lake: Lake) -> None:
    page = text(signed_in(bob), "/feedback/")
    assert [card.split("Stars: ")[1][0] for card in said(page)] == ["1", "4", "5"]
    assert "Vienna" not in page


def test_an_empty_company_is_told_what_to_do(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice), "/feedback/")
    assert 'href="/surveys/"' in page
    assert 'href="/import/"' in page
    assert "data-stream=" in page  # the first answer appears by itself
    assert "<noscript>" in page


def test_it_speaks_the_language_of_its_reader(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    client.cookies["language"] = "de"
    page = text(client, "/feedback/")
    assert "Was sagen Kundinnen und Kunden gerade?" in page
    client.cookies["language"] = "es"
    assert "¿Qué dicen los clientes ahora mismo?" in text(client, "/feedback/")


def test_queries_do_not_grow_with_cards(alice: User, lake: Lake) -> None:
    client = signed_in(alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(client, "/feedback/")
        return len(seen)

    queries()
    few = queries()
    more: Any = [
        ("emil", "delivery", f"2024-03-05 10:{minute}", {"score": 3.0, "scale": "stars5"}) for minute in range(10, 30)
    ]
    events(lake.folder, more)
    assert queries() == few
