"""Which tests one process runs: those of a group share what is dear to prepare; no other process prepares it too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

GROUP = "xdist_group"
ROOT = Path(__file__).parent.parent
FIRST, LAST = "tests/doors/", "tests/e2e/"
"""What takes long begins, so that none is left to run alone at the end. But what drives a browser comes last: its loop
runs until the process ends, and nothing else that waits can be tested beside it.
"""


def name(items: list[pytest.Item]) -> None:
    """Write the group of each test behind its name, which is where the scheduler of groups looks for it.

    pytest-xdist does so itself, but not with a pytest that keeps names otherwise than it knows: then its groups are
    none, and nobody hears of it but by the time it takes.
    """
    for item in items:
        mark = item.get_closest_marker(GROUP)
        if mark and not item.nodeid.endswith(f"@{mark.args[0]}"):
            said = f"{item.nodeid}@{mark.args[0]}"
            item._id = type(item._id).parse(said)
            assert item.nodeid == said, "the group of a test is not in its name, so it would be in none"


def by_file(items: list[pytest.Item]) -> None:
    """Let tests of different folders that run together stay with their neighbours, in an order that all can bear.

    What empties a database behind it is kept apart from what does not, and comes later, as Django wants it.
    """
    for item in items:
        path = item.path.relative_to(ROOT).as_posix()
        if not path.startswith(LAST):  # that folder has groups of its own
            item.add_marker(pytest.mark.xdist_group(f"{path}{' emptied' * empties(item)}"))
    items.sort(key=lambda item: place(item.path.relative_to(ROOT).as_posix()))


def place(path: str) -> int:
    """Give the place of a file among those that run together."""
    return 0 if path.startswith(FIRST) else 2 if path.startswith(LAST) else 1


def empties(item: pytest.Item) -> bool:
    """Tell whether a test leaves its database empty."""
    mark: Any = item.get_closest_marker("django_db")
    asked = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked or (mark and (mark.kwargs.get("transaction") or mark.kwargs.get("reset_sequences"))))
