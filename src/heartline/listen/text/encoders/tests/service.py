"""A service that speaks OpenAI's way of asking for embeddings and chat, on this machine, for tests."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from heartline.core.errors import Unavailable
from heartline.listen.text.encoders.endpoint import Answered

Answer = tuple[int, dict[str, str], Any]


class Service:
    """What was asked of it, and how it answers.

    Parameters
    ----------
    encode
        Makes the vectors.
    """

    def __init__(self, encode: Callable[[list[str]], Any], key: str = "") -> None:
        self.encode, self.key = encode, key
        self.asked: list[dict[str, Any]] = []
        self.trouble: list[Answer] = []
        self.says = "Late parcels"
        self.address = ""

    @property
    def texts(self) -> list[str]:
        """All texts that were sent, in their order."""
        return [text for one in self.asked for text in one.get("input", ())]

    def answer(self, path: str, key: str, body: dict[str, Any]) -> Answer:
        """Answer one request."""
        self.asked.append(body)
        if self.trouble:
            return self.trouble.pop(0)
        if self.key and key != f"Bearer {self.key}":
            return 401, {}, {"error": {"message": "Incorrect API key provided."}}
        tokens = {"total_tokens": sum(len(str(text).split()) for text in body.get("input", ["a b c"]))}
        if path == "/v1/chat/completions":
            return 200, {}, {"choices": [{"message": {"role": "assistant", "content": self.says}}], "usage": tokens}
        if path != "/v1/embeddings":
            return 404, {}, {}
        rows = np.asarray(self.encode(body["input"]), float).tolist()
        data = [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(rows)]
        return 200, {}, {"object": "list", "data": data[::-1], "model": body["model"], "usage": tokens}

    def post(self, path: str, body: bytes) -> Answered:
        """Send it a request, as the server would."""
        host = self.address.removeprefix("http://").partition("/")[0]
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            connection.request("POST", f"/v1{path}", body, {"Authorization": f"Bearer {self.key}"})
            found = connection.getresponse()
            after = found.headers.get("Retry-After")
            return Answered(found.status, found.read(), float(after) if after else None)
        except OSError as error:
            raise Unavailable("no_connection", "Nobody answers.") from error
        finally:
            connection.close()


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    """Run a service until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers, said = service.answer(self.path, self.headers.get("Authorization", ""), body)
            packed = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(packed)))
            self.end_headers()
            self.wfile.write(packed)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Purse:
    """A budget in memory."""

    def __init__(self, most: int = 10**9) -> None:
        self.most, self.spent, self.texts = most, 0, 0

    def take(self, tokens: int) -> str:
        """Reserve."""
        if self.spent + tokens > self.most:
            raise Unavailable("budget_used", "This month's budget is used up.")
        self.spent += tokens
        return "2024-03"

    def settle(self, month: str, reserved: int, used: int, texts: int) -> None:
        """Count what it cost."""
        self.spent += used - reserved
        self.texts += texts
