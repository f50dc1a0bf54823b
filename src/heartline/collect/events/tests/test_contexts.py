"""Contexts of events: each different one is read once, and what cannot be read is left out of its own event only."""

from __future__ import annotations

import msgspec

from heartline.collect.events import decode

from .sent import request

SEEN = {"type": "track", "event": "Product Viewed", "userId": "u"}


def test_events_share_what_they_have_in_common() -> None:
    here, there = {"page": {"path": "/a"}, "locale": "de"}, {"page": {"path": "/b"}}
    made = decode([request({"batch": [{**SEEN, "context": one} for one in (here, there, here)]})])
    paths = [one.context and one.context.page and one.context.page.path for one in made.events]
    assert paths == ["/a", "/b", "/a"]
    assert made.events[0].context is made.events[2].context


def test_an_event_without_a_context_has_that_of_its_batch() -> None:
    batch = [SEEN, {**SEEN, "context": None}, {**SEEN, "context": {"locale": "es"}}]
    made = decode([request({"batch": batch, "context": {"locale": "de"}})])
    assert [one.context and one.context.locale for one in made.events] == ["de", "de", "es"]


def test_a_context_that_cannot_be_read_is_left_out_of_its_own_event_only() -> None:
    batch = [{**SEEN, "context": {"locale": "de", "page": page}} for page in ({"path": "/a"}, 7)]
    made = decode([request({"batch": batch})])
    assert made.mended == {1: ("context.page",)}
    assert [one.context and one.context.locale for one in made.events] == ["de", "de"]
    assert [bool(one.context and one.context.page) for one in made.events] == [True, False]


def test_a_context_by_itself_is_read_too() -> None:
    body = msgspec.json.encode({"event": "x", "userId": "u", "context": {"device": {"id": "d7"}}})
    made = decode([request(body, "track")])
    assert made.events[0].context is not None
    assert made.events[0].context.device is not None
    assert made.events[0].context.device.id == "d7"
