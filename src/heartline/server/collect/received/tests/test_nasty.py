"""Whatever the port lets in: it lands or is put aside with a reason, and what comes after it lands as ever."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heartline.collect.inbox import Inbox, named, opened
from heartline.collect.loading.keeping import Kept
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.reading import reader
from heartline.collect.reasons import EVENT_REASONS
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.placement.models import SeenEvent
from heartline.server.collect.received.keeping import Desk
from heartline.server.collect.received.models import Count, Held
from heartline.server.front.ingest import Ingest
from heartline.server.front.tests.asking import KEY, Call, basic, hashed, one
from heartline.server.shell import arriving
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db

NUL = "a\0b"
LONE = "\ud800x"
LONG = "ä" * 12_000
VALUES: dict[str, Any] = {
    "nothing": None, "no": False, "number": 7, "minus": -(2**63) - 1, "large": 10**30, "fraction": 1e308,
    "empty": "", "nul": NUL, "lone": LONE, "long": LONG, "list": [NUL, {"a": [LONE]}], "object": {NUL: {LONE: NUL}},
    "right to left": "\u202egnp.exe", "markup": "<script>alert(1)</script>", "formula": "=cmd|'/C calc'!A0",
    "far ahead": "9999-12-31T23:59:59.999999Z", "before all": "0001-01-01T00:00:00+14:00", "no day": "2026-02-30",
    "seconds": 1_764_000_000, "beyond": 10**18, "infinite": float("inf"), "no number": float("nan"),
}  # fmt: skip
FIELDS = (
    "type", "event", "name", "messageId", "userId", "anonymousId", "previousId", "groupId", "timestamp", "sentAt",
    "originalTimestamp", "receivedAt", "properties", "traits", "context", "integrations", "channel", "version",
)  # fmt: skip
INSIDE = (
    "total", "revenue", "currency", "score", "scale", "order_id", "email", "phone", "products", "touchpoint", "stage",
    "about", "unit", "store_id", "wait_s", "succeeded", "comment", "text", "path", "url", "category",
)  # fmt: skip
CONTEXT = ("page", "library", "traits", "campaign", "device", "consent", "ip", "userAgent", "locale", "timezone")
GOOD = b'{"type":"track","event":"Order Completed","userId":"anna","messageId":"%d"}'
RAW = {
    "deep lists": b'{"type":"track","event":"e","userId":"u","properties":{"x":'
    + b"[" * 15_000
    + b"]" * 15_000
    + b"}}",
    "deep objects": b'{"type":"track","event":"e","userId":"u","properties":' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001,
    "twice the same key": b'{"type":"track","type":"page","event":"a","event":"b","userId":"u","userId":7}',
    "1e999": b'{"type":"track","event":"e","userId":"u","properties":{"total":1e999}}',
    "a number of 400 digits": b'{"type":"track","event":"e","userId":"u","properties":{"total":1' + b"0" * 400 + b"}}",
    "a number of 20,000 digits": b'{"type":"track","event":"e","userId":"u","timestamp":1' + b"0" * 20_000 + b"}",
    "many keys": b'{"type":"track","event":"e","userId":"u","properties":{%s}}'
    % b",".join(b'"k%d":1' % number for number in range(2_500)),
    "a BOM": b'\xef\xbb\xbf{"type":"track","event":"e","userId":"u"}',
    "bytes that are no UTF-8": b'{"type":"track","event":"\xff\xfe","userId":"\xc3\x28"}',
    "half a pair": b'{"type":"track","event":"\\ud800","userId":"\\udfff\\ud800"}',
    "an escaped NUL": b'{"type":"track","event":"a\\u0000b","userId":"\\u0000","properties":{"\\u0000":"\\u0000"}}',
}


@pytest.fixture
def inbox(lake: Lake) -> Iterator[Inbox]:
    with opened(named(lake.folder)) as made:
        made.set_key(hashed(KEY), "shop")
        yield made


def sent(lake: Lake, calls: list[Call]) -> list[int]:
    """Send requests through the port; give what it answered."""

    async def run() -> list[int]:
        front = Ingest(named(lake.folder), lake.folder)
        try:
            answers = [await one(front, call) for call in calls]
        finally:
            front.close()
        assert None not in answers
        return [answer.status for answer in answers if answer]

    return asyncio.run(run())


def event(field: str, value: Any) -> dict[str, Any]:
    """Give an event with a value in the wrong place."""
    found: dict[str, Any] = {
        "type": "track",
        "event": "Order Completed",
        "userId": "u",
        "properties": {},
        "context": {},
    }
    if field in INSIDE:
        found["properties"] = {field: value}
    elif field in CONTEXT:
        found["context"] = {field: value}
    else:
        found[field] = value
    return found


def written(value: Any) -> bytes:
    """Write JSON as a careless client does: with what is no number, and half a pair escaped."""
    return json.dumps(value).encode()


def settled(lake: Lake, inbox: Inbox, taken: int) -> None:
    """Land all that waits; each event has landed, was there, said who somebody is, or is held for a known reason."""
    some = Loader(Lake.open(lake.folder), inbox, reader, Desk(), "test")
    for _ in range(50):
        if not inbox.backlog().requests:
            break
        some.turn()
    assert inbox.backlog().requests == 0
    codes = set(Held.objects.values_list("code", flat=True))
    assert codes <= set(EVENT_REASONS)
    counted = {one.what: one.number for one in Count.objects.filter(source="shop")}
    known = {what: number for what, number in counted.items() if not what.startswith("left:")}
    assert Held.objects.count() == sum(number for what, number in known.items() if what not in ("landed", "again"))
    assert sum(known.values()) <= taken


@pytest.mark.parametrize("fields", [FIELDS, INSIDE, CONTEXT])
def test_a_wrong_value_anywhere_harms_nobody(fields: tuple[str, ...], lake: Lake, inbox: Inbox) -> None:
    bodies = [written({"batch": [event(field, value)]}) for field in fields for value in VALUES.values()]
    bodies += [written({"batch": [event(field, value) for value in list(VALUES.values())[:8]]}) for field in fields]
    answers = sent(lake, [Call("/v1/batch", body) for body in [*bodies, b'{"batch":[%s]}' % (GOOD % 1)]])
    assert set(answers) <= {200, 400}
    assert answers[-1] == 200
    settled(lake, inbox, len(fields) * (len(VALUES) + 8) + 1)
    now = Lake.open(lake.folder).at()
    assert "shop:1" in now.execute(now.rows("id"))["id"].to_pylist()


def test_bodies_that_are_nearly_events_harm_nobody(lake: Lake, inbox: Inbox, alice: User) -> None:
    good = [Call("/v1/track", GOOD % number) for number in range(len(RAW))]
    answers = sent(lake, [call for pair in zip([Call("/v1/track", raw) for raw in RAW.values()], good, strict=True)
                          for call in pair])  # fmt: skip
    assert answers[1::2] == [200] * len(RAW)
    assert set(answers) <= {200, 400}
    settled(lake, inbox, 2 * len(RAW))
    now = Lake.open(lake.folder).at()
    assert {f"shop:{number}" for number in range(len(RAW))} <= set(now.execute(now.rows("id"))["id"].to_pylist())
    for page in ("/received/", "/company/events/", "/"):
        assert signed_in(alice).get(page).status_code in (200, 302, 404)


def test_what_unfolds_beyond_the_limit_is_refused_however_small_it_came(lake: Lake, inbox: Inbox) -> None:
    packed = (b"content-encoding", b"gzip")
    bomb = gzip.compress(b'{"batch":[' + b" " * 200_000_000 + b"]}")
    twice = gzip.compress(gzip.compress(GOOD % 1))
    torn = gzip.compress(GOOD % 2)[:-4]
    double = gzip.compress(GOOD % 3) + gzip.compress(GOOD % 4)
    calls = [
        Call("/v1/track", body, (basic(), packed)) for body in (bomb, twice, torn, double, gzip.compress(GOOD % 5))
    ]
    assert sent(lake, calls) == [413, 400, 400, 400, 200]
    settled(lake, inbox, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=12)
    | st.sampled_from([value for value in VALUES.values() if value != LONG]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
EVENTS = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6).map(
    lambda said: {"type": "track", "userId": "u"} | said
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.lists(EVENTS | JSON, min_size=1, max_size=6), min_size=1, max_size=6))
def test_any_requests_settle(lake: Lake, inbox: Inbox, requests: list[list[Any]]) -> None:
    """However wild: the loader reads them with one batch, and nobody stumbles."""
    Held.objects.all().delete()
    Count.objects.all().delete()
    answers = sent(lake, [Call("/v1/batch", written({"batch": some})) for some in requests])
    assert set(answers) <= {200, 400}
    settled(lake, inbox, sum(len(some) for some, status in zip(requests, answers, strict=True) if status == 200))


def test_who_cannot_keep_what_a_batch_says_holds_up_nobody(
    lake: Lake, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[int] = []

    def stumbles(_batch: Kept) -> None:
        Count.objects.create(day="2026-01-01", source="x", what="y", number=1)
        raise DataError("value too long: anna@example.org")

    monkeypatch.setattr(arriving, "_learners", [stumbles, lambda batch: told.append(batch.number)])
    sent(lake, [Call("/v1/track", GOOD % 1)])
    settled(lake, inbox, 1)
    assert told == [1]
    assert not Count.objects.filter(source="x").exists()
    assert "stumbles learned nothing of batch 1: DataError" in caplog.text
    assert "anna@example.org" not in caplog.text


MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_what_is_sent_is_shown_and_never_run(lake: Lake, inbox: Inbox, alice: User) -> None:
    properties: dict[str, Any] = dict.fromkeys((MARKUP, "text", "category", "order_id"), MARKUP)
    properties |= {"products": [{"name": MARKUP, "product_id": MARKUP}], "path": f"/{MARKUP}"}
    context: dict[str, Any] = {
        "userAgent": MARKUP,
        "page": {"url": f"https://x/{MARKUP}", "referrer": MARKUP, "title": MARKUP},
    }
    context |= {
        "campaign": {"name": MARKUP},
        "library": {"name": MARKUP},
        "traits": {"name": MARKUP, "email": "a@b.de"},
    }
    event: dict[str, Any] = {"type": "track", "event": MARKUP, "userId": MARKUP, "messageId": "m"}
    event |= {"properties": properties, "context": context}
    order = event | {"event": "Order Completed", "messageId": "o"}
    page = event | {"type": "page", "name": MARKUP, "messageId": "p"}
    said = event | {"event": "Review Submitted", "messageId": "r"}
    agent = (basic(), (b"user-agent", MARKUP.encode()), (b"origin", MARKUP.encode()))
    bodies = [written({"batch": [event, order, page, said, {"type": MARKUP}]})]
    assert sent(lake, [Call("/v1/batch", body, agent) for body in bodies]) == [200]
    settled(lake, inbox, 5)
    now = Lake.open(lake.folder).at()
    people = {
        row["customer"] for row in now.execute(now.rows("customer", "source")).to_pylist() if row["source"] == "shop"
    }
    client = signed_in(alice)
    pages = ["/", "/events/", "/received/", "/voices/", "/touchpoints/", "/paths/", "/waits/", "/company/touchpoint/",
             "/search/?q=alert", "/behind/?verb=verbatims", "/tracking/", "/identity/", "/company/audit/"]  # fmt: skip
    pages += [f"/events/{one.pk}/" for one in SeenEvent.objects.all()]
    pages += [
        f"{place}{who}/" for who in people if who for place in ("/customers/", "/identity/why/", "/privacy/person/")
    ]
    shown = 0
    for address in pages:
        answer = client.get(address, {"period": "all"} if "?" not in address else {})
        assert answer.status_code < 500, address
        assert b"<script>alert" not in answer.content, address
        assert b"<img src=x" not in answer.content, address
        assert "'unsafe" not in answer.headers["Content-Security-Policy"]
        shown += b"&lt;script&gt;alert" in answer.content
    assert shown
