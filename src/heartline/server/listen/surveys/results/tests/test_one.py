"""The page of one response: every question with its answer, who it was, how it was read; of anonymous ones nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.formats import date_format

from heartline.listen.surveys import codebook
from heartline.listen.surveys.tests.answered import each, facts
from heartline.server.accounts import commands as people
from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.store.lake import Lake
from heartline.store.tests.world import events

from .test_results import ASKED, said

pytestmark = pytest.mark.django_db
PAGE = "/surveys/poll/answers/r001/"


@pytest.fixture
def one(lake: Lake) -> Lake:
    """Give two responses: one of somebody known, and one of nobody, brought in from elsewhere."""
    known = facts(ASKED, "r001", said(1, why="The clerk was kind"), "2024-02-15", who="p1", unit="berlin")
    theirs: Any = facts(ASKED, "t/1", {"nps": 3}, "2024-02-16")
    nobody = [
        (who, place, at, {**more, "id": f"typeform:{number}", "source": "typeform"})
        for number, (who, place, at, more) in enumerate(theirs)
    ]
    events(lake.folder, [*known, *nobody], survey={"poll": codebook.body([ASKED])})
    return lake


def shown(client: Client, address: str, status: int = 200) -> str:
    answer: Any = client.get(address)
    assert answer.status_code == status
    return " ".join(str(answer.content.decode()).split())


def test_every_question_stands_with_its_answer(alice: User, one: Lake) -> None:
    client = signed_in(alice)
    page = shown(client, PAGE)
    for text in ("Would you recommend us?</dt><dd>1 of 10</dd>", "<dd>Web</dd>", "<dd>Card</dd>",
                 "<span>Price</span> 2 of 5", "<dd>1. Fast</dd><dd>2. Kind</dd>",
                 "<span>Speed</span> How important: 5 of 5, How satisfied: 2 of 5",
                 "If it is there: I like it, If it is missing: I do not care", "<dd>21</dd>",
                 f"<dd>{date_format(date(2020, 2, 1), 'DATE_FORMAT')}</dd>",
                 "The clerk was kind</blockquote>", "How was it read?", "read as:"):  # fmt: skip
        assert text in page, text
    assert page.count("not answered") == 0
    assert 'href="/customers/user_id:' in page
    other = shown(client, "/surveys/poll/answers/t/1/")
    assert "Answered by somebody whom nobody knows here" in other
    assert "brought in: typeform" in other
    assert "How was it read?" not in other
    assert PAGE in shown(client, "/surveys/poll/results/?period=all")
    assert PAGE in shown(client, "/feedback/?period=all")
    shown(client, "/surveys/poll/answers/r00/", 404)


def test_a_reading_is_put_right_where_it_is_read(alice: User, one: Lake) -> None:
    client = signed_in(alice)
    form = {"text": "surveys:r001.why", "back": PAGE}
    answer: Any = client.post("/company/reading/text/", {**form, "feeling": "good"})
    assert answer["Location"] == f"{PAGE}?righted=1#read"
    answer = client.post("/company/reading/text/", {**form, "emotion": "joy", "back": "//elsewhere.example/"})
    assert answer["Location"] == "/company/reading/?righted=1#read"
    page = shown(client, f"{PAGE}?righted=1")
    assert "read as: content · put right" in page
    assert "You said that it sounds like: joy" in page
    assert "That holds now" in page


def test_who_may_not_see_single_answers_sees_none(alice: User, one: Lake) -> None:
    viewer = people.create_user(email="v@example.org", role=Role.VIEWER, by="test")
    shown(signed_in(viewer), PAGE, 403)


def test_of_an_anonymous_survey_no_single_answer_is_shown(alice: User, lake: Lake) -> None:
    secret = ASKED.model_copy(update={"anonymous": True})
    events(lake.folder, each(secret, [said(1)] * 7), survey={"poll": codebook.body([secret])})
    page = shown(signed_in(alice), "/surveys/poll/answers/r0001/", 403)
    assert "This survey is anonymous" in page
    assert "=1+1 reasons" not in page
