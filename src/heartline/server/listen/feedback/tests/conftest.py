"""The cast."""

from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake"]
