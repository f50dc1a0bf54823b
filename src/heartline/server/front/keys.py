"""Which source a write key belongs to, known for a few seconds at a time."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import time
from collections.abc import Callable

from heartline.core.errors import HeartlineError

FRESH_S = 3.0
"""A revoked key works no longer than this, and the time to read the keys."""
LOOKED_S = 0.5
"""A key made just now is looked for at once, but not more often."""
REMEMBERED = 1000
LONGEST = 500
"""Headers whose key is known, so that it is not hashed at every request; not those that somebody filled up."""


class Keys:
    """The write keys, read again from time to time in another thread."""

    def __init__(self, read: Callable[[], dict[str, str]]) -> None:
        self._read = read
        self._sources: dict[str, str] = {}
        self._remembered: dict[bytes | str, str] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Future[None] | None = None

    async def source(self, said: bytes | str) -> str | None:
        """Give the source of a key; None for a key that is not ours.

        Parameters
        ----------
        said
            The value of an Authorization header, or a key.

        Raises
        ------
        Unavailable
            When the keys were never read and cannot be read now.
        """
        if time.monotonic() - self._read_at > FRESH_S:
            await self._again()
        found = self._remembered.get(said)
        if found is not None:
            return found
        key = said.encode("utf-8", "surrogatepass") if isinstance(said, str) else user(said)
        if not key:
            return None
        hashed = hashlib.sha256(key).hexdigest()
        if hashed not in self._sources and time.monotonic() - self._read_at > LOOKED_S:
            await self._again()
        found = self._sources.get(hashed)
        if found is not None and len(self._remembered) < REMEMBERED and len(said) < LONGEST:
            self._remembered[said] = found
        return found

    async def _again(self) -> None:
        """Read the keys anew; many that wait, wait for one reading."""
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._refresh())
        await asyncio.shield(self._reading)

    async def _refresh(self) -> None:
        try:
            self._sources = await asyncio.get_running_loop().run_in_executor(None, self._read)
            self._remembered = {}
        except HeartlineError:
            if self._read_at == float("-inf"):
                raise
        else:
            self._read_at = time.monotonic()
        finally:
            self._reading = None


def user(header: bytes) -> bytes:
    """Give the user of a Basic authorization; nothing for whatever is none."""
    kind, _, coded = header.partition(b" ")
    if kind.lower() != b"basic":
        return b""
    try:
        return base64.b64decode(coded.strip(), validate=True).partition(b":")[0]
    except binascii.Error:
        return b""
