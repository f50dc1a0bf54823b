"""The cast of the tests of connections."""

from heartline.collect.connecting.tests.conftest import quick, ready_to_fetch, recipe, shop
from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake", "quick", "ready_to_fetch", "recipe", "shop"]
