"""Kill receivers, loaders and pages again and again while events come in; look for every acknowledged event.

`python -m tests.kills.received FOLDER KILLS SEED` prints a report as JSON. It is a program of its own, since it forks:
it imports everything, but lets no library start a thread before the fork, so that a child starts in no time.

A receiver is the front's own application; its client writes down what it is about to send, and what was acknowledged,
and sends again what was not, as real clients do. The loader is the server's own, with its desk. Pages look at what came
in, read the lake, and compact it. The oracle: every acknowledged event is in the lake exactly once, none is there
twice, each of a person's rows has one customer, and the counts of the desk are those of the lake.
"""

# ruff: noqa: E402  (models can be imported only after Django is set up)
from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartline.server.settings")
if __name__ == "__main__":
    os.environ["HEARTLINE_DATA"] = sys.argv[1]
    subprocess.run(
        [sys.executable, "-m", "heartline.cli.processes", "prepare"], check=True, stdout=subprocess.DEVNULL
    )  # makes the folder, which the settings ask for, and its database

import django
from django.db import Error, close_old_connections

django.setup()

from heartline.collect.inbox import Received, named, opened
from heartline.collect.loading.loader import Loader, Tempo
from heartline.collect.loading.reading import reader
from heartline.collect.loading.taking import Taken
from heartline.core.errors import HeartlineError, Unavailable
from heartline.server.collect.received.keeping import Desk
from heartline.server.collect.received.models import Count
from heartline.server.front.ingest import Ingest
from heartline.server.front.tests.asking import KEY, Call, basic, hashed, one
from heartline.store.lake import Lake
from heartline.store.tests.arena import Arena, Killed
from heartline.store.tests.killing import die_at
from tests import postgres

FRONT_STEPS = ("inbox: put", "inbox: kept")
LOADER_STEPS = (
    "inbox: stamp", "inbox: stamped", "loader: stamped", "loader: settled", "loader: kept", "files written",
    "files flushed", "identities: logged", "identities: log flushed", "customers: logged", "customers: log flushed",
    "interactions: logged", "interactions: log flushed",
    "line written", "published", "loader: landed", "inbox: forget", "inbox: forgotten", "loader: forgotten",
)  # fmt: skip
AFTER_A_CRASH = ("loader: sent again", "recovery: flushed", "recovery: one table taken back")
BEFORE = {"recovery: flushed": "interactions: log flushed", "recovery: one table taken back": "identities: logged"}
SHARE = {"loader": 0.6, "front": 0.25, "pages": 0.15}
USERS = 30
RESTART_EVERY = 60
"""After so many kills the database, where it is a server, is stopped hard and started again."""
MOST_BYTES = 8_000
"""Of a batch: so little that mostly more waits, and the next one is bound while one lands."""
PATIENCE_S = 10.0
"""How long to wait for somebody to come to a step; machines that test are busy."""
STUCK_S = 300.0
"""How long nothing may land of what waits; all of it may take longer on a busy machine."""
LIVES_S = {"loader": (0.05, 0.4), "front": (0.2, 1.5), "pages": (0.5, 2.0)}
"""How long a child lives that dies at a random moment."""


@dataclass
class Report(Killed):
    """What was done."""

    restarts: int = 0
    acknowledged: int = 0
    sent: int = 0
    landed: int = 0
    versions: int = 0
    looks: int = 0


class Book:
    """What a client writes down: what it is about to send, and what was acknowledged."""

    def __init__(self, folder: Path) -> None:
        self.intended = folder / "intended"
        self.acknowledged = folder / "acknowledged"

    def open(self) -> list[list[str]]:
        """Give the requests that were never acknowledged."""
        known = set(self.known())
        return [ids for ids in _lines(self.intended) if ids[0] not in known]

    def known(self) -> list[str]:
        """Give the ids that were acknowledged."""
        return [name for ids in _lines(self.acknowledged) for name in ids]

    @staticmethod
    def write(path: Path, ids: list[str]) -> None:
        """Add a line, at once."""
        with path.open("ab", buffering=0) as file:
            file.write(json.dumps(ids).encode() + b"\n")


def _lines(path: Path) -> list[list[str]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


def receive(folder: Path, seed: int) -> None:
    """Be a front and its clients."""
    book, dice = Book(folder.parent), random.Random(seed)
    asyncio.run(_received(folder, book, dice))


async def _received(folder: Path, book: Book, dice: random.Random) -> None:
    front = Ingest(named(folder), folder)
    todo = book.open()

    async def client() -> None:
        while True:
            ids = todo.pop() if todo else []
            if not ids:
                ids = [uuid.UUID(int=dice.getrandbits(128)).hex for _ in range(3)]
                book.write(book.intended, ids)
            answer = await one(front, Call("/v1/batch", _body(ids), (basic(KEY),)))
            if answer is not None and answer.status == 200:
                book.write(book.acknowledged, ids)
            await asyncio.sleep(0.03)

    await asyncio.gather(*(client() for _ in range(4)))


def _body(ids: list[str]) -> bytes:
    """Write a request whose events follow from their ids, and one that says who somebody is."""
    said: list[dict[str, Any]] = []
    for name in ids:
        user = int(name[:8], 16) % USERS
        place = ("Order Completed", "Product Viewed", f"Made up {name[8]}")[int(name[9], 16) % 3]
        said.append({"type": "track", "event": place, "messageId": name, "anonymousId": f"a-{user}-{name[10:12]}"})
    said.append({"type": "identify", "userId": f"u{user}", "anonymousId": f"a-{user}-{name[10:12]}"})
    return json.dumps({"batch": [*said, {"type": "nonsense"}]}).encode()


def patient(work: Callable[[], object]) -> None:
    """Begin again while a database is away."""
    while True:
        try:
            work()
        except (Unavailable, Error):
            time.sleep(0.05)
            close_old_connections()
        else:
            return


def load(folder: Path, stop: threading.Event | None = None) -> None:
    """Be the loader."""
    lake = Lake.open(folder)
    with opened(named(folder)) as inbox:
        tempo = Tempo(every_s=0.02, most_bytes=MOST_BYTES, lease_s=0.2, retry_s=0.02)
        loader = Loader(lake, inbox, reader, Desk(), f"loader {os.getpid()}", tempo, ahead=Ahead(lake))
        loader.run(stop or threading.Event())


class Ahead:
    """Lets the next batch be bound while one lands, as a process that reads ahead does; here it is read in turn."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.some: Sequence[Received] = ()

    def begin(self, some: Sequence[Received]) -> bool:
        """Take a batch, to be read when it is asked for."""
        self.some = some
        return True

    def read(self) -> Taken:
        """Read it."""
        return reader(self.lake)(self.some)

    def rest(self) -> None:
        """Nothing has to end."""

    def close(self) -> None:
        """Nothing has to end."""


def look(folder: Path) -> None:
    """Be the pages and the worker: look at what came in, read the lake, compact it."""
    from heartline.server.collect.received import shown

    lake, turn = Lake.open(folder), 0
    while True:
        turn += 1
        shown.now()
        once(lake)
        with (folder.parent / "looks").open("ab", buffering=0) as file:
            file.write(b".")
        if turn % 3 == 0:
            lake.compact(force=True)
        time.sleep(0.05)


def once(lake: Lake) -> dict[str, str | None]:
    """Give the customer of each row; none may be there twice."""
    now = lake.at()
    rows = now.execute(now.rows("id", "customer"))
    ids = rows["id"].to_pylist()
    if len(set(ids)) != len(ids):
        raise AssertionError(f"as of {now.version}: {len(ids) - len(set(ids))} rows are there twice")
    return dict(zip(ids, rows["customer"].to_pylist(), strict=True))


def plans(kind: str, number: int, dice: random.Random) -> list[str | None]:
    """Give where the children of a kind are to die, one after the other: each step in turn, and random moments."""
    order: list[str | None] = []
    while len(order) < number:
        steps = list({"loader": LOADER_STEPS, "front": FRONT_STEPS, "pages": ()}[kind])
        dice.shuffle(steps)
        for name in steps:
            order += [name, None]
        if kind == "loader":
            for name in AFTER_A_CRASH:
                order += [BEFORE.get(name, "loader: kept"), name]
        if not steps:
            order.append(None)
    return order[:number]


class Kills(Arena):
    """Fronts, loaders and pages that die, and at times the database."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.report = Report()
        super().__init__(folder, seed, self.report)
        self.database = os.environ.get("HEARTLINE_INBOX", "")

    def start(self, kind: str, dies_at: str | None) -> None:
        """Start a child that is to die somewhere."""
        seed, after = self.dice.getrandbits(64), self.dice.randint(1, 2) if dies_at in LOADER_STEPS else 1

        def work() -> None:
            die_at(dies_at, after=after)
            does = {"front": lambda: receive(self.folder, seed), "loader": lambda: load(self.folder),
                    "pages": lambda: look(self.folder)}  # fmt: skip
            patient(does[kind])

        self.send(kind, dies_at, work, lives_s=PATIENCE_S if dies_at else self.dice.uniform(*LIVES_S[kind]))

    def run(self, kills: int) -> Report:
        """Kill that often; then let a loader land the rest, and compare."""
        began = time.monotonic()
        todo = {kind: plans(kind, round(share * kills), self.dice) for kind, share in SHARE.items()}
        for kind, plan in todo.items():
            self.start(kind, plan.pop(0))
        while self.children:
            dead = self.next_death()
            if self.database and self.report.kills % RESTART_EVERY == 0:
                postgres.restart(self.database)
                self.report.restarts += 1
            if todo[dead.kind]:
                self.start(dead.kind, todo[dead.kind].pop(0))
            elif dead.kind == "front" and any(todo.values()):
                self.start("front", None)  # events keep coming as long as there is somebody to land them
        self.report.seconds = time.monotonic() - began
        return self.report


def land_the_rest(folder: Path) -> None:
    """Land what waits."""
    stop = threading.Event()
    thread = threading.Thread(target=patient, args=(lambda: load(folder, stop),))
    thread.start()
    with opened(named(folder)) as inbox:
        left, deadline = inbox.backlog().requests, time.monotonic() + STUCK_S
        while left and time.monotonic() < deadline:
            time.sleep(0.05)
            now = inbox.backlog().requests
            deadline = time.monotonic() + STUCK_S if now < left else deadline
            left = now
    stop.set()
    thread.join()
    if left:
        raise AssertionError(f"{left} requests do not land")


def compare(folder: Path, report: Report) -> None:
    """Hold the lake against what was acknowledged."""
    book, lake = Book(folder.parent), Lake.open(folder)
    found = once(lake)
    known = [f"shop:{name}" for name in book.known()]
    lost = set(known) - set(found)
    if lost:
        raise AssertionError(f"{len(lost)} of {len(known)} acknowledged events are lost: {sorted(lost)[:3]}")
    counted = sum(one.number for one in Count.objects.filter(what="landed"))
    if counted != len(found):
        raise AssertionError(f"{counted} events were counted, {len(found)} are in the lake")
    customers: dict[str, set[str | None]] = {}
    now = lake.at()
    rows = now.execute(now.rows("identifier", "customer"))
    for identifier, customer in zip(rows["identifier"].to_pylist(), rows["customer"].to_pylist(), strict=True):
        customers.setdefault(identifier, set()).add(customer)
    torn = [identifier for identifier, some in customers.items() if len(some) > 1]
    if torn or None in customers:
        raise AssertionError(f"{len(torn)} identifiers have several customers")
    report.acknowledged, report.landed, report.versions = len(known), len(found), now.version
    report.sent = sum(len(ids) for ids in _lines(book.intended))
    looks = folder.parent / "looks"
    report.looks = looks.stat().st_size if looks.exists() else 0


def prepare(folder: Path) -> None:
    """Let the client in and start what is slow to start for the first time, in a child: that starts threads."""
    pid = os.fork()
    if not pid:
        try:
            with opened(named(folder)) as inbox:
                inbox.set_key(hashed(KEY), "shop")
            once(Lake.open(folder))
            os._exit(0)
        except BaseException:  # noqa: BLE001  (the parent has to hear of it)
            traceback.print_exc()
        os._exit(1)
    if os.waitpid(pid, 0)[1]:
        raise AssertionError("the folder could not be made")


def main(folder: str, kills: str, seed: str) -> int:
    """Run, and print the report."""
    prepare(Path(folder))
    arena = Kills(Path(folder), int(seed))
    try:
        report = arena.run(int(kills))
        land_the_rest(Path(folder))
        compare(Path(folder), report)
    except HeartlineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        arena.end()
    sys.stdout.write(json.dumps(vars(report)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
