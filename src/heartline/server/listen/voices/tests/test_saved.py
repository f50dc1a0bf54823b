"""Saved views: kept, listed, renamed, shared, moved, removed; what is new in them; rights hold when they are opened."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client

from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tests.pages import text
from heartline.server.accounts.words import action
from heartline.server.listen.voices.models import View, Visit
from heartline.server.shell import personal
from heartline.server.shell.personal import Theirs
from heartline.store.lake import Lake
from heartline.store.tests.world import events

from .test_voices import said

pytestmark = pytest.mark.django_db


def save(
    client: Client, label: str = "Angry Berlin", query: str = "tone=bad&unit=berlin&period=all", **more: Any
) -> Any:
    return client.post("/voices/views/save/", {"label": label, "query": query, **more})


def test_a_view_is_kept_opened_and_offered(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    assert "No view is kept yet." in text(client, "/voices/views/")
    assert save(client)["Location"] == "/voices/views/"
    one = View.objects.get()
    assert one.query == "unit=berlin&period=all&tone=bad"
    answer = client.get(f"/voices/views/{one.key}/")
    assert answer["Location"] == f"/voices/?{one.query}"
    page = text(client, answer["Location"])
    assert said(page) == ["<script>alert(1)</script>"]
    assert f'<a href="/voices/views/{one.key}/">Angry Berlin</a>' in page
    assert AuditEntry.objects.latest("pk").action == "save_view"
    assert action("save_view") == "saved a view of voices"


def test_what_came_since_the_last_visit_is_counted(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    save(client)
    assert "new</b>" not in text(client, "/voices/views/")
    more: list[Any] = [
        ("eve", "delivery", f"2024-03-0{day} 10:00", {"text": "awful", "feeling": -1.0, "unit": unit})
        for day, unit in ((4, "berlin"), (5, "berlin"), (6, "wien"))
    ]
    events(lake.folder, more)
    assert '<b class="new">2 new</b>' in text(client, "/voices/views/")
    client.get(f"/voices/views/{View.objects.get().key}/")
    assert "new</b>" not in text(client, "/voices/views/")


def test_views_are_shared_and_rights_hold_when_they_are_opened(alice: User, bob: User, lake: Lake) -> None:
    hers, his = signed_in(alice), signed_in(bob)
    save(hers, "All angry", "tone=bad&period=all")
    key = View.objects.get().key
    assert his.get(f"/voices/views/{key}/").status_code == 404
    hers.post(f"/voices/views/{key}/change/", {"label": "All angry people", "shared": "1"})
    assert "All angry people" in text(his, "/voices/views/")
    opened = text(his, his.get(f"/voices/views/{key}/")["Location"])
    assert said(opened) == ["<script>alert(1)</script>"], "nothing of Vienna"
    assert his.post(f"/voices/views/{key}/change/", {"do": "remove"}).status_code == 403
    assert Visit.objects.count() == 2
    hers.post(f"/voices/views/{key}/change/", {"do": "remove"})
    assert not View.objects.exists()


def test_the_order_is_the_owners(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    for label in ("one", "two", "three"):
        save(client, label)
    third = View.objects.get(label="three").key
    client.post(f"/voices/views/{third}/change/", {"do": "up"})
    assert list(View.objects.values_list("label", flat=True)) == ["one", "three", "two"]


def test_odd_views_are_refused_in_a_sentence(alice: User, lake: Lake, charlie: Client) -> None:
    client = signed_in(alice)
    for label, query, why in (
        (" ", "tone=bad", "A view needs a name"), ("x", "q=anna%40example.org", "cannot look for a person"),
        ("x", "tone=loud", "One of the filters in the address cannot be used."),
    ):  # fmt: skip
        answer = save(client, label, query)
        assert answer.status_code == 400
        assert why in unescape(answer.content.decode())
    assert not View.objects.exists()
    assert charlie.get("/voices/views/").status_code == 302
    assert client.get("/voices/views/nothing/").status_code == 404


def test_texts_are_narrowed_by_how_they_came_and_their_language(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    more: list[Any] = [
        ("eve", "ticket", "2024-03-04 10:00", {"text": "Hilfe", "kind": "event", "language": "de"}),
        (None, None, "2024-03-05 10:00", {"text": "quoted", "kind": "interview", "language": "en"}),
    ]
    events(lake.folder, more)
    assert said(text(client, "/voices/?way=message")) == ["Hilfe"]
    assert said(text(client, "/voices/?way=interview&period=all")) == ["quoted"]
    assert said(text(client, "/voices/?language=de")) == ["Hilfe"]
    assert 'name="way" value="message"' in text(client, "/voices/?way=message")
    assert client.get("/voices/?way=smoke").status_code == 400
    assert client.get("/voices/?emotion=boredom").status_code == 400
    assert "Nobody has written or said anything here." in text(client, "/voices/?emotion=joy")


def test_a_view_that_looks_for_somebody_goes_with_them(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    save(client, "A number", "q=late%20K-4711")
    save(client, "About K-4711")
    save(client, "Another", "q=K-4712")
    (holding,) = [one for one in personal.holdings() if one.place == "saved views"]
    anna = Theirs(frozenset({"user_id:anna"}), lambda text: text == "K-4711")
    assert [row["label"] for row in holding.export(anna)] == ["A number", "About K-4711"]
    gone = holding.erase(anna)
    assert (gone.removed, gone.searched) == (2, 3)
    assert [one.label for one in View.objects.all()] == ["Another"]
