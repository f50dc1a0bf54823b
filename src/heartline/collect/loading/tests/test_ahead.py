"""The next batch may be read while one lands; whatever becomes of whoever reads it, each event lands once, in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from heartline.collect.inbox import Inbox, Received, named, opened
from heartline.collect.loading.ahead import Ahead, Process
from heartline.collect.loading.keeping import Kept, Nobody
from heartline.collect.loading.loader import Loader, Tempo
from heartline.collect.loading.reading import reader
from heartline.collect.loading.taking import Taken
from heartline.collect.loading.tests.wire import read, request, take
from heartline.core.errors import Unavailable
from heartline.store.lake import Lake

PATIENCE_S = 180.0
READER = f"{reader.__module__}:{reader.__name__}"


class Later:
    """Reads when it is asked, and writes down which batches it was given."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.deaf = deaf
        self.begun: list[list[bytes]] = []

    def begin(self, some: Sequence[Received]) -> bool:
        self.begun.append([one.body for one in some])
        self._some = some
        return not self.deaf

    def read(self) -> Taken | None:
        return read(self._some) if len(self.begun) % 2 else None  # every other one is left to the loader

    def rest(self) -> None:
        """Nothing is there that could end."""

    def close(self) -> None:
        """Nothing is there that could end."""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.create(tmp_path / "data")


@pytest.fixture
def inbox(tmp_path: Path, lake: Lake) -> Iterator[Inbox]:
    with opened(named(tmp_path / "data")) as made:
        yield made


def loader(lake: Lake, inbox: Inbox, ahead: Ahead | None) -> Loader:
    return Loader(Lake.open(lake.folder), inbox, take, Nobody(), "test", Tempo(most_bytes=400), ahead=ahead)


def landed(lake: Lake) -> list[tuple[str, str | None, int]]:
    """Give each row's id, its customer, and in which version it landed."""
    now = lake.at()
    rows = now.execute(now.rows("id", "customer", "landed", "seq").order_by("landed", "seq")).to_pylist()
    assert len({row["id"] for row in rows}) == len(rows)
    return [(row["id"], row["customer"], row["landed"]) for row in rows]


def some_requests(count: int) -> list[Received]:
    """Give requests of which each joins the people of the one before it."""
    return [
        request({"id": str(at), "user_id": f"u{at // 7}", "anonymous_id": f"a{at // 2}"}, {"id": str(at - 1)})
        for at in range(1, count)
    ]


@pytest.mark.parametrize("deaf", [False, True])
def test_what_is_read_ahead_lands_as_it_would_otherwise(tmp_path: Path, lake: Lake, inbox: Inbox, deaf: bool) -> None:
    ahead = Later(deaf=deaf)
    found = []
    for folder, by in ((lake, ahead), (Lake.create(tmp_path / "other" / "data"), None)):
        with opened(named(folder.folder)) as into:
            into.put(some_requests(60))
            made = loader(folder, into, by)
            turns = 1
            while made.turn():
                turns += 1
            assert into.backlog().requests == 0
            assert into.stamped() == []
        assert turns > 5
        found.append([(name, version) for name, _, version in landed(folder)])
    assert found[0] == found[1]
    assert len(ahead.begun) > 4


def test_nothing_is_lost_when_a_batch_does_not_land_while_the_next_one_is_bound(lake: Lake, inbox: Inbox) -> None:
    class Away(Nobody):
        numbers: list[int] = []  # noqa: RUF012  (of this test alone)

        def keep(self, batch: Kept) -> None:
            self.numbers.append(batch.number)
            if len(self.numbers) == 2:
                raise Unavailable("away", "Away.", remedy="Wait.")

    inbox.put(some_requests(60))
    made = loader(lake, inbox, Later())
    made.keeper = Away()
    assert made.turn()
    with pytest.raises(Unavailable):
        made.turn()
    assert inbox.stamped() == [2, 3]
    made._number = None  # as `run` does
    while made.turn():
        pass
    assert len(landed(lake)) == 60
    assert Away.numbers[:4] == [1, 2, 2, 3]
    assert Away.numbers[1:] == sorted(Away.numbers[1:])


def test_another_loader_lands_what_was_bound_ahead(lake: Lake, inbox: Inbox) -> None:
    inbox.put(some_requests(60))
    assert loader(lake, inbox, Later()).turn()  # and it dies, having bound the second batch
    assert inbox.stamped() == [2]
    other = loader(lake, inbox, Later())
    while other.turn():
        pass
    assert len(landed(lake)) == 60


def event(number: int) -> bytes:
    body = {"type": "track", "event": "Order Completed", "userId": f"u{number}", "messageId": f"m{number}",
            "timestamp": "2026-11-22T06:00:00Z", "properties": {"order_id": f"o{number}", "total": 7.5}}  # fmt: skip
    return msgspec.json.encode({"batch": [body, {"type": "identify", "userId": "x", "traits": {"name": "Ann"}}]})


def wire(count: int) -> list[Received]:
    return [Received(1_795_330_800_000_000, "shop", "batch", event(at), 2, b"{}", at + 1) for at in range(count)]


@pytest.fixture
def process(lake: Lake) -> Iterator[Process]:
    made = Process(lake.folder, READER)
    yield made
    made.close()


def begun(process: Process, some: Sequence[Received]) -> None:
    """Begin with a batch, once the process has started."""
    until = time.monotonic() + PATIENCE_S
    while not process.begin(some):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_process_reads_what_we_would(lake: Lake, process: Process) -> None:
    for some in (wire(300), wire(1), [Received(7, "shop", "batch", b"no", 1, b"{}", 9)]):
        begun(process, some)
        found, ours = process.read(), reader(lake)(some)
        assert found is not None
        assert (found.kinds, found.refused, found.touchpoints) == (ours.kinds, ours.refused, ours.touchpoints)
        assert found.rows.equals(ours.rows)
        assert found.people.equals(ours.people)
        assert found.contacts.equals(ours.contacts)
        assert list(found.order_rows) == list(ours.order_rows)
        assert found.seen == ours.seen


def test_a_process_that_dies_leaves_its_batch_to_us_and_another_one_starts(lake: Lake, process: Process) -> None:
    begun(process, wire(300))
    assert process._process is not None
    os.kill(process._process.pid, signal.SIGKILL)
    found = process.read()
    assert found is None or len(found.order_rows) == 300  # it was done before
    begun(process, wire(2))
    found = process.read()
    assert found is not None
    assert len(found.order_rows) == 2


def test_a_process_that_stumbles_leaves_its_batch_to_us(lake: Lake) -> None:
    process = Process(lake.folder, f"{take.__module__}:{take.__name__}")
    try:
        begun(process, [request({"id": "stumble"})])
        assert process.read() is None
        begun(process, [request({"id": "1"})])
        assert process.read() is not None
    finally:
        process.close()


def test_what_is_not_wanted_any_more_is_not_taken_for_the_next(process: Process) -> None:
    begun(process, wire(300))
    begun(process, wire(2))
    found = process.read()
    assert found is not None
    assert len(found.order_rows) == 2


PARENT = """
import sys, time
from pathlib import Path
from heartline.collect.loading.ahead import Process
process = Process(Path(sys.argv[1]), sys.argv[2])
process.begin([])
print(process._process.pid, flush=True)
time.sleep(600)
"""


def runs(process: Path) -> bool:
    """Tell whether a process runs, which may end while it is looked at."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_process_whose_loader_is_killed_ends(lake: Lake) -> None:
    command = [sys.executable, "-c", PARENT, str(lake.folder), READER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as loader_:
        assert loader_.stdout is not None
        child = Path("/proc") / loader_.stdout.readline().strip()
        assert child.exists()
        loader_.kill()
    until = time.monotonic() + PATIENCE_S
    while runs(child):
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_process_ends_when_nothing_more_comes(process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(process, wire(2))
    process.read()
    process.rest()
    assert process._process is not None
    monkeypatch.setattr("heartline.collect.loading.ahead.IDLE_S", 0.0)
    process.rest()
    assert process._process is None
    begun(process, wire(2))
    assert process.read() is not None
