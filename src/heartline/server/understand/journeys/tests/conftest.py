"""The cast, and a shop whose orders arrive late."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from heartline.server.accounts.tests.cast import UNITS, alice, bob, charlie, empty_lake
from heartline.server.accounts.tests.serving import serving
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events

__all__ = ["alice", "bob", "charlie", "empty_lake"]

DAY = 86400
TOUCHPOINTS: dict[str, dict[str, Any]] = {
    "shop": {"label": "Web shop", "stage": "purchase", "channel": "web", "department": "Marketing"},
    "payment": {"label": "Payment", "stage": "purchase", "channel": "web", "department": "Finance"},
    "delivery": {"label": "Delivery", "stage": "delivery", "channel": "delivery", "department": "Logistics",
                 "expected_wait_s": 3 * DAY},
    "call": {"label": "A call", "stage": "support", "channel": "phone", "department": "Customer Service"},
}  # fmt: skip
ORDER = {"label": "An order", "counted_as": "orders", "per": "customer", "starts": ["shop"], "goal": "delivery",
         "ends": "limit", "within_s": 30 * DAY, "designed": ["shop", "payment", "delivery"]}  # fmt: skip


def order(number: int) -> list[Event]:
    """Give an order: every third is late, and its customer calls and is unhappy."""
    who, late = f"c{number:02}", number % 3 == 0
    day = f"2024-03-{1 + number % 9:02}"
    rows: list[Event] = [
        (who, "shop", f"{day} 10:00", {"unit": "berlin" if number % 2 else "wien", "score": 4.0, "scale": "stars5"}),
        (who, "payment", f"{day} 10:05", {"wait_s": 300.0}),
        (who, "delivery", f"2024-03-{15 + number % 9:02} 10:00",
         {"wait_s": (9 if late else 2) * float(DAY), "succeeded": not late}),
    ]  # fmt: skip
    if late:
        text = f"Parcel {number} came a week too late"
        rows.append((who, "call", f"2024-03-{15 + number % 9:02} 12:00", {"text": text, "feeling": -0.6}))
    score = 1.0 if late else 5.0
    told = {"score": score, "scale": "stars5", "about": "delivery", "text": "Late" if late else "All fine"}
    return [*rows, (who, "review", f"2024-03-{16 + number % 9:02} 09:00", told)]


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give the data folder of the server: thirty orders, ten of them late."""
    with serving(_orders, request) as made:
        yield made


def _orders(folder: Path) -> None:
    rows = [row for number in range(30) for row in order(number)]
    events(folder, rows, unit=UNITS, touchpoint=TOUCHPOINTS, journey={"order": ORDER})


@pytest.fixture
def designed(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give a data folder in which a journey was designed and nothing has happened yet."""
    with serving(_plan, request) as made:
        yield made


def _plan(folder: Path) -> None:
    events(folder, [], touchpoint=TOUCHPOINTS, journey={"order": ORDER})
