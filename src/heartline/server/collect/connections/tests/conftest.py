"""The cast of the tests of connections."""

import pytest

from heartline.collect.connecting.tests.conftest import quick, ready_to_fetch, recipe, shop
from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake, nothing_ahead

__all__ = [
    "alice", "bob", "charlie", "empty_lake", "lake", "nothing_ahead", "quick", "ready_to_fetch", "recipe", "shop",
]  # fmt: skip


@pytest.fixture(autouse=True)
def quickly_published(nothing_ahead: None) -> None:
    """Let no fetch wait for the pages' answers to be made."""
