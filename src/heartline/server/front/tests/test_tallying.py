"""What is refused is counted by reason, told through the inbox, and costs no event loop a wait for a database."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter

import pytest

from heartline.collect.inbox import Received, tally
from heartline.core.errors import Unavailable
from heartline.server.front import refusals, tallying
from heartline.server.front.rereading import Reread
from heartline.server.front.tallying import Tally


def test_refusals_are_told_together_and_those_not_taken_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "SAY_S", 0.0)
    told: list[Received] = []
    away = [True]

    async def keep(row: Received) -> None:
        if away.pop():
            raise Unavailable("inbox_away", "It is away.", remedy="Wait.")
        told.append(row)

    async def refused() -> None:
        some = Tally(keep)
        for error in (refusals.no_key(), refusals.too_much(), refusals.no_key()):
            some.note(error)
        while away:
            await asyncio.sleep(0)
        away.append(False)
        some.note(refusals.bad_key())
        while not told:
            await asyncio.sleep(0)

    asyncio.run(refused())
    assert tally.read(told) == Counter(no_key=2, too_much=1, bad_key=1)


def test_many_that_wait_wait_for_one_reading_in_another_thread() -> None:
    threads: list[int] = []

    def read() -> int:
        threads.append(threading.get_ident())
        return len(threads)

    async def asked() -> list[int]:
        some = Reread(read, 0)
        first = await asyncio.gather(*(some.within(60) for _ in range(5)))
        return [*first, await some.within(60), await some.within(-1)]

    assert asyncio.run(asked()) == [1] * 6 + [2]
    assert threading.get_ident() not in threads


def test_what_cannot_be_read_again_stays_and_what_never_was_read_is_said() -> None:
    away = [False]

    def read() -> str:
        if away[0]:
            raise Unavailable("inbox_away", "It is away.", remedy="Wait.")
        return "keys"

    async def asked() -> None:
        some = Reread(read, "")
        away[0] = True
        with pytest.raises(Unavailable):
            await some.within(60)
        away[0] = False
        assert await some.within(60) == "keys"
        away[0] = True
        assert await some.within(-1) == "keys"

    asyncio.run(asked())
