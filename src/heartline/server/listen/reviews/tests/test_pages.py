"""What reviews say, what waits for an answer, and how we stand beside a competitor."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.listen.reviews.tests.world import beside, review
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tests.pages import kinds, sentence, text
from heartline.server.listen.reviews import tasks
from heartline.store import others
from heartline.store.lake import Lake
from heartline.store.tests.world import events
from heartline.workspace import Workspace

pytestmark = pytest.mark.django_db


def test_the_sentence_says_how_many_were_answered_and_what_waits(alice: User, reviewed: Lake) -> None:
    page = text(signed_in(alice), "/reviews/?period=2024-05")
    assert sentence(page) == "5 reviews: 20 in 100 answered. 2 bad ones wait for an answer."
    assert "Half of those who were answered had waited 12.0 h or longer." in page
    assert "In &lt;b&gt;Berlin&lt;/b&gt; nobody came" in page
    assert "<b>Berlin</b>" not in page
    assert "4.40 / 5" in page  # a rating of the whole
    assert "javascript:" not in page


def test_every_number_opens_its_reviews(alice: User, reviewed: Lake) -> None:
    client = signed_in(alice)
    for address, least in (("/reviews/?period=2024-05", 10), ("/reviews/beside/?period=2024", 8)):
        doors = re.findall(r'<a (?:class="num" )?href="(/behind/[^"]+)">', text(client, address))
        assert len(doors) >= least
        for door in kinds(doors):
            assert re.search(r"<strong>[\d,]+ entr", text(client, door))


def test_an_answer_is_noted_and_taken_back(alice: User, reviewed: Lake) -> None:
    client, one = signed_in(alice), "google_reviews:review-3"
    answer = client.post("/reviews/note/", {"review": one})
    page = text(client, answer.headers["Location"])
    assert "Noted: it was answered." in page
    waiting = Workspace(reviewed).call("unanswered", {"period": "2024-05"})
    assert [row["id"] for row in waiting.rows] == ["google_reviews:review-9"]
    snapshot = reviewed.at()
    rows = snapshot.rows("event", "ref", "customer", "touchpoint", "wait_s")
    (row,) = snapshot.execute(rows.filter(rows.event == "answered")).to_pylist()
    assert (row["ref"], row["customer"], row["touchpoint"], row["wait_s"] > 0) == (one, None, None, True)
    client.post("/reviews/note/", {"review": one, "do": "reopen"})
    assert Workspace(reviewed).call("unanswered", {"period": "2024-05"}).figures["unanswered"].value == 2
    deeds = AuditEntry.objects.filter(subject=one).order_by("pk").values_list("action", flat=True)
    assert list(deeds) == ["note_review", "reopen_review"]
    assert "refused=unknown_review" in client.post("/reviews/note/", {"review": "nothing"}).headers["Location"]
    assert "There is no such review any more." in text(client, "/reviews/?refused=unknown_review")


def test_the_platform_is_opened_by_a_safe_link(alice: User, tmp_path: object, reviewed: Lake) -> None:
    events(reviewed.folder, [
        review(20, "2024-05-21 10:00", 1, properties='{"link":"https://maps.example/r/20"}'),
        review(21, "2024-05-22 10:00", 1, properties='{"link":"javascript:alert(1)"}'),
    ])  # fmt: skip
    page = text(signed_in(alice), "/reviews/?period=2024-05")
    assert page.count("Answer there") == 1
    assert 'href="https://maps.example/r/20" rel="noopener noreferrer nofollow" target="_blank"' in page
    assert "Stars without a text" in page


def test_who_sees_berlin_only_sees_and_answers_berlin_only(bob: User, reviewed: Lake) -> None:
    client = signed_in(bob)
    assert sentence(text(client, "/reviews/?period=2024-05")).startswith("1 review: 0 in 100 answered.")
    assert client.get("/reviews/published/").status_code == 403
    if "Was answered" in text(client, "/reviews/?period=2024-05"):
        assert (
            "refused=unknown_review"
            in client.post("/reviews/note/", {"review": "google_reviews:review-3"}).headers["Location"]
        )


def test_strangers_are_sent_away(charlie: Client, reviewed: Lake) -> None:
    for address in ("/reviews/", "/reviews/beside/", "/reviews/published/"):
        assert charlie.get(address).status_code == 302


def test_an_empty_company_is_told_the_one_step(alice: User, empty_lake: Lake) -> None:
    for address in ("/reviews/", "/reviews/beside/"):
        assert "The one step" in text(signed_in(alice), address)


def test_a_wrong_filter_shows_the_page_with_a_sentence(alice: User, reviewed: Lake) -> None:
    client = signed_in(alice)
    for address in ("/reviews/?channel=smoke", "/reviews/beside/?unit=nowhere"):
        answer = client.get(address)
        assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (400, True)


def test_queries_do_not_grow_with_reviews(alice: User, reviewed: Lake) -> None:
    client = signed_in(alice)
    client.get("/reviews/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/reviews/?period=2024-05").status_code == 200
        counts.append(len(queries))
        events(reviewed.folder, [review(n, "2024-05-23 10:00", 1) for n in range(30, 60)])
    assert counts[0] == counts[1]


def test_we_and_they(alice: User, reviewed: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/reviews/beside/?period=2024")
    assert sentence(page) == (
        "Of Rival & Co. there are 2 reviews and posts beside 4 of us. Rated 2.25 and 3.50: who is ahead cannot be"
        " told. On no"
        " theme can a difference be told."
    )
    assert "Only platforms and months from which both have something: Google, 1 month." in page
    assert "their late parcel" in page
    assert "cannot tell yet" in page
    together = text(client, "/reviews/beside/?period=2024&all=1")
    assert "differences may come from these alone" in together
    assert sentence(together).startswith("Of Rival & Co. there are 4 reviews and posts beside 7 of us.")
    none = text(client, "/reviews/beside/?period=2023")
    assert sentence(none) == "There is no platform and month from which there are reviews of Rival & Co. and of us."


def test_one_of_several_competitors_is_chosen(alice: User, reviewed: Lake) -> None:
    more = [review(40, "2024-05-10 09:00", 4, unit="other")]
    beside(reviewed, more, unit={"other": {"name": "Other Ltd"}})
    client = signed_in(alice)
    assert "Of Rival & Co. there are 2" in sentence(text(client, "/reviews/beside/?period=2024"))
    assert "Of Other Ltd there are 1" in sentence(text(client, "/reviews/beside/?period=2024&they=other"))


def test_texts_of_others_are_read_in_the_background(reviewed: Lake, settings: object) -> None:
    assert tasks.with_others()
    tasks.keep_others.func()
    theirs = others.beside(reviewed.at())
    assert theirs is not None
    assert theirs.version == theirs.lake.manifest.newest().version
