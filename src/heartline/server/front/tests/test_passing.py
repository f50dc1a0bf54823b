"""Pages that close a connection are asked again, where that changes nothing; who listens bars nobody else's way."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from heartline.server.front import passing
from heartline.server.front.passing import Passing

LISTENERS = 70
"""More than the ways to the pages that the front keeps."""


def scope(method: str, path: str = "/", who: int = 0) -> dict[str, Any]:
    headers = [(b"host", b"x"), (b"cookie", b"sessionid=%d" % who)]
    return {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}


async def asked(method: str, socket: Path, path: str = "/", *, silent: bool = False) -> tuple[int, list[bytes], bytes]:
    """Ask pages that hang up on the first request, or are silent; give the status, what reached them and the answer."""
    heard: list[bytes] = []
    over = asyncio.Event()

    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readuntil(b"\r\n\r\n")).split(b" ")[0])
        if silent:
            await over.wait()
        elif len(heard) > 1:
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
            await writer.drain()
        writer.close()

    async def nothing() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async with await asyncio.start_unix_server(page, socket):
        way = Passing(str(socket))
        await way.forward(scope(method, path), nothing, send)
        over.set()
        await way.pages.aclose()
    return sent[0]["status"], heard, sent[1]["body"]


def test_who_only_looks_is_answered_and_what_may_change_something_is_not_sent_twice(tmp_path: Path) -> None:
    assert asyncio.run(asked("GET", tmp_path / "a")) == (200, [b"GET", b"GET"], b"ok")
    status, heard, said = asyncio.run(asked("POST", tmp_path / "b"))
    assert (status, heard) == (503, [b"POST"])
    assert b"not known whether this was done" in said
    assert b"refresh" not in said  # or a browser would ask for it again


def test_a_question_that_takes_too_long_is_not_asked_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(passing.TIMEOUTS, "read", 0.1)
    status, heard, said = asyncio.run(asked("GET", tmp_path / "a", silent=True))
    assert (status, heard) == (503, [b"GET"])
    assert b"two minutes" in said
    assert b"refresh" not in said
    for method, code in (("GET", "too_slow"), ("POST", "unsure")):
        told = json.loads(asyncio.run(asked(method, tmp_path / method, "/api/v1/scores", silent=True))[2])
        assert (told["code"], bool(told["remedy"])) == (code, True)


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
        way = Passing(str(socket))
        streams = [way.forward(scope("GET", "/stream", who), leaves, heard) for who in range(LISTENERS)]
        listening = [asyncio.ensure_future(stream) for stream in streams]
        while len(way.holding.lines) < LISTENERS and not any(one.done() for one in listening):
            await asyncio.sleep(0.001)
        await way.forward(scope("GET"), leaves, send)
        left.set()
        await asyncio.gather(*listening)
        await way.pages.aclose()
    return int(sent[0]["status"])


def test_who_listens_bars_nobody_s_way_to_the_pages(tmp_path: Path) -> None:
    assert asyncio.run(listened_beside(tmp_path / "a")) == 200
