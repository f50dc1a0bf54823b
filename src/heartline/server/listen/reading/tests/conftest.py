"""The cast."""

from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake
from tests.meeting import meeting

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake", "meeting"]
