"""Pages that close a connection as they are asked are asked again, where that changes nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from heartline.server.front.passing import Passing


def scope(method: str) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": "/", "query_string": b"", "headers": [(b"host", b"x")]}


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
