"""Something small read again from time to time, in another thread: the event loop never waits for a database."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from heartline.core.errors import HeartlineError

T = TypeVar("T")


class Reread(Generic[T]):
    """What was read last; many that wait for it anew, wait for one reading.

    Parameters
    ----------
    read
        Reads it; called in another thread.
    nothing
        What it is before.
    """

    def __init__(self, read: Callable[[], T], nothing: T) -> None:
        self.value = nothing
        self._read = read
        self._at = float("-inf")
        self._reading: asyncio.Future[None] | None = None

    @property
    def age_s(self) -> float:
        """How long ago it was read."""
        return time.monotonic() - self._at

    async def within(self, seconds: float) -> T:
        """Give it as it was read within these seconds; as before where it cannot be read now.

        Raises
        ------
        HeartlineError
            When it was never read and cannot be read now.
        """
        if self.age_s > seconds:
            if self._reading is None:
                self._reading = asyncio.ensure_future(self._again())
            await asyncio.shield(self._reading)
        return self.value

    async def _again(self) -> None:
        try:
            self.value = await asyncio.get_running_loop().run_in_executor(None, self._read)
        except HeartlineError:
            if self._at == float("-inf"):
                raise
        else:
            self._at = time.monotonic()
        finally:
            self._reading = None
