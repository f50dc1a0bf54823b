"""The cast, and a shop whose parcels are late and whose calls are not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from heartline.server.accounts.tests.cast import UNITS, alice, bob, charlie, empty_lake, lake
from heartline.server.accounts.tests.serving import serving
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake", "parcels"]

DAY = 86400.0
PLACES: dict[str, dict[str, Any]] = {
    "delivery": {"label": "Delivery", "department": "Logistics", "expected_wait_s": 3 * DAY},
    "call": {"label": "Phone call"},
    "order": {"label": "Order"},
}
JOURNEY = {"label": "An order", "counted_as": "orders", "starts": ["order"], "goal": "delivery", "within_s": 30 * DAY}


def _story() -> Iterator[Event]:
    """Give twelve orders, six a month; every third parcel takes five days, the others two; and two calls."""
    for number in range(12):
        unit = "berlin" if number % 2 else "wien"
        month = 2 + number // 6
        wait = 5 * DAY if number % 3 == 0 else 2 * DAY
        yield f"p{number}", "order", f"2024-{month:02}-01 10:00", {"unit": unit}
        yield f"p{number}", "delivery", f"2024-{month:02}-07 10:00", {"unit": unit, "wait_s": wait}
    yield "p0", "call", "2024-02-09 10:00", {"wait_s": 60.0}
    yield "p1", "call", "2024-02-09 11:00", {"wait_s": 120.0}


@pytest.fixture
def parcels(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give the data folder of the server."""
    with serving(_parcels, request) as made:
        yield made


def _parcels(folder: Path) -> None:
    event = {"strike": {"label": "Strike", "first": "2024-03-02", "last": "2024-03-05"}}
    events(folder, list(_story()), touchpoint=PLACES, journey={"order": JOURNEY}, unit=UNITS, event=event)
