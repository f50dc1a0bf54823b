"""One search: pages, touchpoints, journeys, people by what they go by, texts - within the rights of who looks."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.core import ids
from heartline.server.accounts.models import Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.shell.searched import excerpt
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


def found(client: Client, text: str, **headers: str) -> dict[str, list[tuple[str, str]]]:
    """Give what is found: by group, labels with their links."""
    answer = client.post("/search/", {"q": text}, headers={"HX-Request": "true", **headers})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<html" not in page
    assert answer.headers["Cache-Control"] == "no-store"
    groups = re.findall(r"<section><h2>([^<]+)</h2>\s*<ul>(.*?)</ul>", page, re.DOTALL)
    return {
        name: [(unescape(label), unescape(link)) for link, label in re.findall(r'<a href="([^"]+)">([^<]+)', items)]
        for name, items in groups
    }


def test_pages_are_found_by_their_names(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    assert found(client, "RATING")["Pages"] == [("Ratings", "/ratings/")]
    assert [link for _, link in found(client, "understand")["Pages"]][:3] == ["/journeys/", "/touchpoints/", "/paths/"]
    assert found(client, "Bewertung", **{"Accept-Language": "de"})["Seiten"] == [("Bewertungen", "/ratings/")]


def test_texts_are_found_by_their_words_and_never_run(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    texts = found(client, "ALERT")["What people said"]
    assert texts == [("<script>alert(1)</script>", "/voices/?period=all&q=ALERT")]
    page = client.post("/search/", {"q": "alert"}).content.decode()
    assert "<script>alert" not in page
    events(lake.folder, [(f"p{day}", "support", f"2024-03-{day:02}", {"text": "alert again"}) for day in range(1, 9)])
    many = found(client, "alert")["What people said"]
    assert (len(many), many[-1][0]) == (5, "Read all 9 texts")


def test_people_are_found_by_what_they_go_by_and_it_is_kept_nowhere(alice: User, lake: Lake) -> None:
    mail = ids.identifier("email", "emil@example.org", lake.key)
    events(lake.folder, [(mail, "support", "2024-03-09 10:00", {"ref": "T-4711", "unit": "wien"})])
    client = signed_in(alice)
    emil = [(f"Customer {mail[6:14].upper()}", f"/customers/{mail}/")]
    for typed in ("Emil@example.org", "email:emil@example.org", "T-4711", mail):
        assert found(client, typed)["People"] == emil
    assert "People" not in found(client, "emil")
    for file in Path(lake.folder).rglob("*"):
        assert not file.is_file() or b"emil@example" not in file.read_bytes().lower(), file


def test_bob_of_berlin_finds_nothing_of_vienna(bob: User, lake: Lake) -> None:
    events(lake.folder, [("zoe", "support", "2024-03-09 10:00", {"ref": "T-4711", "unit": "wien", "text": "Torte"})])
    client = signed_in(bob)
    for typed in ("T-4711", "user_id:zoe", "Torte", "cmd"):
        assert {"People", "What people said"} & set(found(client, typed)) == set()
    assert found(client, "user_id:anna")["People"][0][1] == "/customers/user_id:anna/"
    assert [label for label, _ in found(client, "Great")["What people said"]] == ["Great"]


def test_who_may_not_see_people_finds_none(lake: Lake) -> None:
    client = signed_in(User.objects.create_user("v@example.org", role=Role.VIEWER))
    assert "People" not in found(client, "user_id:anna")
    assert "Customers" not in [label for label, _ in found(client, "custom").get("Pages", [])]


def test_it_is_a_page_where_there_is_no_script(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    empty = client.get("/search/").content.decode()
    assert '<form class="search" method="post" action="/search/"' in empty
    page = client.post("/search/", {"q": "ratings"}).content.decode()
    assert "1 thing found for “ratings”." in page
    assert 'value="ratings"' in page
    nothing = client.post("/search/", {"q": "<b>qqq"}).content.decode()
    assert "Nothing is found for “&lt;b&gt;qqq”." in nothing


def test_every_page_has_the_box_and_a_stranger_has_none(alice: User, charlie: Client, lake: Lake) -> None:
    assert 'id="find"' in signed_in(alice).get("/ratings/").content.decode()
    assert 'id="find"' not in charlie.get("/accounts/login/").content.decode()
    assert charlie.post("/search/", {"q": "ratings"}).status_code == 302


def test_a_form_of_elsewhere_is_refused(alice: User, lake: Lake) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/search/", {"q": "ratings"}).status_code == 403


def test_the_number_of_queries_does_not_grow_with_what_is_found(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    found(client, "great")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            found(client, "great")
        return len(captured)

    few = queries()
    events(lake.folder, [(f"p{day}", "support", f"2024-03-{day:02}", {"text": "great"}) for day in range(1, 28)])
    assert queries() == few


def test_an_empty_folder_is_searched_too(alice: User, empty_lake: Lake) -> None:
    assert found(signed_in(alice), "ratings")["Pages"] == [("Ratings", "/ratings/")]
    assert found(signed_in(alice), "someone@example.org") == {}


def test_an_excerpt_shows_the_words_around() -> None:
    assert excerpt("Late\n again", "again") == "Late again"
    long = "x" * 100 + " needle " + "y" * 100
    assert excerpt(long, "NEEDLE") == f"…{'x' * 59} needle {'y' * 59}…"
