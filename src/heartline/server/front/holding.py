"""Streams that stay open: pages answer in short and are asked again when something landed; nobody waits in a thread.

A page that wants its answer to go on says so with `x-hold: PLACE MARK`. The connection then stays here, where it costs
a few kilobytes, and the same request is made again, with PLACE as its `last-event-id`, once something landed in the
lake. So who asks is looked up each time: whoever has no right any more gets no further. MARK names the last thing that
any such page would show: where the first of many streams learns that it is still the same, the others are not asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .asgi import Headers, Receive, Send

HOLD = b"x-hold"
PLACE = b"last-event-id"
MOST = 100
"""Streams at a time: the more there are, the less often each is asked, and so many still hear within five seconds."""
FEW = 12
"""Streams of one visitor, who may have that many windows open: nobody holds all there are."""
LOOK_S = 0.2
"""How often is looked, by the size of a file, whether something landed; only while somebody listens."""
AGAIN_S = 20.0
"""Where nothing lands, whether somebody still may listen is asked so often."""
SHARE_S = 0.04
"""What a stream's answer may take of the pages: streams are asked no more often than so many times this."""
LONGEST_S = 900.0
"""Then a stream ends, and the browser opens another one by itself."""
RETRY_S = 1.0
SESSION = b"sessionid="
END = b"event: end\ndata:\n\n"
ALIVE = b":\n\n"


@dataclass(frozen=True)
class Short:
    """What a page answered; status 0 when it did not."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    @property
    def hold(self) -> tuple[bytes, bytes] | None:
        """Place and mark, where it wants to go on."""
        if self.status != 200:
            return None
        place, _, mark = next((value for name, value in self.headers if name.lower() == HOLD), b"").partition(b" ")
        return (place, mark) if place else None


Ask = Callable[[bytes], Awaitable[Short]]
"""Makes a request again, from a place on."""


@dataclass(eq=False)
class Line:
    """One stream: up to where it was told, and whether something landed since."""

    kind: str
    who: bytes
    place: bytes
    mark: bytes
    news: asyncio.Event = field(default_factory=asyncio.Event)
    asked: float = 0.0


class Holding:
    """The streams of this port."""

    def __init__(self, folder: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.versions = folder / "lake" / "versions.jsonl" if folder else None
        self.clock = clock
        self.lines: set[Line] = set()
        self._turn = asyncio.Semaphore(1)
        self._landed = 0
        self._marks: dict[str, tuple[int, bytes]] = {}
        self._watch: asyncio.Task[None] | None = None
        self._stopping = False
        self._hears = False

    def full(self, who: bytes) -> bool:
        """Tell whether no more streams are held, at all or for a visitor."""
        return len(self.lines) >= MOST or sum(line.who == who for line in self.lines) >= FEW

    async def hold(self, kind: str, who: bytes, first: Short, ask: Ask, receive: Receive, send: Send) -> None:
        """Give the first answer and go on until the visitor leaves, or may not listen any more.

        Parameters
        ----------
        kind
            Streams of a kind show the same sort of thing: what one learns of news holds for all.
        who
            What a visitor is known by: the session; empty for one without.
        """
        held = first.hold
        assert held is not None
        line = Line(kind, who, *held, asked=self.clock())
        line.news.set()  # something may have landed while the first answer was made
        self.lines.add(line)
        self._hear_the_end()
        gone = asyncio.ensure_future(_gone(receive))
        try:
            self._watched()
            await send({"type": "http.response.start", "status": 200, "headers": _kept(first.headers)})
            await _say(send, first.body or ALIVE)
            await self._go_on(line, ask, send, gone)
            with contextlib.suppress(OSError, RuntimeError):  # it may be gone by now
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            self.lines.discard(line)

    async def _go_on(self, line: Line, ask: Ask, send: Send, gone: asyncio.Future[None]) -> None:
        end = self.clock() + LONGEST_S
        while not gone.done() and self.clock() < end:
            landed = await self._news(line, gone)
            if gone.done() or self._stopping:
                return
            async with self._turn:  # one at a time: the pages' other threads are for pages
                if landed and self._known(line):
                    continue
                answer = await self._asked(line, ask)
            if answer.status == 0 or answer.status >= 500:  # pages start anew; nothing is lost
                await asyncio.wait({gone}, timeout=RETRY_S)
                line.news.set()
                continue
            if answer.hold is None:
                await _say(send, END)
                return
            await _say(send, answer.body or ALIVE)

    async def _news(self, line: Line, gone: asyncio.Future[None]) -> bool:
        """Wait until something landed, or it is time to ask anyway; tell which."""
        waiting = asyncio.ensure_future(line.news.wait())
        either: set[asyncio.Future[Any]] = {waiting, gone}
        await asyncio.wait(either, timeout=AGAIN_S, return_when=asyncio.FIRST_COMPLETED)
        landed = line.news.is_set()
        waiting.cancel()
        line.news.clear()
        rest = line.asked + SHARE_S * len(self.lines) - self.clock()
        if landed and rest > 0:
            await asyncio.wait({gone}, timeout=rest)
        return landed

    def _known(self, line: Line) -> bool:
        """Tell whether another stream learnt, since the last landing, that there is nothing new for any of them."""
        asked, mark = self._marks.get(line.kind, (-1, b""))
        return asked >= self._landed and mark == line.mark

    async def _asked(self, line: Line, ask: Ask) -> Short:
        landed, line.asked = self._landed, self.clock()
        answer = await ask(line.place)
        if answer.hold is not None:
            line.place, line.mark = answer.hold
            self._marks[line.kind] = (landed, line.mark)
        return answer

    def _watched(self) -> None:
        """See that somebody looks whether something landed."""
        if self._watch is None or self._watch.done():
            self._landed += 1  # nobody looked for a while
            self._watch = asyncio.ensure_future(self._look())

    def stop(self) -> None:
        """End every stream; browsers open theirs again by themselves."""
        self._stopping = True
        for line in self.lines:
            line.news.set()

    def _hear_the_end(self) -> None:
        """Stop when the process is asked to end: the server below waits until the last answer was given.

        Its own handler was set with the loop, which hears of signals by a pipe; ours stands beside it.
        """
        if self._hears or threading.current_thread() is not threading.main_thread():
            return
        self._hears, loop = True, asyncio.get_running_loop()

        def end(*_: object) -> None:
            loop.call_soon_threadsafe(self.stop)

        if signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.SIG_IGN):  # nobody else ends gracefully
            signal.signal(signal.SIGTERM, end)

    async def _look(self) -> None:
        seen = self._state()
        while self.lines:
            await asyncio.sleep(LOOK_S)
            now = self._state()
            if now != seen:
                seen = now
                self._landed += 1
                for line in self.lines:
                    line.news.set()

    def _state(self) -> tuple[int, int]:
        try:
            found = self.versions.stat() if self.versions else None
        except OSError:  # being emptied
            found = None
        return (found.st_ino, found.st_size) if found else (0, 0)


def signed_in(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Give the session that a visitor's cookies name."""
    cookies = (part.strip() for name, value in headers if name.lower() == b"cookie" for part in value.split(b";"))
    return next((part for part in cookies if part.startswith(SESSION)), b"")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    return [(name, value) for name, value in headers if name.lower() not in (HOLD, b"content-length")]
