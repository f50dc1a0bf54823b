"""The cast."""

import pytest

from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake, nothing_ahead

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake", "nothing_ahead"]


@pytest.fixture(autouse=True)
def quick(nothing_ahead: None) -> None:
    """Let no import wait for the pages' answers to be made."""
