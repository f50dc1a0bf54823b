"""The public port, before a pages process that is a few lines here."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from heartline.server.front import Front, target

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def ask(
    tmp_path: Path, handler: Handler | None, path: bytes = b"/", *, method: str = "GET", trust_proxy: bool = False,
    headers: tuple[tuple[bytes, bytes], ...] = ((b"host", b"heartline.example"),), body: tuple[bytes, ...] = (),
    query: bytes = b"",
) -> tuple[int, dict[bytes, bytes], list[bytes]]:  # fmt: skip
    """Send one request through the front; give the status, headers and pieces of the answer."""
    sent: list[Any] = []
    pieces = [{"type": "http.request", "body": piece, "more_body": True} for piece in body]
    pieces.append({"type": "http.request", "body": b"", "more_body": False})

    async def run() -> None:
        socket = tmp_path / "pages.sock"
        server = await asyncio.start_unix_server(handler, socket) if handler else None
        scope = {
            "type": "http", "method": method, "path": path.decode().partition("%")[0], "raw_path": path,
            "query_string": query, "headers": headers, "client": ("192.0.2.7", 1234), "scheme": "http",
        }  # fmt: skip

        async def receive() -> Any:
            return pieces.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        front = Front(str(socket), trust_proxy=trust_proxy)
        await front(scope, receive, send)
        await front.passing.pages.aclose()
        if server:
            server.close()
            await server.wait_closed()

    asyncio.run(run())
    return sent[0]["status"], dict(sent[0]["headers"]), [message["body"] for message in sent[1:]]


def echo(answer: bytes = b"", *, keep: list[bytes] | None = None) -> Handler:
    """Make a pages process that keeps what it is asked and answers with fixed bytes."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        got = head
        if b"chunked" in head:
            got += await reader.readuntil(b"0\r\n\r\n")
        if keep is not None:
            keep.append(got)
        writer.write(answer or b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    return handle


def test_a_request_reaches_the_pages_exactly_as_it_was_asked(tmp_path: Path) -> None:
    keep: list[bytes] = []
    headers = (
        (b"host", b"heartline.example"), (b"cookie", b"a=1"), (b"connection", b"keep-alive, X-Hop"), (b"x-hop", b"1"),
        (b"x-forwarded-for", b"10.0.0.1"), (b"te", b"trailers"),
    )  # fmt: skip
    status, _, _ = ask(tmp_path, echo(keep=keep), b"/a%2Fb/%C3%A9", query=b"q=1&q=%20", headers=headers)
    lines = keep[0].split(b"\r\n")
    assert status == 204
    assert lines[0] == b"GET /a%2Fb/%C3%A9?q=1&q=%20 HTTP/1.1"
    passed = {line.split(b": ")[0].lower(): line.split(b": ")[1] for line in lines[1:] if line}
    assert passed[b"host"] == b"heartline.example"
    assert passed[b"cookie"] == b"a=1"
    assert passed[b"x-forwarded-for"] == b"192.0.2.7"
    assert passed[b"x-forwarded-proto"] == b"http"
    assert not {b"te", b"x-hop"} & set(passed)


def test_a_trusted_proxy_says_who_the_visitor_is(tmp_path: Path) -> None:
    keep: list[bytes] = []
    headers = ((b"host", b"x"), (b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https"))
    ask(tmp_path, echo(keep=keep), headers=headers, trust_proxy=True)
    assert b"x-forwarded-for: 203.0.113.9" in keep[0]
    assert b"x-forwarded-proto: https" in keep[0]


def test_a_body_streams_to_the_pages_and_their_answer_back(tmp_path: Path) -> None:
    keep: list[bytes] = []
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = head + b"4\r\nid,a\r\n3\r\n1,2\r\n0\r\n\r\n"
    headers = ((b"host", b"x"), (b"transfer-encoding", b"chunked"))
    status, got, pieces = ask(tmp_path, echo(answer, keep=keep), method="POST", headers=headers, body=(b"one", b"two"))
    assert b"3\r\none\r\n3\r\ntwo\r\n" in keep[0]
    assert (status, got) == (200, {b"content-type": b"text/csv"})
    assert b"".join(pieces) == b"id,a1,2"


def test_pages_that_are_not_there_yet_are_a_calm_page(tmp_path: Path) -> None:
    status, headers, pieces = ask(tmp_path, None, b"/ratings/")
    assert (status, headers[b"retry-after"]) == (503, b"2")
    assert b"One moment" in pieces[0]
    assert b"sha256-" in headers[b"content-security-policy"]


def test_an_api_that_is_not_there_yet_is_a_problem(tmp_path: Path) -> None:
    status, headers, pieces = ask(tmp_path, None, b"/api/v1/scores", method="POST")
    assert (status, headers[b"content-type"]) == (503, b"application/problem+json")
    assert json.loads(pieces[0])["code"] == "starting"


def test_what_was_sent_to_pages_that_are_not_there_yet_was_not_taken(tmp_path: Path) -> None:
    status, headers, pieces = ask(tmp_path, None, b"/purposes/", method="POST")
    assert (status, b"retry-after" in headers) == (503, False)
    assert b"was not taken yet" in pieces[0]
    assert b"refresh" not in pieces[0]  # it would look like an answer


def test_a_pages_process_that_dies_before_it_answers_is_waited_for(tmp_path: Path) -> None:
    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    assert ask(tmp_path, die)[0] == 503


def test_health_tells_the_port_from_the_pages(tmp_path: Path) -> None:
    ready = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nready"
    assert ask(tmp_path, echo(ready), b"/healthz")[::2] == (200, [b'{"front":"ready","pages":"ready"}'])
    failing = b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n"
    assert ask(tmp_path / ".", echo(failing), b"/healthz")[::2] == (503, [b'{"front":"ready","pages":"failing"}'])


def test_health_without_pages_says_they_are_starting(tmp_path: Path) -> None:
    assert ask(tmp_path, None, b"/healthz")[::2] == (503, [b'{"front":"ready","pages":"starting"}'])


def test_the_target_is_rebuilt_where_a_server_gives_no_raw_path() -> None:
    assert target({"path": "/a b", "query_string": b""}) == b"/a%20b"


def test_the_front_loads_neither_django_nor_an_engine() -> None:
    heavy = ("django", "duckdb", "ibis", "pyarrow")
    code = f"import heartline.server.front, sys; print([name for name in {heavy} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert found.stdout == "[]\n"
