"""Everything that is not ours to answer goes on to the pages process, streaming both ways."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from urllib.parse import quote

import httpcore
import msgspec

from . import away
from .asgi import JSON, Headers, Receive, Scope, Send, answer
from .holding import HOLD, PLACE, Holding, Short, signed_in

HOP_BY_HOP = frozenset(
    (b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer", b"trailers",
     b"transfer-encoding", b"upgrade", b"proxy-connection", b"expect")
)  # fmt: skip
"""Headers between two neighbours, not to be passed on (RFC 9110, 7.6.1)."""

OURS = frozenset((b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded", b"x-real-ip"))
"""Headers by which we tell the pages about the visitor; a visitor's own are dropped, unless a proxy is trusted."""

TIMEOUTS = {"connect": 2.0, "read": 120.0, "write": 60.0, "pool": 10.0}
SHORT = {"connect": 2.0, "read": 20.0, "write": 10.0, "pool": 10.0}
AWAY = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)
LOOKING = ("GET", "HEAD")
"""What changes nothing, so that it may be asked again."""
UNSENT = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout)
"""What happens before anything was sent."""


class Passing:
    """The way to the pages."""

    def __init__(self, socket: str, *, trust_proxy: bool = False, data: Path | None = None) -> None:
        self.trust_proxy = trust_proxy
        self.holding = Holding(data)
        self.pages = httpcore.AsyncConnectionPool(
            uds=socket, max_connections=64, max_keepalive_connections=16, keepalive_expiry=20.0
        )

    async def health(self, send: Send) -> None:
        """Say that the port is open, and whether the pages answer behind it."""
        try:
            response = await self.pages.request(
                "GET", "http://localhost/healthz", headers=[(b"host", b"localhost")],
                extensions={"timeout": {"connect": 1.0, "read": 5.0, "write": 1.0, "pool": 1.0}},
            )  # fmt: skip
            pages = "ready" if response.status == 200 else "failing"
        except AWAY:
            pages = "starting"
        body = msgspec.json.encode({"front": "ready", "pages": pages})
        await answer(send, 200 if pages == "ready" else 503, JSON, body)

    async def forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the pages and their answer back, as it comes."""
        started, looks = False, scope["method"] in LOOKING
        try:
            response = await self._sent(scope, receive)
            try:
                if any(name.lower() == HOLD for name, _ in response.headers):
                    first = Short(response.status, _passed(response.headers), await response.aread())
                    await response.aclose()  # while it is held, the way to the pages is for others
                    started = True
                    await self.held(scope, receive, send, first)
                    return
                started = True
                await send(
                    {"type": "http.response.start", "status": response.status, "headers": _passed(response.headers)}
                )
                async for chunk in response.aiter_stream():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": b""})
            finally:
                await response.aclose()
        except UNSENT:
            await away.say(away.STARTING if looks else away.UNTAKEN, scope, send)
        except AWAY as gone:
            if started:  # half an answer cannot be taken back; the broken connection says so
                raise
            late = away.LATE if isinstance(gone, httpcore.TimeoutException) else away.STARTING
            await away.say(late if looks else away.UNSURE, scope, send)

    async def _sent(self, scope: Scope, receive: Receive) -> httpcore.Response:
        """Send a request on; one that changes nothing again, where the pages closed the connection at that moment."""
        body = _body(scope, receive)
        url = httpcore.URL(scheme=b"http", host=b"localhost", port=None, target=target(scope))
        request = httpcore.Request(
            scope["method"], url, headers=self.headers(scope), content=body, extensions={"timeout": TIMEOUTS}
        )
        try:
            return await self.pages.handle_async_request(request)
        except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError):
            if scope["method"] not in LOOKING or body != b"":
                raise
            return await self.pages.handle_async_request(request)

    async def held(self, scope: Scope, receive: Receive, send: Send, first: Short) -> None:
        """Go on with a page's answer that wants to; see `holding`."""
        who = signed_in(scope["headers"])
        if self.holding.full(who):
            await answer(send, 503, b"text/plain", b"Too many streams.", (b"retry-after", b"60"))
            return

        async def again(place: bytes) -> Short:
            headers = [(name, value) for name, value in self.headers(scope) if name != PLACE]
            url = httpcore.URL(scheme=b"http", host=b"localhost", port=None, target=target(scope))
            try:
                found = await self.pages.request(
                    "GET", url, headers=[*headers, (PLACE, place)], extensions={"timeout": SHORT}
                )
            except AWAY:
                return Short(0)
            return Short(found.status, found.headers, found.content)

        await self.holding.hold(str(scope["path"]), who, first, again, receive, send)

    def headers(self, scope: Scope) -> Headers:
        """Give the headers for the pages: the visitor's, without those between neighbours, and who the visitor is."""
        named = [value for name, value in scope["headers"] if name == b"connection"]
        dropped = HOP_BY_HOP | {name.strip().lower() for value in named for name in value.split(b",")}
        dropped |= frozenset() if self.trust_proxy else OURS
        kept = [(name, value) for name, value in scope["headers"] if name not in dropped]
        names = {name for name, _ in kept}
        client = (scope.get("client") or ("",))[0]
        if b"x-forwarded-for" not in names:
            kept.append((b"x-forwarded-for", str(client).encode()))
        if b"x-forwarded-proto" not in names:
            kept.append((b"x-forwarded-proto", str(scope.get("scheme", "http")).encode()))
        if b"content-length" not in names and any(name == b"transfer-encoding" for name, _ in scope["headers"]):
            kept.append((b"transfer-encoding", b"chunked"))  # the body is framed anew for the next hop
        if b"host" not in names:
            kept.append((b"host", b"localhost"))
        return kept


def target(scope: Scope) -> bytes:
    """Give the path and query exactly as they were asked for."""
    path: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope.get("query_string") or b""
    return path + (b"?" + query if query else b"")


def _passed(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]


def _body(scope: Scope, receive: Receive) -> AsyncIterator[bytes] | bytes:
    """Give the request's body as it comes; requests that announce none have none."""
    names = {name for name, _ in scope["headers"]}
    if b"content-length" not in names and b"transfer-encoding" not in names:
        return b""

    async def stream() -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            yield message.get("body", b"")
            more = message.get("more_body", False)

    return stream()
