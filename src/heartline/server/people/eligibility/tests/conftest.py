"""The cast, and a company that may write to people."""

from __future__ import annotations

import pytest

from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake
from heartline.store.lake import Lake

from .company import purposes, reached

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake"]


@pytest.fixture
def company(lake: Lake, db: None) -> Lake:
    """Give four customers with addresses, of Berlin and Vienna."""
    purposes(lake)
    for name in ("anna", "ben", "cleo", "dora"):
        reached(f"user_id:{name}", email=f"{name}@shop.example")
    return lake
