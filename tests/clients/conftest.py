"""A front on a real port, and clients that send to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from heartline.server.front.tests.asking import Asked

from . import ground


@pytest.fixture(scope="session", autouse=True)
def _clients() -> None:
    if not ground.whole():
        pytest.skip("the clients are not installed: ./test clients installs them")


@pytest.fixture(params=["sqlite", "postgres"])
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    """Give a front that knows one key, over either inbox."""
    address: Path | str = tmp_path
    if request.param == "postgres":
        address = request.getfixturevalue("postgres_url")
        with psycopg.connect(str(address), autocommit=True) as db:
            db.execute("drop schema if exists inbox cascade")
    asked = Asked(tmp_path, address)
    yield asked
    asked.inbox.close()
