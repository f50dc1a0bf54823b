"""The public port: takes events in itself, and hands everything else to the pages process.

It imports neither Django nor the lake, so it answers while pages start, are busy or are down.

HEARTLINE_DATA         the data folder, which holds the inbox
HEARTLINE_PAGES        the socket file on which pages listen
HEARTLINE_TRUST_PROXY  1 where a proxy stands before us that sets X-Forwarded-For and X-Forwarded-Proto itself
"""

from __future__ import annotations

import os
from pathlib import Path

from heartline.collect.inbox import named

from .asgi import Receive, Scope, Send
from .hooks import PATH, Hooks
from .ingest import Ingest
from .passing import Passing, target

__all__ = ["Front", "application", "target"]


class Front:
    """The ASGI application of the public port."""

    def __init__(self, socket: str, *, trust_proxy: bool = False, data: Path | None = None) -> None:
        self.passing = Passing(socket, trust_proxy=trust_proxy, data=data)
        self.ingest = Ingest(named(data), data, trust_proxy=trust_proxy) if data else None
        self.hooks = Hooks(self.ingest) if self.ingest else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        if self.hooks is not None and path.startswith(PATH):
            await self.hooks(scope, receive, send)
        elif self.ingest is not None and path.startswith("/v1/"):
            await self.ingest(scope, receive, send)
        elif path == "/healthz":
            await self.passing.health(send)
        else:
            await self.passing.forward(scope, receive, send)


def application() -> Front:
    """Make the front that the environment describes."""
    return Front(
        os.environ["HEARTLINE_PAGES"], trust_proxy=os.environ.get("HEARTLINE_TRUST_PROXY") == "1",
        data=Path(os.environ["HEARTLINE_DATA"]),
    )  # fmt: skip
