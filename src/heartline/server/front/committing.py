"""One commit for many requests: what came while the last commit was flushed goes into the next."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from heartline.collect.inbox import Inbox, Received
from heartline.core.errors import HeartlineError, Unavailable

GROUP_BYTES = 4_000_000
GROUP_ROWS = 500
Waiting = tuple[Received, "asyncio.Future[None]"]


class Committer:
    """Puts rows into the inbox from a thread of its own, so that the event loop never waits for a disk."""

    def __init__(self, opened: Callable[[], Inbox]) -> None:
        self._opened = opened
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def keep(self, row: Received) -> None:
        """Return when the row is durable.

        Raises
        ------
        Unavailable
            When the inbox did not take it.
        """
        loop = asyncio.get_running_loop()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(loop,), daemon=True, name="inbox")
            self._thread.start()
        kept: asyncio.Future[None] = loop.create_future()
        self._queue.put((row, kept))
        await kept

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while group := self._group():
            error: HeartlineError | None = None
            try:
                self._opened().put([row for row, _ in group])
            except HeartlineError as refused:
                error = refused
            except Exception as failed:  # noqa: BLE001  (a thread that ends would leave every request waiting)
                error = Unavailable("inbox_away", f"The inbox failed: {failed}", remedy="Try again in a few seconds.")
            loop.call_soon_threadsafe(_settle, [kept for _, kept in group], error)

    def close(self) -> None:
        """Let the thread end, when it has put what is there."""
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def _group(self) -> list[Waiting]:
        """Wait for a row, and take along what else is there; nothing at the end."""
        group: list[Waiting] = []
        size = 0
        one = self._queue.get()
        while one is not None:
            group.append(one)
            size += len(one[0].body)
            if size >= GROUP_BYTES or len(group) >= GROUP_ROWS:
                break
            try:
                one = self._queue.get_nowait()
            except Empty:
                break
            if one is None:
                self._queue.put(None)
        return group


def _settle(waiting: list[asyncio.Future[None]], error: HeartlineError | None) -> None:
    """Wake who waits."""
    for kept in waiting:
        if kept.done():
            continue  # who asked has gone
        if error is None:
            kept.set_result(None)
        else:
            kept.set_exception(error)
