"""Notes: told in two steps, of nobody, once; they stand at their touchpoint and count in no feeling and no score."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from heartline.collect.inbox import named, opened
from heartline.collect.loading.loader import Loader
from heartline.listen.text import embedding, inline
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.received.keeping import Desk
from heartline.server.listen.employees.models import Note, Slip
from heartline.server.listen.employees.notes import commands, guessing, tasks
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef" * 2


def land(lake: Lake) -> list[dict[str, Any]]:
    with opened(named(lake.folder)) as inbox:
        Loader(Lake.open(lake.folder), inbox, inline.reader, Desk(), "test").turn()
    now = Lake.open(lake.folder).at()
    names = (
        "kind",
        "event",
        "touchpoint",
        "about",
        "customer",
        "score",
        "feeling",
        "unit",
        "text",
        "channel",
        "source",
    )
    return [row for row in now.execute(now.rows(*names)).to_pylist() if row["source"] == "notes"]


def text(answer: Any) -> str:
    return str(answer.content.decode())


def told(client: Client, address: str = "/notes/", **values: str) -> Any:
    return client.post(address, {"do": "tell", "key": KEY, "text": "Parcels are late", "often": "some", **values})


def test_a_note_is_told_in_two_steps(alice: User, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guessing, "likely", lambda known, words: ["delivery"])
    client = signed_in(alice)
    assert "No names" in text(client.get("/notes/"))
    said = "Deliveries are late. Ann (ann@example.org, +49 30 12345678) was furious"
    page = text(client.post("/notes/", {"do": "next", "text": said}))
    assert "an e-mail address, a telephone number" in page
    assert "ann@example.org" not in page
    assert re.search(r'name="about" value="delivery" checked', page)
    assert re.search(r'name="about" value="support"><span>Support', page)
    key = re.search(r'name="key" value="(\w+)"', page)
    assert key is not None
    masked = "Deliveries are late. Ann ([email], [phone]) was furious"
    values = {"do": "tell", "key": key[1], "text": masked, "about": "delivery", "often": "many", "unit": "berlin"}
    answer = client.post("/notes/", values)
    assert "Thank you" in text(client.get(answer["Location"]))
    assert client.post("/notes/", values)["Location"] == answer["Location"]  # a second tap
    (row,) = land(lake)
    assert row == {
        "kind": "note", "event": "Note Told", "touchpoint": None, "about": "delivery", "customer": None, "score": None,
        "feeling": None, "unit": "berlin", "text": masked, "channel": None, "source": "notes",
    }  # fmt: skip
    assert AuditEntry.objects.filter(action="tell_note").count() == 1
    assert "alice" not in str(row)


def test_what_was_typed_is_masked_whatever_the_page_says(alice: User, lake: Lake) -> None:
    told(signed_in(alice), text="Call ann@example.org")
    assert [row["text"] for row in land(lake)] == ["Call [email]"]


def test_notes_change_no_figure_about_customers(alice: User, lake: Lake) -> None:
    def figures() -> Any:
        asked = workspace()
        return [asked.call(verb, {"period": "all"}).to_dict() | {"as_of": 0}
                for verb in ("scores", "touchpoints", "customers", "emotions", "waits")]  # fmt: skip

    before = figures()
    told(signed_in(alice), text="Terrible, awful, they all hate it", about="delivery")
    assert len(land(lake)) == 1
    assert figures() == before
    found = workspace().verbatims(period="all", told_by="employees")
    assert [(row["text"], row["about"], row["told_by"]) for row in found.rows] == [
        ("Terrible, awful, they all hate it", "delivery", "employee")
    ]
    assert workspace().verbatims(period="all", search="awful").figures["verbatims"].value == 1


def test_a_touchpoint_and_the_voices_show_who_tells(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    told(client, about="delivery")
    land(lake)
    page = text(client.get("/touchpoints/delivery/?period=all"))
    assert "What employees tell of it" in page
    assert "Parcels are late" in page
    assert "What employees tell of it" not in text(client.get("/touchpoints/support/?period=all"))
    voices = text(client.get("/voices/?period=all&told=employees"))
    assert "told by an employee" in voices
    assert "Great" not in voices
    assert "Parcels are late" not in text(client.get("/voices/?period=all&told=customers"))
    assert client.get("/voices/?told=robots").status_code == 400


def test_a_note_is_taken_back_within_its_minute(alice: User, bob: User, lake: Lake) -> None:
    client = signed_in(alice)
    page = text(client.get(told(client)["Location"]))
    assert "Take it back" in page
    assert signed_in(bob).post("/notes/", {"do": "take_back", "key": KEY}).status_code == 404
    assert len(land(lake)) == 1
    answer = client.post("/notes/", {"do": "take_back", "key": KEY})
    assert "Taken back" in text(client.get(answer["Location"]))
    assert tasks.take_back.func() == 1
    assert land(lake) == []
    assert tasks.take_back.func() == 0


def test_a_note_that_lands_long_after_it_was_taken_back_leaves_all_the_same(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    told(client)
    client.post("/notes/", {"do": "take_back", "key": KEY})
    assert (tasks.behind(), tasks.take_back.func(), tasks.behind()) == (True, 0, False), "a version is looked at once"
    long_ago = timezone.now() - timedelta(days=400)
    Note.objects.update(at=long_ago, undone_at=long_ago)
    assert tasks.forget_old.func() == 1
    assert Note.objects.filter(by=None, slip=None, key=KEY).exists(), "it waits, as told by nobody"
    assert tasks.forget_old.func() == 0
    alice.delete()
    assert len(land(lake)) == 1
    assert (tasks.behind(), tasks.take_back.func(), land(lake)) == (True, 1, [])
    assert (tasks.behind(), tasks.forget_old.func(), Note.objects.exists()) == (False, 1, False)


def test_nothing_keeps_who_told_a_note(
    alice: User, lake: Lake, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    caplog.set_level(0)
    client = signed_in(alice)
    assert "Your name does not stand with it" in text(client.get("/notes/"))
    sessions = set(Session.objects.values_list("session_data", flat=True))
    AuditEntry.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        answer = told(client, unit="berlin")
    assert set(Session.objects.values_list("session_data", flat=True)) == sessions
    assert answer.cookies["note_unit"].value == "berlin"
    with opened(named(lake.folder)) as inbox:
        waiting = str(inbox.stamp(10_000, 1_000_000))
    assert "Parcels" in waiting
    with opened(named(lake.folder)) as inbox:
        inbox.forget(10_000)
    told(client, key=KEY[::-1])
    land(lake)
    now = Lake.open(lake.folder).at()
    rows = now.rows(*INTERACTIONS.names)
    (row,) = now.execute(rows.filter(rows.source == "notes")).to_pylist()
    trail = list(AuditEntry.objects.values("by", "action", "subject", "details"))
    assert trail == [{"by": "–", "action": "tell_note", "subject": "", "details": {}}] * 2
    for place in (waiting, str(row), str(trail), caplog.text):
        assert "alice" not in place
        assert f'"{alice.pk}"' not in place
    assert KEY[::-1] not in caplog.text
    Note.objects.update(at=timezone.now() - timedelta(days=2))
    tasks.forget_old.func()
    assert not Note.objects.exists()


def test_a_shop_tells_by_its_link_without_an_account(alice: User, lake: Lake, charlie: Client) -> None:
    client = signed_in(alice)
    assert "There is no link yet" in text(client.get("/notes/links/"))
    client.post("/notes/links/", {"label": "Till, Berlin", "unit": "berlin"})
    slip = Slip.objects.get()
    assert f"/tell/{slip.secret}/" in text(client.get("/notes/links/"))
    assert b"<svg" in client.get(f"/notes/links/{slip.pk}.svg").content
    address = f"/tell/{slip.secret}/"
    page = text(charlie.get(address))
    assert "Till, Berlin" in page
    assert "/voices/" not in page  # a stranger finds no way in
    assert told(charlie, address, unit="wien", about="support").status_code == 302
    assert [(row["unit"], row["about"]) for row in land(lake)] == [("berlin", "support")]
    client.post("/notes/links/", {"end": str(slip.pk)})
    gone = charlie.get(address)
    assert (gone.status_code, "ask for a new link" in text(gone)) == (404, True)
    assert told(charlie, address, key=KEY[::-1]).status_code == 404


def test_links_are_made_by_who_defines_the_company(alice: User, bob: User, lake: Lake) -> None:
    viewer = signed_in(accounts.create_user(email="who@example.org", role=Role.VIEWER, by=alice))
    assert viewer.get("/notes/").status_code == 200
    assert viewer.get("/notes/links/").status_code == 403
    assert viewer.post("/notes/links/", {"label": "x"}).status_code == 403
    assert signed_in(alice).post("/notes/links/", {"label": " "}).status_code == 400
    assert signed_in(bob).get("/notes/links/").status_code == 403  # of some units only


@pytest.mark.parametrize(
    ("values", "status"),
    [({"text": " "}, 400), ({"often": "always"}, 400), ({"about": "moon"}, 400), ({"key": "x"}, 400),
     ({"unit": "wien"}, 403), ({"unit": "atlantis"}, 400)],
)  # fmt: skip
def test_what_cannot_be_is_said(bob: User, lake: Lake, values: dict[str, str], status: int) -> None:
    answer = told(signed_in(bob), **{"unit": "berlin", **values})
    assert answer.status_code == status
    assert 'role="alert"' in text(answer)
    assert not Note.objects.exists()
    assert Client().get("/notes/").status_code == 302


def test_what_a_note_speaks_of_is_guessed(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "wanted", lambda: True)
    known = lake.at().definitions
    assert guessing.likely(known, "They say the delivery is always late")[:1] == ["delivery"]
    assert guessing.likely(known, "  ") == []
    assert commands.clean("nothing to hide") == ("nothing to hide", frozenset())
