"""The cast, and a small shop whose paths are known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake
from heartline.server.accounts.tests.serving import serving
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake", "shop"]

ORDER = {
    "label": "An order", "counted_as": "orders", "starts": ["visit"], "goal": "order", "within_s": 86400,
    "designed": ["visit", "page", "order"],
}  # fmt: skip
PLACES = {"visit": {"label": "Visit"}, "page": {"label": "Product page"}, "order": {"label": "Order"}, "=call": {}}
STORY: list[Event] = [
    ("anna", "visit", "2024-03-01 10:00"), ("anna", "page", "2024-03-01 10:05"), ("anna", "order", "2024-03-01 10:10"),
    ("ben", "visit", "2024-03-01 10:00"), ("ben", "page", "2024-03-01 11:00"), ("ben", "page", "2024-03-01 11:05"),
    ("ben", "order", "2024-03-01 11:10"), ("cleo", "visit", "2024-03-02 10:00"), ("cleo", "=call", "2024-03-02 10:10"),
    ("dora", "visit", "2024-04-03 10:00"), ("dora", "order", "2024-04-03 10:30"),
    ("emil", "visit", "2024-04-04 10:00", {"unit": "berlin"}),
    ("emil", "order", "2024-04-04 10:10", {"unit": "berlin"}),
]  # fmt: skip
UNITS = {"berlin": {"name": "Berlin"}, "wien": {"name": "Vienna"}}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give five visits: three paths lead to an order, one ends in a call."""
    with serving(_visits, request) as made:
        yield made


def _visits(folder: Path) -> None:
    events(folder, STORY, journey={"order": ORDER}, touchpoint=PLACES, unit=UNITS)
