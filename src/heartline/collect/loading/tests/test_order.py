"""Who is one person may depend on what came first, and on nothing else: not on how events are put into batches."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect.inbox import Received
from heartline.collect.loading.ledger import Ledger
from heartline.collect.loading.reading import reader
from heartline.collect.loading.recent import Recent
from heartline.collect.loading.settling import settle
from heartline.core.ids import identifier
from heartline.store.lake import Lake

NOW = 1_795_330_800_000_000
IDENTIFY = {"type": "identify", "anonymousId": "x", "userId": "anna"}
TRACK = {"type": "track", "event": "Product Viewed", "anonymousId": "x", "userId": "ben"}
ALIAS = {"type": "alias", "previousId": "x", "userId": "cem"}
WHO = st.tuples(st.sampled_from(["anna", "ben", None]), st.sampled_from(["x", "y", None]), st.sampled_from(["a", None]))
EVENTS = st.lists(st.tuples(st.sampled_from(["identify", "track"]), WHO.filter(any)), min_size=1, max_size=8)


def settled(lake: Lake, events: Sequence[dict[str, Any]], cuts: Sequence[int]) -> set[frozenset[str]]:
    """Give the people after these events came, cut into requests and batches at these places."""
    ledger, recent, read = Ledger(lake), Recent(lake), reader(lake)
    ledger.catch_up()
    for number, (start, end) in enumerate(pairwise([0, *cuts, len(events)]), 1):
        body = msgspec.json.encode({"batch": events[start:end]})
        taken = read([Received(NOW, "shop", "batch", body, end - start, b"{}", number)])
        settle(taken, ledger, recent, lake.key, {})
        ledger.persons.keep(number)
    persons = ledger.persons
    everybody = np.arange(len(persons))
    found: dict[int, set[str]] = {}
    for name, root in zip(persons.written(everybody).to_pylist(), persons.roots(everybody).tolist(), strict=True):
        found.setdefault(root, set()).add(name)
    return {frozenset(some) for some in found.values()}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return Lake.create(tmp_path_factory.mktemp("order") / "data")


@pytest.mark.parametrize("order", list(permutations((IDENTIFY, TRACK, ALIAS))))
def test_a_device_is_of_whoever_was_first_seen_with_it_also_within_a_batch(
    lake: Lake, order: tuple[dict[str, Any], ...]
) -> None:
    events = [{**event, "messageId": f"m{at}", "timestamp": "2026-11-22T06:00:00Z"} for at, event in enumerate(order)]
    together, apart = settled(lake, events, ()), settled(lake, events, (1, 2))
    assert together == apart
    first = named(lake, str(order[0]["userId"]))
    assert frozenset({first, named(lake, "x", "anonymous_id")}) in together


def named(lake: Lake, value: str, kind: str = "user_id") -> str:
    return identifier(kind, value, lake.key)


@settings(max_examples=40, deadline=None)
@given(EVENTS, st.sets(st.integers(1, 7)))
def test_any_cut_gives_the_same_people(lake: Lake, said: list[tuple[str, Any]], cuts: set[int]) -> None:
    events = []
    for at, (kind, (user, device, mail)) in enumerate(said):
        event: dict[str, Any] = {"type": kind, "messageId": f"m{at}", "timestamp": "2026-11-22T06:00:00Z"}
        event |= {"userId": user} if user else {}
        event |= {"anonymousId": device} if device else {}
        event |= {"context": {"traits": {"email": f"{mail}@shop.example"}}} if mail else {}
        events.append(event | ({"event": "Product Viewed"} if kind == "track" else {}))
    ends = sorted(cut for cut in cuts if cut < len(events))
    assert settled(lake, events, ends) == settled(lake, events, ())
