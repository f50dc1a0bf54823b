"""What is received lands, is counted, and what could not be used can be mended and sent again."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from heartline.collect.inbox import Inbox, Received, named, opened, tally
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.reading import reader
from heartline.core.errors import Unavailable
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.received import commands, keeping, noticing, words
from heartline.server.collect.received.keeping import Desk
from heartline.server.collect.received.models import Batch, Count, Held
from heartline.server.shell import arriving
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {"type": "track", "event": "Order Completed", "userId": "anna"}


@pytest.fixture
def inbox(lake: Lake) -> Iterator[Inbox]:
    with opened(named(lake.folder)) as made:
        yield made


@pytest.fixture
def land(lake: Lake, inbox: Inbox) -> Callable[[], None]:
    """Give what lands all that waits."""

    def go() -> None:
        Loader(Lake.open(lake.folder), inbox, reader, Desk(), "test").turn()

    return go


def put(inbox: Inbox, *events: Any, kind: str = "batch", source: str = "shop", age_s: float = 0) -> None:
    body = json.dumps({"sentAt": None, "context": {"locale": "de-DE"}, "batch": list(events)})
    if kind != "batch":
        body = json.dumps(events[0]) if not isinstance(events[0], str) else events[0]
    inbox.put([Received(int((time.time() - age_s) * 1e6), source, kind, body.encode(), len(events), b'{"agent": "t"}')])


def ids(lake: Lake, source: str = "shop") -> list[str]:
    now = lake.at()
    rows = now.rows("id", "source")
    return sorted(now.execute(rows.filter(rows.source == source))["id"].to_pylist())


def counts() -> dict[tuple[str, str], int]:
    return {(one.source, one.what): one.number for one in Count.objects.filter(number__gt=0)}


def test_what_lands_and_what_does_not_is_counted_once(lake: Lake, inbox: Inbox, land: Callable[[], None]) -> None:
    one = TOLD | {"messageId": "1"}
    put(inbox, one, one, TOLD | {"messageId": "2", "userId": "null"}, {"type": "track"}, "no object")
    put(inbox, "{", kind="track", source="desk")
    land()
    assert ids(lake) == ["shop:1", "shop:2"]
    assert counts() == {
        ("shop", "landed"): 2, ("shop", "again"): 1, ("shop", "no_name"): 1, ("shop", "not_an_object"): 1,
        ("desk", "bad_json"): 1,
    } | {key: value for key, value in counts().items() if key[1].startswith("left:")}  # fmt: skip
    batch = Batch.objects.get()
    assert (batch.requests, batch.landed, batch.refused, batch.version) == (2, 2, 3, lake.at().version)
    assert set(batch.seconds) == {"read", "settle", "keep", "wait", "write", "publish"}


def test_a_batch_that_is_told_twice_is_counted_once(
    lake: Lake, inbox: Inbox, land: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, TOLD | {"messageId": "1"}, {"type": "track"})
    with monkeypatch.context() as patch:
        patch.setattr(Loader, "_appended", _broken)
        with pytest.raises(Unavailable):
            land()
    before = counts()
    assert Held.objects.count() == 1
    land()
    assert counts() == before == {("shop", "landed"): 1, ("shop", "no_name"): 1}
    assert Held.objects.count() == Batch.objects.count() == 1


def _broken(*_: Any) -> None:
    raise Unavailable("disk_full", "Full.", remedy="Wait.")


def test_a_database_that_is_away_holds_everything(
    lake: Lake, inbox: Inbox, land: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, TOLD | {"messageId": "1"})

    def away(_batch: object) -> None:
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patch:
        patch.setattr(arriving, "tell", away)
        with pytest.raises(Unavailable) as refused:
            land()
    assert refused.value.code == "database_away"
    assert not Batch.objects.exists()
    assert ids(lake) == []
    land()
    assert ids(lake) == ["shop:1"]


def test_what_could_not_be_used_is_kept_encrypted_and_sent_again_as_it_came(
    lake: Lake, inbox: Inbox, land: Callable[[], None], alice: User
) -> None:
    put(inbox, TOLD | {"messageId": "1", "type": "nope"}, age_s=60)
    land()
    held = Held.objects.get()
    assert b"anna" not in bytes(held.body)
    assert commands.try_again(code="unknown_type", by=alice) == 1
    assert commands.try_again(code="unknown_type", by=alice) == 0
    land()
    assert [one.code for one in Held.objects.filter(tried_at=None)] == ["unknown_type"]
    assert AuditEntry.objects.filter(action="try_again", details={"events": 1}).exists()
    last = Batch.objects.first()
    assert last is not None
    assert (last.lag_s or 0) < 30


def test_mended_events_land_with_what_their_batch_said(
    lake: Lake, inbox: Inbox, land: Callable[[], None], alice: User
) -> None:
    put(inbox, TOLD | {"messageId": "1", "type": "nope"}, TOLD | {"messageId": "2"})
    put(inbox, '{"event": "Order Completed", "userId": "ben", "messageId": "3"', kind="track")
    land()
    lines = [json.loads(line) for line in commands.download()]
    assert [line["dropped_because"] for line in lines] == ["unknown_type", "bad_json"]
    lines[0]["event"]["type"] = "track"
    lines[1]["event"] += "}"
    assert commands.send_mended(lines=[json.dumps(line).encode() for line in lines], by=alice) == 2
    land()
    assert ids(lake) == ["shop:1", "shop:2", "shop:3"]
    now = lake.at()
    rows = now.rows("id", "properties")
    mended = now.execute(rows.filter(rows.id == "shop:1"))["properties"].to_pylist()[0]
    assert json.loads(mended)["context"]["locale"] == "de-DE"
    assert list(commands.download()) == []


@pytest.mark.parametrize(
    ("line", "code"),
    [(b"{", "bad_json"), (b"[]", "bad_value"), (b'{"held": 1}', "bad_value"),
     (b'{"held": 9, "event": {}}', "unknown_event"),
     (b'{"held": "1", "event": {}}', "bad_value"), (b"\xff", "bad_json"), (b"[" * 100_000, "bad_json")],
)  # fmt: skip
def test_a_file_that_is_none_sends_nothing(lake: Lake, inbox: Inbox, alice: User, line: bytes, code: str) -> None:
    browser = signed_in(alice)
    answer = browser.post("/received/mended/", {"file": SimpleUploadedFile("x.jsonl", line)})
    assert answer.status_code in (400, 404)
    assert "Nothing was sent" in answer.content.decode()
    assert inbox.backlog().requests == 0
    assert words.told(Unavailable(code, "x")) in answer.content.decode().replace("&quot;", '"')


def test_the_page_says_what_comes_in(lake: Lake, inbox: Inbox, land: Callable[[], None], alice: User) -> None:
    browser = signed_in(alice)
    empty = browser.get("/received/").content.decode()
    assert "no event came in" in empty
    assert "Make a key that sends events" in empty
    put(inbox, TOLD | {"messageId": "1"}, {"type": "track"}, TOLD | {"messageId": "2", "userId": "guest"})
    waiting = browser.get("/received/").content.decode()
    assert "3 events are received and safe, but not in yet" in waiting
    land()
    page = browser.get("/received/").content.decode()
    assert "2 events came in from 1 source; 1 event could not be used" in page
    assert "does not say what happened" in page
    assert "named nobody" in page
    part = browser.get("/received/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    file = browser.get("/received/dropped.jsonl?why=no_name")
    assert [json.loads(line)["field"] for line in b"".join(file).splitlines()] == ["event"]
    sent = browser.post("/received/again/", {"why": "no_name"}, follow=True).content.decode()
    assert "1 event is on its way again" in sent


def test_what_waits_for_too_long_is_told_on_the_first_page(
    lake: Lake, inbox: Inbox, land: Callable[[], None], alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "not in yet. They are safe; the loader is away or stopped."
    put(inbox, TOLD)
    assert said not in signed_in(alice).get("/").content.decode()
    land()
    put(inbox, TOLD, age_s=noticing.LATE_S + 60)
    inbox.stamp(2, 10_000)  # bound by a loader that stands still
    assert said in signed_in(alice).get("/").content.decode()
    assert said not in signed_in(bob).get("/").content.decode()
    land()
    assert said not in signed_in(alice).get("/").content.decode()
    monkeypatch.setattr(noticing, "backlog", refuse)
    assert signed_in(alice).get("/").status_code == 200


def refuse() -> None:
    raise Unavailable("inbox_away", "Nobody answers.")


def test_only_who_may_import_sees_it_and_only_administrators_the_figures(
    lake: Lake, inbox: Inbox, land: Callable[[], None], alice: User, bob: User, charlie: Client
) -> None:
    for address in ("/received/", "/received/dropped.jsonl"):
        assert signed_in(bob).get(address).status_code == 403
        assert charlie.get(address).status_code == 302
    for address in ("/received/again/", "/received/mended/"):
        assert signed_in(bob).post(address).status_code == 403
    assert charlie.get("/metrics").status_code == 401
    assert signed_in(bob).get("/metrics").status_code == 403
    put(inbox, TOLD | {"messageId": "1"}, TOLD | {"messageId": "1"}, {"type": "track"})
    inbox.put([tally.written({"too_much": 3, "no_key": 1}), tally.written({"too_much": 4})])
    land()
    key = accounts.create_key(name="monitoring", role="admin", by=alice)
    text = charlie.get("/metrics", headers={"Authorization": f"Bearer {key}"}).content.decode()
    assert {
        'heartline_events_accepted_total{source="shop"} 1.0',
        'heartline_events_dropped_total{reason="no_name",source="shop"} 1.0',
        'heartline_events_dropped_total{reason="duplicate",source="shop"} 1.0',
        'heartline_requests_refused_total{reason="too_much"} 7.0',
        "heartline_inbox_backlog_requests 0.0",
        "heartline_events_quarantined 1.0",
        "heartline_batch_events 3.0",
    } <= set(text.splitlines())
    assert "heartline_lag_seconds" in signed_in(alice).get("/metrics").content.decode()


def test_what_is_old_or_too_much_is_forgotten(
    lake: Lake, inbox: Inbox, land: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, *({"type": "track", "messageId": str(number)} for number in range(5)))
    land()
    monkeypatch.setattr(commands, "MOST_ROWS", 3)
    assert commands.forget_old() == 2
    assert Held.objects.count() == 3
    monkeypatch.setattr(commands, "KEPT_DAYS", 0)
    commands.forget_old()
    assert not Held.objects.exists()
    assert not Batch.objects.exists()
    assert counts()
    commands.forget_all()
    assert not counts()


def test_an_event_of_a_batch_that_cannot_be_read_is_sent_alone() -> None:
    one = Received(0, "shop", "batch", b'{"batch":[1],"sentAt":"x","context":{"a":1}}', 1, b"{}")
    kind, body = keeping.alone(one, b'{"b":2}')
    assert (kind, json.loads(body)) == ("batch", {"batch": [{"b": 2}], "sentAt": "x", "context": {"a": 1}})
    assert keeping.alone(one, one.body) == ("batch", one.body)


def test_what_was_not_joined_is_counted_each_time_and_kept_once(
    lake: Lake, inbox: Inbox, land: Callable[[], None], alice: User
) -> None:
    seen = {"type": "track", "event": "Product Viewed", "anonymousId": "till"}
    for batch in range(2):
        put(inbox, *(seen | {"userId": who, "messageId": f"{who}{batch}"} for who in ("one", "two")))
        land()
    page = signed_in(alice).get("/received/").content.decode()
    assert "would have joined two known people by a shared device: <b>2</b>" in page
    assert "1 pair of identifiers is kept as evidence" in page
    figures = set(signed_in(alice).get("/metrics").content.decode().splitlines())
    assert {
        'heartline_identity_refused_total{reason="weak_between"} 2.0', "heartline_identity_refusals_kept 1.0",
    } <= figures  # fmt: skip
