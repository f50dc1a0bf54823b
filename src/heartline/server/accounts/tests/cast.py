"""The cast of every server test: Alice runs the company, Bob sees Berlin only, Charlie is a stranger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from heartline.server.accounts import commands
from heartline.server.accounts.models import Role, User
from heartline.server.shell import opened, published
from heartline.store.lake import Lake
from heartline.store.tests.world import events

from .serving import serving

UNITS = {"germany": {"name": "Germany"}, "berlin": {"name": "Berlin", "parent": "germany"}, "wien": {"name": "Vienna"}}
PLACES = {
    "delivery": {"label": "Delivery", "stage": "delivery", "channel": "delivery"},
    "support": {"label": "Support"},
}


@pytest.fixture
def lake(request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give the data folder of the server: six answers in two months, in Berlin and in Vienna."""
    with serving(_scored, request) as made:
        yield made


def _scored(folder: Path) -> None:
    scored = [
        ("anna", "delivery", "2024-02-03 10:00", 5, "berlin"), ("ben", "delivery", "2024-02-10 10:00", 4, "berlin"),
        ("cleo", "support", "2024-02-11 10:00", 2, "wien"), ("anna", "delivery", "2024-03-01 09:00", 1, "berlin"),
        ("dora", "delivery", "2024-03-02 09:00", 5, "wien"), (None, "support", "2024-03-05 09:00", 4, "wien"),
    ]  # fmt: skip
    rows = [
        (who, place, at, {"score": float(score), "scale": "stars5", "unit": unit, "text": text})
        for (who, place, at, score, unit), text in zip(
            scored, ("Great", None, "=cmd|'/C calc'!A0", "<script>alert(1)</script>", None, "-1 stars"), strict=True
        )
    ]
    events(folder, rows, unit=UNITS, touchpoint=PLACES)


@pytest.fixture
def empty_lake(tmp_path: Path, settings: Any) -> Iterator[Lake]:
    """Give a data folder that holds nothing yet."""
    made = Lake.create(tmp_path / "empty")
    settings.DATA = tmp_path / "empty"
    opened._opened.cache_clear()
    yield made
    opened._opened.cache_clear()


@pytest.fixture
def nothing_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without the first answers of all pages, which take longer than anything else that a worker does."""
    monkeypatch.setattr(published, "questions", lambda _journeys: ())


@pytest.fixture
def alice(db: None) -> User:
    """Give the administrator."""
    return commands.create_user(email="alice@example.org", role=Role.ADMIN, by="test")


@pytest.fixture
def bob(db: None) -> User:
    """Give the manager of Berlin."""
    return commands.create_user(email="bob@example.org", role=Role.MANAGER, units=("berlin",), by="test")


@pytest.fixture
def charlie() -> Client:
    """Give a stranger's browser."""
    return Client()


def signed_in(user: User) -> Client:
    """Give a browser in which somebody is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
