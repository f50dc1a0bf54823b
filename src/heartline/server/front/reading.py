"""Reads a request's body, never more of it than we would keep, and never more of all of them than fits."""

from __future__ import annotations

import asyncio
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


async def read(receive: Receive) -> bytes:
    """Give the body, as it was sent.

    Raises
    ------
    TooLarge
        `request_too_large`.
    BadEvents
        `too_slow`; `broken_off` when the connection ended before the body did, or the body was framed wrongly.
    """
    try:
        async with asyncio.timeout(PATIENCE_S):
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
    except TimeoutError:
        raise refusals.too_slow() from None
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
