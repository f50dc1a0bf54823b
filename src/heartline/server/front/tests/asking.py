"""A front without a network: one event loop, one inbox in a folder, requests as the server would hand them over."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heartline.collect.inbox import Inbox, Received, opened, tally
from heartline.server.front.ingest import Ingest

KEY = "hlw_shop"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a problem."""
        assert self.headers["content-type"] == "application/problem+json"
        problem = self.json
        assert problem["status"] == self.status
        assert problem["reason"]
        assert problem["message"] == problem["reason"]
        return str(problem["code"])


def basic(key: str = KEY) -> tuple[bytes, bytes]:
    """Write the header that carries a key."""
    return (b"authorization", b"Basic " + base64.b64encode(f"{key}:".encode()))


@dataclass
class Call:
    """One request."""

    path: str = "/v1/track"
    body: bytes = b"{}"
    headers: tuple[tuple[bytes, bytes], ...] = (basic(),)
    method: str = "POST"
    client: str = "203.0.113.77"
    pieces: int = 1
    scheme: str = "http"
    gone: bool = False
    told: bool = True

    def messages(self) -> list[dict[str, Any]]:
        """Cut the body into the messages of the protocol."""
        if self.gone:
            return [{"type": "http.disconnect"}]
        step = max(1, -(-len(self.body) // self.pieces))
        cut = [self.body[start : start + step] for start in range(0, len(self.body), step)] or [b""]
        return [
            {"type": "http.request", "body": piece, "more_body": number < len(cut) - 1}
            for number, piece in enumerate(cut)
        ]

    def scope(self) -> dict[str, Any]:
        """Write the request as the server does."""
        length = [(b"content-length", str(len(self.body)).encode())] if self.told else []
        return {
            "type": "http", "method": self.method, "path": self.path, "raw_path": self.path.encode("utf-8", "replace"),
            "query_string": b"", "headers": [*self.headers, *length], "client": (self.client, 4711),
            "scheme": self.scheme,
        }  # fmt: skip


def track(**more: Any) -> bytes:
    """Write an event."""
    return json.dumps({"type": "track", "event": "Order Completed", "userId": "u1", **more}).encode()


def packed(body: bytes) -> bytes:
    """Compress a body as clients do."""
    return gzip.compress(body, mtime=0)


@dataclass
class Asked:
    """A front over an inbox that knows one key."""

    folder: Path
    address: Path | str
    options: dict[str, Any] = field(default_factory=dict)

    def opened(self) -> Ingest:
        """Give a front of its own, to be closed."""
        return Ingest(self.address, self.folder, **self.options)

    def __post_init__(self) -> None:
        (self.folder / "format").touch()
        self.inbox: Inbox = opened(self.address)
        self.let(KEY, "shop")

    def let(self, key: str, source: str) -> None:
        """Let a key write."""
        self.inbox.set_key(hashed(key), source)

    def all(self, calls: Iterable[Call]) -> list[Answer | None]:
        """Send requests at once; None for one that was not answered."""

        async def run() -> list[Answer | None]:
            with closing(self.opened()) as front:
                return await asyncio.gather(*(one(front, call) for call in calls))

        return asyncio.run(run())

    def one(self, call: Call) -> Answer:
        """Send a request."""
        (answer,) = self.all([call])
        assert answer is not None
        return answer

    def kept(self) -> list[Received]:
        """Give what somebody sent and the inbox has, and empty it: a busy front counts in it what it refused, too."""
        rows = self.inbox.stamp(1, 10**9)
        self.inbox.forget(1)
        return [row for row in rows if row.kind != tally.KIND]


def hashed(key: str) -> str:
    """Hash a key as it is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


async def one(front: Ingest, call: Call) -> Answer | None:
    """Hand one request to a front."""
    messages, sent = call.messages(), []

    async def receive() -> Any:
        if not messages:
            await asyncio.sleep(3600)
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await front(call.scope(), receive, send)
    if not sent:
        return None
    headers = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, b"".join(message["body"] for message in sent[1:]))
