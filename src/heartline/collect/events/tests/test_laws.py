"""What holds whatever is sent: no exception, nothing lost, and the same rows in any order and any requests."""

from __future__ import annotations

import random
from typing import Any
from unittest import mock

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect.events import Placed, decode, pieces, placed
from heartline.collect.inbox.contract import Received
from heartline.collect.reasons import EVENT_REASONS
from heartline.store.definitions import Definitions

from .sent import NOW, request

WORDS = st.sampled_from(
    ["Order Completed", "Product Viewed", "Wheel Spun", "NPS Submitted", "Email Opened", "Ticket Created", "ann",
     "a@b.de", "+4922812345", "4111 1111 1111 1111", "2026-11-22T06:00:00Z", "1820-01-01", "", "null", "/product/7",
     "DE89 3704 0044 0532 0130 00", "192.168.17.4", "\0", "x\0y", "١٢٣", "2024-13-45T99:00:00Z"]
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | WORDS, inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["order_id", "total", "currency", "score", "scale", "comment", "email", "path", "products", "touchpoint", "about",
     "wait_s", "succeeded", "name", "context", "shipping_address", "a@b.de", "store_id", "channel", "stage", "text"]
)  # fmt: skip
PROPERTIES = st.dictionaries(KEYS | st.text(max_size=6), VALUES, max_size=6)
CONTEXT = st.fixed_dictionaries(
    {},
    optional={
        "page": st.fixed_dictionaries({}, optional={"path": WORDS, "url": WORDS}) | VALUES,
        "library": st.fixed_dictionaries({"name": st.sampled_from(["analytics.js", "analytics-ios"]) | VALUES}),
        "traits": PROPERTIES | VALUES,
        "campaign": PROPERTIES | VALUES,
        "device": st.fixed_dictionaries({"id": WORDS}) | VALUES,
        "consent": st.fixed_dictionaries({"categoryPreferences": st.dictionaries(WORDS, st.booleans())}) | VALUES,
        "ip": VALUES,
    },
)
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "page", "screen", "identify", "group", "alias"]) | VALUES},
    optional={
        "event": WORDS | VALUES,
        "name": WORDS | VALUES,
        "userId": WORDS | VALUES,
        "anonymousId": WORDS | VALUES,
        "previousId": WORDS,
        "groupId": WORDS,
        "messageId": st.text(max_size=10) | VALUES,
        "timestamp": WORDS | VALUES,
        "properties": PROPERTIES | VALUES,
        "traits": PROPERTIES | VALUES,
        "context": CONTEXT | VALUES,
    },
)
NOTHING = Definitions({})


def _accounted(found: Placed, events: int) -> None:
    assert found.rows.num_rows + found.people.num_rows + len(found.refused) == events
    assert {one.code for one in found.refused} <= set(EVENT_REASONS)
    for text in found.rows["properties"].to_pylist():
        assert type(msgspec.json.decode(text)) is dict
        assert "a@b.de" not in text
    for text in found.rows["text"].to_pylist():
        assert text is None or "a@b.de" not in text


@settings(max_examples=150)
@given(st.lists(EVENTS | VALUES, max_size=6))
def test_any_event_is_used_or_refused(events: list[Any]) -> None:
    """Whatever JSON comes, each event is a row, an assertion, or refused with a reason."""
    _accounted(placed(decode([request({"batch": events})]), NOTHING), len(events))


@settings(max_examples=100)
@given(VALUES, st.sampled_from(["track", "page", "identify", "alias", "hook"]))
def test_any_value_is_used_or_refused(body: Any, kind: str) -> None:
    """A request that is one event likewise."""
    _accounted(placed(decode([request(msgspec.json.encode(body), kind)]), NOTHING), 1)


@settings(max_examples=150)
@given(st.binary(max_size=200), st.sampled_from(["track", "page", "identify", "batch", "import", "hook"]))
def test_any_bytes_are_used_or_refused(body: bytes, kind: str) -> None:
    """No byte raises anything."""
    found = placed(decode([request(body, kind)]), NOTHING)
    assert {one.code for one in found.refused} <= set(EVENT_REASONS)


@settings(max_examples=100)
@given(st.binary(max_size=40), st.integers(0, 200))
def test_broken_events_are_used_or_refused(junk: bytes, at: int) -> None:
    """An event with bytes in it that were never meant to be there."""
    good = (
        b'{"type":"track","event":"Order Completed","userId":"a\\u0041","properties":{"total":"12.5","x":[1,{"y":2}]}}'
    )
    at = min(at, len(good))
    found = placed(decode([request(good[:at] + junk + good[at:], "track")]), NOTHING)
    assert found.rows.num_rows + found.people.num_rows + len(found.refused) == 1


@settings(max_examples=60)
@given(st.lists(EVENTS, min_size=1, max_size=8), st.randoms(use_true_random=False), st.lists(st.integers(1, 3)))
def test_order_and_split_do_not_matter(events: list[Any], chance: random.Random, sizes: list[int]) -> None:
    """However events are ordered and put into requests, the rows are the same."""
    events = [{**event, "messageId": f"m{place}"} for place, event in enumerate(events)]
    whole = placed(decode([request({"batch": events, "sentAt": NOW // 1000})]), NOTHING)
    mixed, requests = list(events), list[Received]()
    chance.shuffle(mixed)
    while mixed:
        size = sizes.pop() if sizes else 2
        part, mixed = mixed[:size], mixed[size:]
        requests.append(request({"batch": part, "sentAt": NOW // 1000}, number=2 + len(requests)))
    parts = placed(decode(requests), NOTHING)
    for one, other in ((whole.rows, parts.rows), (whole.people, parts.people)):
        told = [name for name in one.schema.names if name != "seq"]
        assert one.select(told).sort_by("id").to_pylist() == other.select(told).sort_by("id").to_pylist()
    assert whole.contacts.to_pylist() == parts.contacts.to_pylist()
    assert whole.found == parts.found
    assert {name: (sight.count, sight.unplaced) for name, sight in whole.seen.events.items()} == {
        name: (sight.count, sight.unplaced) for name, sight in parts.seen.events.items()
    }


@settings(max_examples=60)
@given(st.lists(st.lists(EVENTS, max_size=3), max_size=5), st.integers(1, 5))
def test_pieces_come_to_the_same_as_the_whole(batches: list[list[Any]], events: int) -> None:
    """However many events are read at once, what they come to is the same, in the same order."""
    some = [request({"batch": batch}, number=place + 1) for place, batch in enumerate(batches)]
    whole = placed(decode(some), NOTHING)
    with mock.patch.object(pieces, "EVENTS", events):
        parts = pieces.read(some, NOTHING)
    for name in ("rows", "people", "contacts", "consents"):
        assert getattr(whole, name).equals(getattr(parts, name)), name
    assert (whole.refused, whole.found, whole.kinds) == (parts.refused, parts.found, parts.kinds)
    assert whole.seen == parts.seen
