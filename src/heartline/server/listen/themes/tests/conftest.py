"""The cast, and a company whose texts were read for themes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from heartline.server.accounts.tests.cast import PLACES, UNITS, alice, bob, charlie, empty_lake
from heartline.server.accounts.tests.serving import serving
from heartline.store.lake import Lake
from heartline.store.tests.world import events

__all__ = ["alice", "bob", "charlie", "empty_lake", "spoken"]
LAST = datetime(2026, 3, 29, 12, tzinfo=UTC)


@pytest.fixture
def spoken(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give a company to which people wrote: of delivery ever more, one of them in Berlin, one text is not read yet."""
    with serving(_spoken, request) as made:
        yield made


def _spoken(folder: Path) -> None:
    rows: list[Any] = []
    for day in range(120):
        at = (LAST - timedelta(days=day)).isoformat()
        rows.append((f"p{day}", "support", at, {"text": f"Kind <b>people</b> {day}", "themes": ["friendliness"],
                                                "feeling": 0.8}))  # fmt: skip
        if day % 9 == 0 or day < 14:
            rows.append((f"q{day}", "delivery", at, {"text": f"The parcel {day} came too late again", "feeling": -0.6,
                                                     "themes": ["delivery"], "unit": "berlin"}))  # fmt: skip
    rows.append((None, "support", LAST.isoformat(), {"text": "I wanted another size", "themes": ["need_unmet"]}))
    rows.append((None, "support", LAST.isoformat(), {"text": "Not read yet"}))
    events(folder, rows, unit=UNITS, touchpoint=PLACES)
