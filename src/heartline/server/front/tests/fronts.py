"""A front, whichever database holds its inbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from .asking import Asked


@pytest.fixture(params=["sqlite", "postgres"])
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asked]:
    """Give a front that knows one key."""
    address: Path | str = tmp_path
    if request.param == "postgres":
        address = request.getfixturevalue("postgres_url")
        with psycopg.connect(str(address), autocommit=True) as db:
            db.execute("drop schema if exists inbox cascade")
    asked = Asked(tmp_path, address)
    yield asked
    asked.inbox.close()
