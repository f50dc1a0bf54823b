"""The cast, a mail server, and what lands while people wait to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake
from heartline.server.listen.alerts import commands, composing, hearing, posting
from heartline.server.listen.alerts.models import Rule
from heartline.server.listen.alerts.values import Wish
from heartline.server.people.consent.tests.mailbox import Server, listening
from heartline.store.lake import Lake
from heartline.store.tests.world import events

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake"]
LOW = Wish(scale="stars5", at_most=2)


@pytest.fixture
def post(settings: Any) -> Iterator[Server]:
    """Give the company a mail server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with listening() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def scored(score: float, unit: str = "berlin", text: str | None = None, who: str | None = "anna") -> Any:
    """Give a score that was given now."""
    more = {"score": float(score), "scale": "stars5", "unit": unit, "text": text}
    return (who, "delivery", datetime.now(UTC).isoformat(), more)


def land(lake: Lake, *rows: Any) -> None:
    """Let rows land."""
    events(lake.folder, rows)


def go() -> int:
    """Do what the background does, once; give how many mails went."""
    hearing.hear()
    composing.compose()
    return posting.post()


Told = Callable[..., Rule]


@pytest.fixture
def told(alice: User, lake: Lake) -> Told:
    """Give what makes Alice hear of low scores."""

    def make(by: User = alice, wish: Wish = LOW, **more: Any) -> Rule:
        return commands.make(by=by, name="Very bad stars", kind="low", wish=wish, **more)

    return make
