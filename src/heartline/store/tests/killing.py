"""Kill writers and compactors again and again, while a reader watches: nothing acknowledged is ever lost or doubled.

`python -m heartline.store.tests.killing FOLDER KILLS SEED` prints a report as JSON. It is a program of its own, since
it forks: it imports everything, but lets no library start a thread before the fork, so that a child starts in no time.

The writer lands batch after batch; version n is batch n. A batch has rows of ids `n:0` … `n:4`, sets a definition to n,
overrides a row of the batch before and merges its person. It acknowledges the number after the version is published.
The oracle: as of version v there are exactly the batches 1 … v, whole and once each, in every table alike; the newest
version is the last one acknowledged, or the one after it.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import ibis
import pyarrow as pa

from heartline.store import compact, steps
from heartline.store.lake import Lake
from heartline.store.overrides import with_customers, with_overrides
from heartline.store.schema import CUSTOMERS, INTERACTIONS, OVERRIDES
from heartline.store.tests.arena import Arena, Killed
from heartline.store.tests.world import interactions

TABLES = ("definitions", "customers", "overrides", "interactions")
WRITE_STEPS = (
    "files written",
    "files flushed",
    *(f"{name}: {what}" for name in TABLES for what in ("logged", "log flushed")),
    "line written",
    "published",
)
COMPACT_STEPS = (
    "compact: month written",
    "compact: small table written",
    "compact: files flushed",
    "interactions: logged",
    "definitions: logged",
    "compact: log flushed",
    "line written",
    "compact: published",
)
RECOVERY_STEPS = ("recovery: flushed", "recovery: one table taken back")
BEFORE_RECOVERY = {"recovery: flushed": "interactions: log flushed"}
"""Where the writer before has to die, for there to be something to recover (else after its first log entry)."""
NAMED: dict[str, tuple[tuple[str, ...], ...]] = {"write": (WRITE_STEPS, RECOVERY_STEPS), "compact": (COMPACT_STEPS, ())}
ROWS = 5
PATIENCE_S = {"write": 15.0, "compact": 20.0, "recovery": 5.0}
"""How long to wait for somebody to come to a step: machines may be busy, and not every death leaves much to recover."""


@dataclass
class Report(Killed):
    """What was done to the lake."""

    checks: int = 0
    reads_beside: int = 0
    acknowledged: int = 0
    folded: int = 0


def die_at(name: str | None, *, after: int) -> None:
    """Let this process be killed when a step comes for the nth time."""
    left = [after]

    def listener(now: str) -> None:
        if now == name:
            left[0] -= 1
            if left[0] <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    if name is not None:
        steps.listener = listener


def write(folder: Path) -> None:
    """Land batches for ever, beginning with the one after the last that was acknowledged."""
    lake = Lake.open(folder)
    number = acknowledged(folder) + 1
    with (folder / "acknowledged").open("ab", buffering=0) as out:
        while True:
            land(lake, number)
            out.write(b"%d\n" % number)
            number += 1


def land(lake: Lake, number: int) -> None:
    """Land a batch, unless it is there."""
    person = f"user_id:{number}"
    at = f"2024-{1 + number % 2:02d}-01"
    with lake.write(f"batch {number}") as writer:
        if not writer.batch("inbox", number):
            return
        rows = interactions([(person, "shop", at, {"id": f"{number}:{i}"}) for i in range(ROWS)])
        writer.append(rows)
        writer.define("touchpoint", "shop", {"number": number})
        before = f"user_id:{number - 1}"
        if number > 1:
            change = {"id": f"{number - 1}:0", "sets": ["stage"], "stage": f"s{number}", "was_stage": None}
            writer.add("overrides", pa.Table.from_pylist([change]))
            merge = {"identifier": before, "customer": "user_id:0", "was": before}
            writer.add("customers", pa.Table.from_pylist([merge]))


def compact_for_ever(folder: Path) -> None:
    """Compact as often as there is anything to compact."""
    lake = Lake.open(folder)
    while True:
        lake.compact(force=True)
        compact.remove_old(lake, kept_s=1.0)
        time.sleep(0.05)


def comes(pipe: int, patience_s: float) -> bool:
    """Tell whether something comes through a pipe in time."""
    watched = select.poll()  # `select` knows no numbers above 1023
    watched.register(pipe, select.POLLIN)
    return bool(watched.poll(patience_s * 1e3))


def read(folder: Path, asked: int, answers: int, seed: int) -> None:
    """Read beside everything, at random versions; answer a check of the newest one whenever asked."""
    dice = random.Random(seed)
    lake = Lake.open(folder)
    reads = 0
    while True:
        beside = not comes(asked, 0.3)
        if not beside:
            anew = os.read(asked, 1) == b"!"
            before = acknowledged(folder)
            fresh = Lake.open(folder) if anew else lake
            fresh.engine = lake.engine  # a new one takes its time to start
            newest = fresh.at().version
            if not before <= newest <= acknowledged(folder) + 1:
                raise AssertionError(f"version {newest} is newest, batch {before} was acknowledged")
            check(fresh, newest)
            os.write(answers, json.dumps({"reads": reads, "folded": fresh.at().newest.folded}).encode() + b"\n")
            beside = not anew  # writers went on meanwhile
        if beside:
            check(lake, dice.randint(0, lake.at().version))
            reads += 1


def check(lake: Lake, version: int) -> None:
    """Compare what a version shows with what it must show."""
    snapshot = lake.at(version)
    found = snapshot.execute(snapshot.rows("id", "stage", "customer"))
    stages = dict(zip(found["id"].to_pylist(), found["stage"].to_pylist(), strict=True))
    customers = dict(zip(found["id"].to_pylist(), found["customer"].to_pylist(), strict=True))
    want = {f"{batch}:{i}" for batch in range(1, version + 1) for i in range(ROWS)}
    if len(found) != len(want) or set(stages) != want:
        odd = sorted(set(stages) ^ want)[:5]
        raise AssertionError(f"as of {version}: {len(found)} rows for {len(want)} acknowledged; differ in {odd}")
    defined = snapshot.definitions.all("touchpoint").get("shop", {}).get("number", 0)
    if defined != version:
        raise AssertionError(f"as of {version} the definition is of {defined}")
    for batch in range(1, version + 1):
        stage = f"s{batch + 1}" if batch < version else None
        customer = "user_id:0" if batch < version else f"user_id:{batch}"
        if stages[f"{batch}:0"] != stage or customers[f"{batch}:1"] != customer:
            raise AssertionError(f"as of {version}: row {batch}:0 is {stages[f'{batch}:0']}, not {stage}")


def acknowledged(folder: Path) -> int:
    """Give the last batch that was acknowledged."""
    path = folder / "acknowledged"
    lines = path.read_bytes().split() if path.exists() else []
    return int(lines[-1]) if lines else 0


def plans(kind: str, number: int, dice: random.Random) -> list[str | None]:
    """Give where the children of a kind are to die, one after the other: each step in turn, and random moments."""
    order: list[str | None] = []
    while len(order) < number:
        named = list(WRITE_STEPS if kind == "write" else COMPACT_STEPS)
        dice.shuffle(named)
        for step in named:
            order += [step, None]
        if kind == "write":
            order += recovered(RECOVERY_STEPS)
    return order[:number]


def recovered(steps: Iterable[str]) -> list[str | None]:
    """Give where writers are to die so that the next one, which recovers, comes to these steps."""
    return [dies for step in steps for dies in (BEFORE_RECOVERY.get(step, "definitions: logged"), step)]


class Kills(Arena):
    """Writers and compactors that die, and a reader that looks after each death."""

    pinned = True

    def __init__(self, folder: Path, seed: int) -> None:
        self.report = Report()
        super().__init__(folder, seed, self.report)
        asked, self.ask = os.pipe()
        self.answer, answers = os.pipe()
        self.watchers.add(self.fork(lambda: read(folder, asked, answers, seed)))
        os.close(asked)
        os.close(answers)

    def start(self, kind: str, dies_at: str | None) -> None:
        """Start a writer or a compactor that is to die somewhere."""
        after = self.dice.randint(1, 2) if dies_at in WRITE_STEPS + COMPACT_STEPS else 1

        def work() -> None:
            die_at(dies_at, after=after)
            write(self.folder) if kind == "write" else compact_for_ever(self.folder)

        patience_s = PATIENCE_S["recovery" if dies_at in RECOVERY_STEPS else kind]
        self.send(kind, dies_at, work, lives_s=patience_s if dies_at else self.dice.uniform(0.02, 0.3))

    def check(self) -> None:
        """Have the reader open the lake anew and look at the newest version."""
        os.write(self.ask, b"!")
        self.hear()

    def hear(self) -> None:
        """Take the reader's answer."""
        if not comes(self.answer, 60):
            raise AssertionError("the reader did not answer within a minute")
        answer = os.read(self.answer, 4096)
        if not answer:
            raise AssertionError("the reader was barred, or saw what must not be")
        said = json.loads(answer)
        self.report.reads_beside, self.report.folded = said["reads"], said["folded"]
        self.report.checks += 1

    def missed(self, kind: str) -> list[str | None]:
        """Give where children of a kind are to die still: nobody came there in time."""
        left = [[step for step in steps if not self.report.at_step[f"{kind}, {step}"]] for steps in NAMED[kind]]
        return [*left[0], *recovered(left[1])]

    def run(self, kills: int) -> Report:
        """Kill that often, two writers for each compactor, and once more wherever nobody died."""
        began = time.monotonic()
        todo = {"compact": plans("compact", kills // 3, self.dice)}
        todo["write"] = plans("write", kills - kills // 3, self.dice)
        again = set(todo)
        for kind in todo:
            self.start(kind, todo[kind].pop(0))
        while self.children:
            dead = self.next_death()
            quiet = self.report.kills % 2  # every other time the lake is looked at before anybody can mend it
            if quiet:
                self.check()
            else:
                os.write(self.ask, b"?")
            if not todo[dead.kind] and dead.kind in again:
                again.remove(dead.kind)
                todo[dead.kind] = self.missed(dead.kind)
            if todo[dead.kind]:
                self.start(dead.kind, todo[dead.kind].pop(0))
            if not quiet:
                self.hear()
        self.report.acknowledged = acknowledged(self.folder)
        self.report.seconds = time.monotonic() - began
        return self.report


def warm_up() -> None:
    """Do what needs no thread once, before the forks: libraries import and register much at first use."""
    _ = ibis.duckdb
    interactions([("anna", "shop", "2024-01-01")])
    rows, changes = (ibis.table(ibis.Schema.from_pyarrow(kind), name="t") for kind in (INTERACTIONS, OVERRIDES))
    people = ibis.table(ibis.Schema.from_pyarrow(CUSTOMERS), name="c")
    whole = with_customers(with_overrides(rows, changes, ["stage", "themes"], 3, 1), people, 3, 1)
    ibis.to_sql(whole.filter(whole.landed <= 1).select("id", "stage"), dialect="duckdb")
    ibis.to_sql(rows.semi_join(changes, "id").select(m=rows.occurred_at.strftime("%Y")).distinct(), dialect="duckdb")


def prepare(folder: Path) -> None:
    """Make the lake, in a child: making it starts threads."""
    pid = os.fork()
    if not pid:
        Lake.create(folder)
        os._exit(0)
    if os.waitpid(pid, 0)[1]:
        raise AssertionError("the lake could not be made")


def main(folder: str, kills: str, seed: str) -> int:
    """Run, and print the report."""
    warm_up()
    prepare(Path(folder))
    arena = Kills(Path(folder), int(seed))
    try:
        report = arena.run(int(kills))
    finally:
        arena.end()
    sys.stdout.write(json.dumps(vars(report)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
