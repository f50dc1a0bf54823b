"""The inbox under test: the same suite for each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from heartline.collect.inbox import Inbox, opened

Open = Callable[[], Inbox]


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the address of an inbox that nobody has used."""
    if request.param == "sqlite":
        return str(tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("drop schema if exists inbox cascade")
    return url


@pytest.fixture
def inbox(address: str) -> Iterator[Inbox]:
    """Give an empty inbox."""
    with opened(address) as inbox:
        yield inbox
