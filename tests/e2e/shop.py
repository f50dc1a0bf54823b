"""A shop on one port and what it sends on another: real servers both, so that browsers apply all their rules."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

import heartline.server

SCRIPT = Path(heartline.server.__file__).parent / "collect" / "tracking" / "static" / "tracking" / "hl.js"
KEY = "hlw_shop"
DRAWN = ("messageId", "anonymousId")
PATIENCE_S = 180.0

SLOW_HAND = "{ const after = setTimeout; setTimeout = (what, ms) => after(what, ms === 600 ? 4_000 : ms); }"
"""Gives the hand of a busy machine more than the 600 ms in which its next click belongs to the one before."""

POLICY = (
    "default-src 'none'; script-src 'self' {inbox}; connect-src {inbox}; form-action 'self'; base-uri 'none';"
    " require-trusted-types-for 'script'; trusted-types 'none'"
)
"""What a careful shop allows: no inline script, no eval, nothing from anywhere but itself and the inbox."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass

    def answer(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


@dataclass
class Inbox:
    """Takes events as the front does, and keeps them to be looked at; `answers` come before the usual 200."""

    url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    refuses: str = "\0"
    """Batches that hold this are answered with 400."""
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Events acknowledged with 200, each once."""

    def take(self, body: bytes, kind: str) -> tuple[int, dict[str, str]]:
        """Keep a request and give its answer."""
        batch = json.loads(body)
        self.requests.append(batch)
        self.times.append(time.monotonic())
        self.kinds.add(kind)
        status, headers = self.answers.pop(0) if self.answers else (200, {})
        if self.refuses in body.decode():
            status = 400
        if status == 200:
            self.taken |= {event["messageId"]: event for event in batch["batch"]}
        return status, headers

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """Give what was acknowledged, by a track's name or by type."""
        found = sorted(self.taken.values(), key=lambda event: str(event["timestamp"]))
        return [event for event in found if name in (None, event.get("event") or event["type"])]

    def wait(self, name: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait for so many events of a name."""
        end = time.monotonic() + PATIENCE_S
        while len(self.events(name)) < count:
            assert time.monotonic() < end, (name, [event.get("event") or event["type"] for event in self.events()])
            time.sleep(0.05)
        return self.events(name)

    def everything(self) -> str:
        """Give all that was ever sent, as one text, without the names that are random letters."""
        events = [event for request in self.requests for event in request["batch"]]
        told = [{name: value for name, value in event.items() if name not in DRAWN} for event in events]
        return json.dumps(told, ensure_ascii=False)


@contextlib.contextmanager
def inbox() -> Iterator[Inbox]:
    """Run an inbox that also gives out the script."""
    kept = Inbox()

    class Handler(_Quiet):
        def do_GET(self) -> None:
            self.answer(200, "text/javascript", SCRIPT.read_bytes())

        def do_POST(self) -> None:
            assert self.path == "/v1/batch"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = kept.take(body, self.headers["Content-Type"])
            shared = {"Access_Control_Allow_Origin": "*", "Access_Control_Expose_Headers": "Retry-After"}
            self.answer(status, "application/json", b"{}", **shared, **headers)

    with _running(Handler) as server:
        kept.url = server.url
        yield kept


@dataclass
class Shop:
    """A site: its pages by path, the script's tag in each."""

    inbox: str
    url: str = ""
    pages: dict[str, str] = field(default_factory=dict)

    def page(
        self, path: str, body: str = "", *, title: str = "Shop", tag: str = "", script: str = "", root: str = "",
        status: int = 200, key: str = KEY,
    ) -> str:  # fmt: skip
        """Put up a page; `tag` are further attributes of the script's tag, `script` runs before it."""
        number = len(self.pages)
        first = f'<script src="/first-{number}.js"></script>' if script else ""
        self.pages[f"/first-{number}.js"] = script
        self.pages[path] = (
            f"<!doctype html><!--{status}--><html {root}><head><meta charset=utf-8><title>{title}</title>{first}"
            f'<script defer src="{self.inbox}/hl.js" data-key="{key}" {tag}></script>'
            f"</head><body>{body}</body></html>"
        )
        return self.url + path


@contextlib.contextmanager
def shop(inbox: str) -> Iterator[Shop]:
    """Run a shop whose pages send to an inbox."""
    site = Shop(inbox)

    class Handler(_Quiet):
        def do_GET(self) -> None:
            text = site.pages.get(self.path.partition("?")[0], "")
            status = int(text[19:22]) if text.startswith("<!doctype") else 200
            kind = "text/javascript" if self.path.endswith(".js") else "text/html"
            self.answer(status, kind, text.encode(), Content_Security_Policy=POLICY.format(inbox=inbox))

        def do_POST(self) -> None:
            self.do_GET()

    with _running(Handler) as server:
        site.url = server.url
        yield site


@contextlib.contextmanager
def _running(handler: type[BaseHTTPRequestHandler]) -> Iterator[_Server]:
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def until(page: Page, expression: str) -> None:
    """Wait until something is so on a page whose policy forbids what Playwright's own waiting needs."""
    end = time.monotonic() + PATIENCE_S
    while not page.evaluate(expression):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)


def until_sent(page: Page) -> None:
    """Wait until nothing waits in a page's queue."""
    until(page, "!Object.keys(localStorage).some((key) => key.startsWith('hl:e:'))")
