"""A line between a browser and a server that breaks where a test wants it: after the server did what it was asked."""

from __future__ import annotations

import contextlib
import http.client
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .shop import _Quiet, _running

HOPS = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@dataclass
class Line:
    """The line: its own address; `loses` counts down the answers that get lost to addresses that end so."""

    url: str = ""
    loses: int = 0
    to: str = "/send/"
    lost: list[int] = field(default_factory=list)
    """What the server answered each time."""


@contextlib.contextmanager
def line(server: str) -> Iterator[Line]:
    """Lay a line to a server."""
    laid = Line()
    target = urlsplit(server)

    class Handler(_Quiet):
        protocol_version = "HTTP/1.1"

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            heads = {name: value for name, value in self.headers.items() if name.lower() not in HOPS}
            there = http.client.HTTPConnection(target.hostname or "", target.port, timeout=60)
            there.request(self.command, self.path, body or None, heads)
            answer = there.getresponse()
            said = answer.read()
            there.close()
            if laid.loses and self.command == "POST" and self.path.endswith(laid.to):
                laid.loses -= 1
                laid.lost.append(answer.status)
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)  # the server did it; nobody is told
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOPS:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def do_GET(self) -> None:  # noqa: N802  (http.server finds it by this name)
            self.forward()

        def do_POST(self) -> None:  # noqa: N802
            self.forward()

    with _running(Handler) as running:
        laid.url = running.url
        yield laid
