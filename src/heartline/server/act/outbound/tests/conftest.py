"""The cast of the tests of other systems, and one that remembers what it was told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake
from heartline.server.act.outbound import commands
from heartline.server.act.outbound.commands import Hearing
from heartline.server.act.outbound.models import Endpoint
from heartline.server.shell.tests.receiving import receiver
from heartline.store.lake import Lake

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake"]


@dataclass
class Other:
    """A system that is told: what it took, and what it answers next."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def bodies(self) -> list[dict[str, Any]]:
        """Give what it was told, as JSON."""
        return [json.loads(body) for _, body in self.heard]

    def names(self) -> list[str]:
        """Give the names of the messages."""
        return [headers["webhook-id"] for headers, _ in self.heard]

    def reply(self, handler: BaseHTTPRequestHandler) -> None:
        """Take a message, and answer it."""
        self.heard.append(({name.lower(): text for name, text in handler.headers.items()}, handler.body))  # type: ignore[attr-defined]
        status, headers, body = self.answers.pop(0) if self.answers else (204, {}, b"")
        handler.send_response(status)
        for name, text in headers.items():
            handler.send_header(name, text)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


@pytest.fixture
def other(settings: Any) -> Iterator[Other]:
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    made = Other()
    with receiver(made.reply) as (port, _):
        made.url = f"http://127.0.0.1:{port}/in"
        yield made


Tell = Callable[..., Endpoint]


@pytest.fixture
def told(alice: User, lake: Lake, other: Other) -> Tell:
    """Give what makes a system that hears of something from now on."""

    def make(*hears: str, name: str = "CRM", **more: Any) -> Endpoint:
        made, secret = commands.create(by=alice, name=name, url=other.url, hearing=Hearing(hears, **more))
        made.given = secret  # type: ignore[attr-defined]
        return made

    return make
