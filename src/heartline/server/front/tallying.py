"""Counts what is refused, by reason, and tells it now and then: refusing must stay cheaper than taking in."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from heartline.collect.inbox import Received, tally
from heartline.core.errors import HeartlineError

SAY_S = 10.0
"""Refused requests are told no more often than this, however many there are."""


class Tally:
    """Refused requests that were not told yet.

    Parameters
    ----------
    keep
        Puts a row into the inbox.
    """

    def __init__(self, keep: Callable[[Received], Awaitable[None]]) -> None:
        self.counts: Counter[str] = Counter()
        self._keep = keep
        self._telling: asyncio.Task[None] | None = None

    def note(self, error: HeartlineError) -> None:
        """Count a refused request."""
        self.counts[error.code] += 1
        if self._telling is None:
            self._telling = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        """Tell what comes together within a while; what the inbox does not take is told with the next."""
        await asyncio.sleep(SAY_S)
        self._telling = None
        counts, self.counts = self.counts, Counter()
        try:
            await self._keep(tally.written(counts))
        except HeartlineError:
            self.counts.update(counts)
