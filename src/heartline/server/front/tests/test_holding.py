"""Streams that the front holds: who is asked when, what is passed on, how they end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from heartline.server.front import holding
from heartline.server.front.holding import END, Holding, Short, signed_in

PATIENCE_S = 60.0


def answer(place: str, body: str = "", mark: str = "m1") -> Short:
    return Short(200, [(b"x-hold", f"{place} {mark}".encode()), (b"content-type", b"text/event-stream"),
                       (b"content-length", b"7")], body.encode())  # fmt: skip


class Visitor:
    """Somebody with a stream open, and the pages behind."""

    def __init__(self, answers: list[Short], first: Short) -> None:
        self.answers, self.first = answers, first
        self.asked: list[bytes] = []
        self.sent: list[Any] = []
        self.left = asyncio.Event()

    async def receive(self) -> Any:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def ask(self, place: bytes) -> Short:
        self.asked.append(place)
        return self.answers.pop(0) if self.answers else self.first

    @property
    def heard(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(holding, "LOOK_S", 0.001)
    monkeypatch.setattr(holding, "RETRY_S", 0.001)
    monkeypatch.setattr(holding, "AGAIN_S", 3600.0)
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "versions.jsonl").write_text("")
    return tmp_path


def landed(folder: Path) -> None:
    with (folder / "lake" / "versions.jsonl").open("a") as file:
        file.write("one more\n")


async def until(true: Callable[[], object]) -> None:
    async def wait() -> None:
        while not true():
            await asyncio.sleep(0.001)

    await asyncio.wait_for(wait(), PATIENCE_S)


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def limited() -> None:
        await asyncio.wait_for(work(), PATIENCE_S)

    asyncio.run(limited())


def test_a_stream_goes_on_when_something_landed_and_ends_with_its_visitor(folder: Path) -> None:
    async def story() -> None:
        held = Holding(folder)
        one = Visitor([answer("5"), answer("6", "data: new\n\n", "m2")], answer("5", "retry: 3\n\n"))
        task = asyncio.ensure_future(held.hold("/f", b"", one.first, one.ask, one.receive, one.send))
        await until(lambda: one.asked == [b"5"])  # something may have landed while the first answer was made
        assert one.sent[0]["headers"] == [(b"content-type", b"text/event-stream")]
        await until(lambda: one.heard == b"retry: 3\n\n:\n\n")
        landed(folder)
        await until(lambda: one.heard.endswith(b"data: new\n\n"))
        assert one.asked == [b"5", b"5"]
        landed(folder)
        await until(lambda: len(one.asked) == 3)
        assert one.asked[2] == b"6"
        one.left.set()
        await task
        assert not held.lines

    run(story)


def test_many_are_not_asked_where_the_first_learns_that_nothing_was_said(folder: Path) -> None:
    async def story() -> None:
        held = Holding(folder)
        many = [Visitor([], answer("5")) for _ in range(20)]
        tasks = [asyncio.ensure_future(held.hold("/f", b"", one.first, one.ask, one.receive, one.send)) for one in many]
        await until(lambda: len(held.lines) == 20 and sum(len(one.asked) for one in many))
        before = sum(len(one.asked) for one in many)
        landed(folder)
        await until(lambda: sum(len(one.asked) for one in many) == before + 1)
        for one in many:
            one.first = answer("7", "data: new\n\n", "m2")
        landed(folder)
        await until(lambda: all(one.heard.endswith(b"data: new\n\n") for one in many))
        for one in many:
            one.left.set()
        await asyncio.gather(*tasks)
        assert [one.heard.count(b"data: new") for one in many] == [1] * 20

    run(story)


def test_only_one_asks_at_a_time(folder: Path) -> None:
    async def story() -> None:
        held, now, most = Holding(folder), 0, 0

        async def ask(place: bytes) -> Short:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.002)
            now -= 1
            return answer(str(int(place) + 1), "data: new\n\n", f"m{most}{place!r}")

        many = [Visitor([], answer("5")) for _ in range(10)]
        tasks = [asyncio.ensure_future(held.hold("/f", b"", one.first, ask, one.receive, one.send)) for one in many]
        await until(lambda: all(b"new" in one.heard for one in many))
        assert most == 1
        for one in many:
            one.left.set()
        await asyncio.gather(*tasks)

    run(story)


@pytest.mark.parametrize("last", [Short(302), Short(401), Short(403), Short(404), Short(200)])
def test_who_may_not_listen_any_more_is_told_so(folder: Path, last: Short) -> None:
    async def story() -> None:
        one = Visitor([last], answer("5", "data: old\n\n"))
        held = Holding(folder)
        await held.hold("/f", b"", one.first, one.ask, one.receive, one.send)
        assert one.heard == b"data: old\n\n" + END
        assert one.sent[-1] == {"type": "http.response.body", "body": b""}
        assert not held.lines

    run(story)


def test_pages_that_start_anew_end_nothing(folder: Path) -> None:
    async def story() -> None:
        one = Visitor([Short(0), Short(503), answer("6", "data: new\n\n", "m2")], answer("5", "data: old\n\n"))
        task = asyncio.ensure_future(Holding(folder).hold("/f", b"", one.first, one.ask, one.receive, one.send))
        await until(lambda: one.heard == b"data: old\n\ndata: new\n\n")
        assert one.asked[:3] == [b"5", b"5", b"5"]
        one.left.set()
        await task

    run(story)


def test_it_is_asked_now_and_then_whether_somebody_still_may_listen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "AGAIN_S", 0.005)

    async def story() -> None:
        one = Visitor([answer("5"), answer("5"), Short(302)], answer("5", "data: old\n\n"))
        await Holding(folder).hold("/f", b"", one.first, one.ask, one.receive, one.send)
        assert one.heard.endswith(END)
        assert len(one.asked) == 3

    run(story)


def test_a_process_that_ends_ends_its_streams(folder: Path) -> None:
    async def story() -> None:
        held = Holding(folder)
        one = Visitor([], answer("5", "data: old\n\n"))
        task = asyncio.ensure_future(held.hold("/f", b"", one.first, one.ask, one.receive, one.send))
        await until(lambda: one.asked)
        held.stop()
        await task
        assert one.sent[-1] == {"type": "http.response.body", "body": b""}
        assert END not in one.heard  # the browser tries again

    run(story)


def test_nobody_looks_while_nobody_listens(folder: Path) -> None:
    async def story() -> None:
        held = Holding(folder)
        one = Visitor([], answer("5"))
        task = asyncio.ensure_future(held.hold("/f", b"", one.first, one.ask, one.receive, one.send))
        await until(lambda: held._watch is not None)
        one.left.set()
        await task
        watch = held._watch
        assert watch is not None
        await watch
        assert held.lines == set()

    run(story)


def test_nobody_holds_all_the_streams_there_are(folder: Path) -> None:
    mia, noah = (signed_in([(b"Cookie", b"language=de; sessionid=" + name)]) for name in (b"mia", b"noah"))

    async def story() -> None:
        held = Holding(folder)
        many = [Visitor([answer("5")], answer("5")) for _ in range(holding.FEW)]
        tasks = [asyncio.ensure_future(held.hold("/f", mia, one.first, one.ask, one.receive, one.send)) for one in many]
        await until(lambda: len(held.lines) == holding.FEW)
        assert held.full(mia)
        assert not held.full(noah)
        for one in many:
            one.left.set()
        await asyncio.gather(*tasks)
        assert not held.full(mia)

    run(story)
