"""Reads a request's body, never more of it than we would keep, and never more of all of them than fits."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from . import refusals
from .asgi import Receive

PATIENCE_S = 20.0
"""How long a body may take."""
EACH_BYTES = 4_096
"""What a request costs beside its body."""
MOST_BYTES = 64 * 1024 * 1024
"""What all requests together may hold until they are kept."""


class Room:
    """The memory for what is being read and not yet kept."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self.used = 0

    @contextmanager
    def held(self, size: int) -> Iterator[None]:
        """Hold so much, and a bit, until the end.

        Raises
        ------
        TooMuch
            `too_much` when there is no room.
        """
        size += EACH_BYTES
        if self.used + size > self.most:
            raise refusals.too_much()
        self.used += size
        try:
            yield
        finally:
            self.used -= size


class Patience:
    """Sends away who dawdles. One clock for all: a timer for each request would cost more than to read it."""

    def __init__(self) -> None:
        self._since: dict[asyncio.Task[object], float] = {}
        self._late: set[asyncio.Task[object]] = set()
        self._ticking = False

    async def read(self, receive: Receive) -> bytes:
        """Give the body, as it was sent.

        Raises
        ------
        TooLarge
            `request_too_large`.
        BadEvents
            `too_slow`; `broken_off` when the connection ended before the body did, or the body was framed wrongly.
        """
        task = asyncio.current_task()
        assert task is not None
        self._since[task] = time.monotonic()
        if not self._ticking:
            self._ticking = True
            asyncio.get_running_loop().call_later(PATIENCE_S / 4, self._tick)
        try:
            return await _read(receive)
        except asyncio.CancelledError:
            if task in self._late:
                task.uncancel()
                raise refusals.too_slow() from None
            raise
        finally:
            del self._since[task]
            self._late.discard(task)

    def _tick(self) -> None:
        """Break off what has been read for too long."""
        end = time.monotonic() - PATIENCE_S
        for task, since in self._since.items():
            if since < end and task not in self._late:
                self._late.add(task)
                task.cancel()
        self._ticking = bool(self._since)
        if self._ticking:
            asyncio.get_running_loop().call_later(PATIENCE_S / 4, self._tick)


async def _read(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return _whole(message, body)
    pieces, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        piece = _whole(message, message.get("body", b""))
        size += len(piece)
        if size <= refusals.REQUEST_BYTES:
            pieces.append(piece)
    if size > refusals.REQUEST_BYTES:  # the rest was read and thrown away, so that the answer is heard
        raise refusals.request_too_large()
    return b"".join(pieces)


def _whole(message: object, piece: bytes) -> bytes:
    assert isinstance(message, dict)
    if message["type"] == "http.disconnect":
        raise refusals.broken_off()
    if len(piece) > refusals.REQUEST_BYTES:
        raise refusals.request_too_large()
    return piece


def inflated(body: bytes) -> bytes:
    """Decompress gzip, and stop where it grows beyond what a request may hold.

    Raises
    ------
    TooLarge
        `request_too_large`.
    BadEvents
        `bad_gzip` when it is something else, torn, or has more behind its end.
    """
    unpacking = zlib.decompressobj(wbits=31)
    try:
        text = unpacking.decompress(body, refusals.REQUEST_BYTES + 1)
    except zlib.error:
        raise refusals.bad_gzip() from None
    if len(text) > refusals.REQUEST_BYTES:
        raise refusals.request_too_large()
    if not unpacking.eof or unpacking.unused_data:
        raise refusals.bad_gzip()
    return text
