"""A shop's page on an origin of its own, with the browser's client in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

from . import ground
from .sending import PROGRAMS

BUNDLE = ground.MODULES / "@segment" / "analytics-next" / "dist" / "umd" / "index.js"


class Page(BaseHTTPRequestHandler):
    """Serves the page and the client as its package has it."""

    def do_GET(self) -> None:
        """Answer."""
        script = self.path.startswith("/analytics.js")
        body = (BUNDLE if script else PROGRAMS / "shop.html").read_bytes()
        self.send_response(200 if script or self.path.startswith("/?") else 204)
        self.send_header("Content-Type", "text/javascript" if script else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def shop() -> Iterator[str]:
    """Serve it; give its origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def address(origin: str, host: str, key: str, strategy: str = "") -> str:
    """Give the page's address, with which host and key it loads the client."""
    return f"{origin}/?{urlencode({'host': host, 'key': key, 'strategy': strategy})}"
