"""The cast, and a company with reviews on two platforms and a competitor beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from heartline.listen.reviews.tests.world import OURS, company, review
from heartline.server.accounts.tests.cast import PLACES, UNITS, alice, bob, charlie, empty_lake
from heartline.server.accounts.tests.serving import serving
from heartline.store.lake import Lake

__all__ = ["alice", "bob", "charlie", "empty_lake", "reviewed"]
BERLIN = review(9, "2024-05-20 10:00", 1, text="In <b>Berlin</b> nobody came", unit="berlin", themes=["waiting"])
RATING = {"all": {"value": 4.4, "count": 1204, "best": 5, "worst": 1, "at": "2024-05-30", "source": "google_reviews",
                  "of": "Our shop", "link": "javascript:alert(1)"}}  # fmt: skip


@pytest.fixture
def reviewed(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give a company with reviews, one of them in Berlin, and a competitor."""
    with serving(_reviewed, request) as made:
        yield made


def _reviewed(folder: Path) -> None:
    company(
        folder, [*OURS, BERLIN], unit=UNITS, touchpoint=PLACES, rating=RATING,
        product={"lamp": {"name": "Lamp", "category": "Light"}},
    )  # fmt: skip
