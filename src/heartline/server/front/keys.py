"""Which source a write key belongs to, known for a few seconds at a time."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable

from .rereading import Reread

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
        self._sources: Reread[dict[str, str]] = Reread(read, {})
        self._remembered: dict[bytes | str, str] = {}
        self._of: dict[str, str] = {}

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
        sources = await self._sources.within(FRESH_S)
        if sources is not self._of:  # what is remembered follows from what was read before
            self._remembered, self._of = {}, sources
        found = self._remembered.get(said)
        if found is not None:
            return found
        key = said.encode("utf-8", "surrogatepass") if isinstance(said, str) else user(said)
        if not key:
            return None
        hashed = hashlib.sha256(key).hexdigest()
        if hashed not in sources:
            sources = await self._sources.within(LOOKED_S)
        found = sources.get(hashed)
        if found is not None and sources is self._of and len(self._remembered) < REMEMBERED and len(said) < LONGEST:
            self._remembered[said] = found
        return found


def user(header: bytes) -> bytes:
    """Give the user of a Basic authorization; nothing for whatever is none."""
    kind, _, coded = header.partition(b" ")
    if kind.lower() != b"basic":
        return b""
    try:
        return base64.b64decode(coded.strip(), validate=True).partition(b":")[0]
    except binascii.Error:
        return b""
