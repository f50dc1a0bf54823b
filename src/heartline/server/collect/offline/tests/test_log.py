"""The page for staff: what is noted lands like any event, once, and can be taken back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import ibis
import msgspec
import pytest
from django.test import Client
from django.utils import timezone

from heartline.collect.inbox import Received, named, opened
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.reading import reader
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.offline import commands, tasks
from heartline.server.collect.offline.models import Noted
from heartline.server.collect.received.keeping import Desk
from heartline.server.shell import leaving
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef" * 2


def waits(lake: Lake) -> list[Received]:
    """Give what waits in the inbox."""
    with opened(named(lake.folder)) as inbox:
        number = max(inbox.stamped(), default=0) + 1
        return inbox.stamp(number, 10**6) or inbox.batch(number - 1)


def land(lake: Lake) -> None:
    """Land what waits."""
    with opened(named(lake.folder)) as inbox:
        Loader(Lake.open(lake.folder), inbox, reader, Desk(), "test").turn()


def rows(lake: Lake) -> list[dict[str, Any]]:
    """Give what was noted, as the lake has it."""
    now = Lake.open(lake.folder).at()
    names = ["id", "event", "touchpoint", "kind", "about", "score", "scale", "unit", "ref", "text", "channel",
             "customer", "source"]  # fmt: skip
    return [row for row in now.execute(now.rows(*names)).to_pylist() if row["source"] == "log"]


def count(lake: Lake) -> int:
    now = Lake.open(lake.folder).at()
    return int(now.execute(now.rows("id")).num_rows)


def post(client: Client, **values: Any) -> Any:
    return client.post("/log/", {"key": KEY, "what": "complaint", **values})


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_what_is_noted_stands_on_the_customers_timeline(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    first = client.post("/log/", {"key": KEY[::-1], "what": "purchase", "who": "4711"})
    assert "Purchase: noted, of a customer who is new here." in text(client.get(first["Location"]))
    land(lake)
    answer = post(client, who="4711", felt="1", text="Broken again", unit="berlin")
    assert re.fullmatch(rf"/log/\?done={KEY}&of=user_id%3A[0-9a-f]+", answer["Location"])
    page = text(client.get(answer["Location"]))
    assert "Complaint: noted. It stands with the customer in a few seconds." in page
    assert re.search(r'<a href="/customers/user_id:[0-9a-f]+/">', page)
    land(lake)
    row = next(row for row in rows(lake) if row["id"] == f"log:{KEY}")
    assert f"/customers/{row['customer']}/" in page
    assert {one["customer"] for one in rows(lake)} == {row["customer"]}
    assert (row["event"], row["touchpoint"], row["kind"], row["about"]) == (
        "Complaint Noted", "complaint", "feedback", "complaint"
    )  # fmt: skip
    assert (row["score"], row["scale"], row["unit"], row["text"], row["channel"]) == (
        1.0, "smiley5", "berlin", "Broken again", "store"
    )  # fmt: skip


def test_a_second_tap_is_the_same_contact(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    assert post(client, who="anna")["Location"] == post(client, who="anna")["Location"]
    assert Noted.objects.count() == 1
    assert len(waits(lake)) == 1
    assert AuditEntry.objects.filter(action="note_contact").count() == 1


@pytest.mark.parametrize(
    ("who", "kind", "event"),
    [
        ("", "", {}),
        ("K-77", "", {"userId": "K-77"}),
        ("Ann@Example.org", "", {"context": {"traits": {"email": "Ann@Example.org"}}}),
        ("+49 30 1234567", "", {"context": {"traits": {"phone": "+49 30 1234567"}}}),
        ("030 1234567", "user_id", {"userId": "030 1234567"}),
        (
            "A-1",
            "order",
            {"context": {"traits": {"of_order": "A-1"}}, "properties": {"ref": "A-1", "channel": "store"}},
        ),
    ],
)
def test_whoever_is_typed_is_recognised(alice: User, lake: Lake, who: str, kind: str, event: dict[str, Any]) -> None:
    assert post(signed_in(alice), what="purchase", who=who, kind=kind).status_code == 302
    (row,) = waits(lake)
    said = msgspec.json.decode(row.body)
    assert (row.kind, row.source, said["event"], said["messageId"]) == ("track", "log", "Purchase Noted", KEY)
    assert {name: said[name] for name in ("userId", "context") if name in said} == {
        name: value for name, value in event.items() if name != "properties"
    }
    assert said["properties"] == event.get("properties", {"channel": "store"})
    assert "alice" not in row.body.decode()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"who": "no@", "kind": "email"}, "names no customer in that form"),
        ({"who": "abc", "kind": "phone"}, "names no customer in that form"),
        ({"who": "x" * 300}, "names no customer in that form"),
        ({"what": "theft"}, "Please say what happened"),
        ({"unit": "atlantis"}, "Please say what happened"),
        ({"key": "<script>"}, "Please say what happened"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(alice: User, lake: Lake, values: Any, said: str) -> None:
    answer = post(signed_in(alice), text="Kept <b>words</b>", **values)
    assert answer.status_code == 400
    assert said in text(answer)
    assert "Kept &lt;b&gt;words&lt;/b&gt;</textarea>" in text(answer)
    assert not Noted.objects.exists()
    assert waits(lake) == []


def test_who_runs_a_unit_notes_there_only_and_the_page_remembers_it(alice: User, lake: Lake) -> None:
    store = accounts.create_user(email="sam@example.org", role=Role.STORE_MANAGER, units=("berlin",), by=alice)
    client = signed_in(store)
    page = text(client.get("/log/"))
    assert '<input type="hidden" name="unit" value="berlin">' in page
    assert "Vienna" not in page
    assert post(client, unit="wien").status_code == 403
    assert post(client).status_code == 403
    assert post(client, unit="berlin").status_code == 302
    agent = signed_in(accounts.create_user(email="ada@example.org", role=Role.AGENT, by=alice))
    assert agent.post("/log/", {"key": KEY, "what": "advice"}).status_code == 409  # somebody else's
    assert agent.post("/log/", {"key": KEY[::-1], "what": "advice", "unit": "wien"}).status_code == 302
    assert '<option value="wien" selected>Vienna</option>' in text(agent.get("/log/"))


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.MARKETER, 403), (Role.AGENT, 200)])
def test_the_page_is_for_those_who_see_customers(alice: User, lake: Lake, role: Role, status: int) -> None:
    client = signed_in(accounts.create_user(email="who@example.org", role=role, by=alice))
    assert client.get("/log/").status_code == status
    assert post(client).status_code == (302 if status == 200 else status)
    assert Client().get("/log/").status_code == 302


def test_a_contact_is_taken_back_within_its_minute_and_leaves_the_lake(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    page = text(client.get(post(client, who="anna", felt="5")["Location"]))
    assert re.search(r"Take it back \(\d\d seconds left\)", page)
    land(lake)
    before = count(lake)
    answer = client.post("/log/undo/", {"key": KEY})
    assert "taken back. It is in no figure." in text(client.get(answer["Location"]))
    assert tasks.take_back.func(tries=2) == 1
    assert rows(lake) == []
    assert count(lake) == before - 1
    assert tasks.take_back.func() == 0
    assert post(client, who="anna")["Location"].startswith(f"/log/?done={KEY}")
    land(lake)
    assert rows(lake) == []


def test_what_was_taken_back_before_it_landed_leaves_when_it_does(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    post(client)
    client.post("/log/undo/", {"key": KEY})
    assert tasks.take_back.func() == 0
    land(lake)
    assert len(rows(lake)) == 1
    assert tasks.take_back.func() == 1
    assert rows(lake) == []


def test_what_lands_days_after_it_was_taken_back_leaves_all_the_same(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    post(client)
    client.post("/log/undo/", {"key": KEY})
    long_ago = timezone.now() - timedelta(days=9)
    Noted.objects.update(at=long_ago, undone_at=long_ago)
    assert (tasks.forget_old.func(), tasks.take_back.func()) == (0, 0)
    land(lake)
    assert (tasks.take_back.func(), rows(lake)) == (1, [])
    assert (tasks.forget_old.func(), Noted.objects.count()) == (1, 0)


def test_after_a_minute_and_by_others_nothing_is_taken_back(alice: User, bob: User, lake: Lake) -> None:
    post(signed_in(alice))
    assert signed_in(bob).post("/log/undo/", {"key": KEY}).status_code == 404
    Noted.objects.update(at=timezone.now() - timedelta(seconds=leaving.UNDO_S + 1))
    answer = signed_in(alice).post("/log/undo/", {"key": KEY})
    assert (answer.status_code, Noted.objects.get().undone_at) == (409, None)
    assert "The minute is over." in text(answer)
    Noted.objects.update(at=timezone.now() - timedelta(days=3))
    assert (commands.forget_old(), Noted.objects.count()) == (1, 0)


def test_the_page_works_in_an_empty_house(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    assert '<select id="unit"' not in text(client.get("/log/"))
    assert post(client, who="anna@example.org", felt="4").status_code == 302
    land(empty_lake)
    assert [row["score"] for row in rows(empty_lake)] == [4.0]


@pytest.mark.parametrize(("language", "said"), [("de", "Rückgabe"), ("es", "Devolución"), ("en", "Return")])
def test_a_return_at_the_counter_is_no_parcel(alice: User, lake: Lake, language: str, said: str) -> None:
    page = text(signed_in(alice).get("/log/", headers={"Accept-Language": language}))
    assert re.search(rf'value="return" required><span>.*{said}', page)


@pytest.mark.parametrize("order_first", [True, False])
def test_a_contact_with_an_order_number_stands_with_who_placed_it(alice: User, lake: Lake, order_first: bool) -> None:
    def order() -> None:
        events(lake.folder, [("anna", "order_placed", "2026-03-01", {"ref": "A-7"})])

    if order_first:
        order()
    assert post(signed_in(alice), who="A-7", kind="order").status_code == 302
    land(lake)
    if not order_first:
        assert tasks.owners.call() == 0
        order()
    assert tasks.owners.call() == 1
    (row,) = rows(lake)
    whole = Lake.open(lake.folder).at()
    placed = whole.rows("customer", "touchpoint").filter(ibis._.touchpoint == "order_placed")
    assert {row["customer"]} == set(whole.execute(placed)["customer"].to_pylist())
    page = text(signed_in(alice).get(f"/identity/why/{row['customer']}/"))
    assert "order number" in page
    assert tasks.owners.call() == 0
