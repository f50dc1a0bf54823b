"""The inbox under test: the same suite for each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from heartline.collect.inbox import Inbox, opened

Open = Callable[[], Inbox]


@pytest.fixture(params=["sqlite"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an inbox that nobody has used."""
    return str(tmp_path)


@pytest.fixture
def inbox(address: str) -> Iterator[Inbox]:
    """Give an empty inbox."""
    with opened(address) as inbox:
        yield inbox
