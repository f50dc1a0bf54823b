"""Pages that close a connection are asked again, where that changes nothing; who listens bars nobody else's way."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from heartline.server.front.passing import Passing

LISTENERS = 70
"""More than the ways to the pages that the front keeps."""


def scope(method: str, path: str = "/", who: int = 0) -> dict[str, Any]:
    headers = [(b"host", b"x"), (b"cookie", b"sessionid=%d" % who)]
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}


async def asked(method: str, socket: Path) -> tuple[int, list[bytes]]:
    """Ask pages that hang up on the first request; give the status, and what reached them."""
    heard: list[bytes] = []

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).split(b" ")[0])
        if len(heard) > 1:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            await writer.drain()
        writer.close()

    async def nothing() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async with await asyncio.start_unix_server(page, socket):
        passing = Passing(str(socket))
        await passing.forward(scope(method), nothing, send)
        await passing.pages.aclose()
    return sent[0]["status"], heard


def test_who_only_looks_is_answered_and_what_may_change_something_is_not_sent_twice(tmp_path: Path) -> None:
    assert asyncio.run(asked("GET", tmp_path / "a")) == (200, [b"GET", b"GET"])
    assert asyncio.run(asked("POST", tmp_path / "b")) == (503, [b"POST"])


async def listened_beside(socket: Path) -> int:
    """Ask for a page while many hold a stream open; give the status."""
    left = asyncio.Event()

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                hold = b"x-hold: 5 same\r\n" if b" /stream" in head else b""
                writer.write(b"HTTP/1.1 200 OK\r\n" + hold + b"content-length: 2\r\n\r\nok")
                await writer.drain()
        writer.close()

    async def leaves() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def heard(_message: Any) -> None:
        pass

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async with await asyncio.start_unix_server(page, socket):
        passing = Passing(str(socket))
        streams = [passing.forward(scope("GET", "/stream", who), leaves, heard) for who in range(LISTENERS)]
        listening = [asyncio.ensure_future(stream) for stream in streams]
        while len(passing.holding.lines) < LISTENERS and not any(one.done() for one in listening):
            await asyncio.sleep(0.001)
        await passing.forward(scope("GET"), leaves, send)
        left.set()
        await asyncio.gather(*listening)
        await passing.pages.aclose()
    return int(sent[0]["status"])


def test_who_listens_bars_nobody_s_way_to_the_pages(tmp_path: Path) -> None:
    assert asyncio.run(listened_beside(tmp_path / "a")) == 200
