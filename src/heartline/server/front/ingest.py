"""Takes events in over HTTP, in the Segment wire format, and says so only when they are durable."""

from __future__ import annotations

import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from heartline.collect.inbox import Inbox, Received, opened
from heartline.core.errors import HeartlineError, Unavailable

from . import browser, refusals
from .asgi import JSON, PROBLEM, Headers, Receive, Scope, Send, answer, problem
from .committing import Committer
from .decoding import looked_into
from .keys import Keys
from .reading import Patience, Room, inflated
from .tallying import Tally
from .visitor import LONGEST_ADDRESS, LONGEST_AGENT, about

KINDS = ("identify", "track", "page", "screen", "group", "alias", "batch", "import")
MANY = frozenset(("batch", "import"))
PATHS = {f"/v1/{kind}": kind for kind in KINDS} | {f"/v1/{kind[0]}": kind for kind in KINDS if kind != "import"}
"""Clients in browsers write the first letter only; i is identify."""
FIGURES = "/v1/m"
"""Where clients send figures about themselves, which nobody here needs."""
SUCCESS = b'{"success":true}'
SUCCESS_HEADERS = [(b"content-type", JSON), (b"content-length", str(len(SUCCESS)).encode())]


class Said(NamedTuple):
    """What of a request's headers matters."""

    key: bytes = b""
    encoding: bytes = b""
    origin: bytes | None = None
    agent: bytes = b""
    length: int = 0
    host: bytes = b"localhost"
    wanted: bytes = b""
    forwarded: bytes = b""
    scheme: bytes = b""


NAMES = {
    b"authorization": "key", b"content-encoding": "encoding", b"origin": "origin", b"user-agent": "agent",
    b"content-length": "length", b"host": "host", b"access-control-request-headers": "wanted",
    b"x-forwarded-for": "forwarded", b"x-forwarded-proto": "scheme",
}  # fmt: skip


class Ingest:
    """Answers everything below /v1/."""

    def __init__(self, address: Path | str, data: Path, *, trust_proxy: bool = False, room: Room | None = None) -> None:
        self.address = address
        self.data = data
        self.trust_proxy = trust_proxy
        self.room = room or Room()
        self.patience = Patience()
        self._inboxes: dict[str, Inbox] = {}
        self.keys = Keys(lambda: self.inbox("keys").keys())
        self.committer = Committer(lambda: self.inbox("rows"))
        self.tally = Tally(self.committer.keep)

    def inbox(self, use: str) -> Inbox:
        """Give the inbox, opened when it is first needed; each use has its own, so that none waits for another."""
        if use not in self._inboxes:
            if not (self.data / "format").exists():
                raise Unavailable("starting", "The server is starting.", remedy="Try again in a few seconds.")
            self._inboxes[use] = opened(self.address)
        return self._inboxes[use]

    def close(self) -> None:
        """Put what is waiting, and let go of the inbox."""
        self.committer.close()
        for inbox in self._inboxes.values():
            inbox.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        said = heard(scope["headers"])
        try:
            if scope["method"] == "OPTIONS":
                headers = browser.preflight(said.origin, said.wanted)
                await send({"type": "http.response.start", "status": 204, "headers": headers})
                await send({"type": "http.response.body", "body": b""})
            elif scope["method"] == "POST":
                await self._take(scope, said, receive)
                await self._received(said, send)
            else:
                await answer(send, 200, JSON, await self._asked(scope, said), *browser.leave(said.origin))
        except HeartlineError as error:
            self.tally.note(error)
            await refuse(send, error, said.origin)

    async def _received(self, said: Said, send: Send) -> None:
        headers = SUCCESS_HEADERS + browser.leave(said.origin) if said.origin else SUCCESS_HEADERS
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": SUCCESS})

    async def _take(self, scope: Scope, said: Said, receive: Receive) -> None:
        """Read the events and keep them; returns when they are durable."""
        path = scope["path"].rstrip("/")
        kind = PATHS.get(path)
        if said.length > refusals.REQUEST_BYTES:
            raise refusals.request_too_large()
        with self.room.held(said.length or refusals.REQUEST_BYTES):
            body = await self.patience.read(receive)
            if kind is None:
                if path == FIGURES:
                    return
                raise refusals.unknown(path)
            source = await self._source(said.key) if said.key else None
            if said.encoding:
                body = unpacked(body, said.encoding)
                with self.room.held(len(body)):
                    await self._keep(scope, said, kind, source, body)
            else:
                await self._keep(scope, said, kind, source, body)

    async def _keep(self, scope: Scope, said: Said, kind: str, source: str | None, body: bytes) -> None:
        events, key = looked_into(body, many=kind in MANY)
        if source is None:
            if key is None:
                raise refusals.no_key()
            source = await self._source(key)
        if events:
            sent_by = about(self._address(scope, said), said.agent[:LONGEST_AGENT])
            await self.committer.keep(Received(time.time_ns() // 1000, source, kind, body, events, sent_by))

    async def _source(self, said: bytes | str) -> str:
        source = await self.keys.source(said)
        if source is None:
            raise refusals.bad_key()
        return source

    def _address(self, scope: Scope, said: Said) -> str:
        if self.trust_proxy and said.forwarded:
            return said.forwarded.partition(b",")[0][:LONGEST_ADDRESS].decode("latin-1")
        return str((scope.get("client") or ("",))[0])

    async def _asked(self, scope: Scope, said: Said) -> bytes:
        """Give the document that a client asks for at start."""
        parts = scope["path"].split("/")
        if parts[2:3] != ["projects"] or parts[4:] != ["settings"]:
            if scope["path"].rstrip("/") in PATHS:
                raise refusals.WrongMethod("POST")
            raise refusals.unknown(scope["path"])
        if scope["method"] not in ("GET", "HEAD"):
            raise refusals.WrongMethod("GET")
        key = unquote(parts[3])
        await self._source(key)
        scheme = said.scheme.decode("latin-1") if self.trust_proxy and said.scheme else scope.get("scheme", "http")
        return browser.settings(key, said.host.decode("latin-1"), scheme)


def heard(headers: Headers) -> Said:
    """Pick what matters out of a request's headers."""
    found = {NAMES[name]: value for name, value in headers if name in NAMES}
    length = found.pop("length", b"")
    return Said(**found, length=int(length[:18]) if length.isdigit() else 0)


def unpacked(body: bytes, encoding: bytes) -> bytes:
    """Undo what a client did to make a body smaller."""
    name = encoding.strip().lower()
    if name in (b"gzip", b"x-gzip"):
        return inflated(body)
    if name != b"identity":
        raise refusals.bad_encoding(name)
    return body


async def refuse(send: Send, error: HeartlineError, origin: bytes | None) -> None:
    """Say what is wrong, when to come again where that helps."""
    more = browser.leave(origin)
    if error.status in (429, 503):
        more.append((b"retry-after", str(refusals.AGAIN_S).encode()))
    if error.status == 401 and origin is None:  # a browser would open a window for name and password
        more.append((b"www-authenticate", b"Basic"))
    if isinstance(error, refusals.WrongMethod):
        more.append((b"allow", error.allowed.encode()))
    await answer(send, error.status, PROBLEM, problem(error), *more)
