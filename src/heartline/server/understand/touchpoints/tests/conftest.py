"""The cast, and a shop whose parcels come late in Vienna."""

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
    "delivery": {"label": "Delivery", "stage": "delivery", "channel": "delivery", "department": "Logistics",
                 "contributes": ["Warehouse", "Carrier"], "expected_wait_s": 3 * DAY},
}  # fmt: skip
ORDER = {"label": "An order", "counted_as": "orders", "per": "customer", "starts": ["shop"], "goal": "delivery",
         "ends": "limit", "within_s": 30 * DAY, "designed": ["shop", "delivery"]}  # fmt: skip
RELAUNCH = {"label": "Relaunch", "first": "2024-04-02", "last": "2024-04-20", "kind": "relaunch"}
CALM = {"label": "Calm ones", "any": [{"score_from": 4}]}


def order(number: int) -> list[Event]:
    """Give an order of March or April: late for most people in Vienna, for nobody in Berlin."""
    who, wien, month = f"c{number:02}", number % 2 == 0, 3 + number % 4 // 2
    late = wien and number % 8 > 0
    here = {"unit": "wien" if wien else "berlin", "product": "lamp" if number % 3 else "sofa"}
    wait = {"wait_s": (9 if late else 2) * float(DAY), "succeeded": not late}
    told = {"score": 1.0 if late else 5.0, "scale": "stars5", "about": "delivery"}
    return [
        (who, "shop", f"2024-{month:02}-05 10:00", here),
        (who, "delivery", f"2024-{month:02}-14 10:00", {**here, **wait}),
        (who, "review", f"2024-{month:02}-15 09:00", {**here, **told, "text": "Too late" if late else "All fine"}),
    ]


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give the data folder of the server: eighty orders, thirty of them late."""
    with serving(_orders, request) as made:
        yield made


def _orders(folder: Path) -> None:
    events(
        folder, [row for number in range(80) for row in order(number)], unit=UNITS, touchpoint=TOUCHPOINTS,
        journey={"order": ORDER}, event={"relaunch": RELAUNCH}, segment={"calm": CALM},
        product={"lamp": {"category": "light"}, "sofa": {"category": "seats"}},
    )  # fmt: skip
