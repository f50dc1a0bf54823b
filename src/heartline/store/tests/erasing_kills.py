"""Kill who erases, at every named step, beside a writer that is killed too: nobody else ever loses a row.

`python -m heartline.store.tests.erasing_kills FOLDER SEED` prints a report as JSON. It forks as `killing` does, whose
writer it uses: batch n is version-wise one landing of five rows of the person `user_id:n`. Each round erases one of
those people; who erases dies at a step, and whoever comes next finishes it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from heartline.store import erasing
from heartline.store.lake import Lake
from heartline.store.tests import killing

STEPS = (
    "erase: files written",
    "erase: files flushed",
    "erase: log flushed",
    "erase: published",
    "erase: old files removed",
    "erase: caches removed",
)
TIMES = {"erase: log flushed": 2}
"""Steps that come once a table are died at the second time, too."""


def forked(work: Callable[[], object]) -> int:
    """Start a child; an error of it is printed and ends it with 1."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    except BaseException:  # noqa: BLE001  (whatever it is, the parent has to hear of it)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def erase(folder: Path, person: int, dies_at: str | None, after: int) -> None:
    """Erase a person, dying somewhere."""
    killing.die_at(dies_at, after=after)
    erasing.erase(Lake.open(folder), lambda _lake: [f"user_id:{person}"])


def check(folder: Path, gone: set[int], maybe: int | None) -> None:
    """Look at every version: there is everybody but those who are gone; one may be there whole, or not at all."""
    lake = Lake.open(folder)
    snapshot = lake.at()
    found = snapshot.execute(snapshot.rows("id", "landed"))
    there: dict[int, set[str]] = {}
    for name in found["id"].to_pylist():
        batch, _, number = name.partition(":")
        there.setdefault(int(batch), set()).add(number)
    whole = {str(number) for number in range(killing.ROWS)}
    for batch in range(1, killing.acknowledged(folder) + 1):
        rows = there.get(batch, set())
        if batch in gone:
            good = not rows
        elif batch == maybe:
            good = rows in (set(), whole)
        else:
            good = rows == whole
        if not good:
            raise AssertionError(f"batch {batch} has {sorted(rows)}; gone {sorted(gone)}, perhaps {maybe}")
    if len(found) != sum(map(len, there.values())):
        raise AssertionError("a row is there twice")


def finish(folder: Path, person: int) -> None:
    """Come next: finish what was left, and erase the person as if nothing had been."""
    lake = Lake.open(folder)
    erasing.finish(lake)
    erasing.erase(lake, lambda _lake: [f"user_id:{person}"])
    if erasing.unfinished(lake):
        raise AssertionError("the mark stays")
    for table in lake.tables.values():
        needed = set(table.files(lake.manifest.newest().tables.get(table.folder.name, 0)))
        left = {str(path) for path in table.folder.rglob("part-*.parquet")} - needed
        if left:
            raise AssertionError(f"{len(left)} files of {table.folder.name} are left, which the writer had not begun")


def come_next(folder: Path, gone: set[int], person: int) -> None:
    """Look at what the dead one left, finish it, and look again."""
    check(folder, gone, person)
    finish(folder, person)
    check(folder, gone | {person}, None)


def ended(pid: int) -> int:
    """Wait for a child."""
    return os.waitpid(pid, 0)[1]


def good(pid: int) -> None:
    """Wait for a child that must end well."""
    if ended(pid):
        raise AssertionError("a child ended with an error")


def main(home: str, seed: str) -> int:
    """Run, and print the report."""
    folder, dice = Path(home), random.Random(int(seed))
    killing.warm_up()
    killing.prepare(folder)
    gone: set[int] = set()
    died: dict[str, int] = {}
    began = time.monotonic()
    rounds = [(step, time_) for step in STEPS for time_ in range(1, TIMES.get(step, 1) + 1)]
    for step, after in rounds:
        writer = forked(lambda: killing.write(folder))
        target = killing.acknowledged(folder) + 3
        while killing.acknowledged(folder) < target:
            time.sleep(0.01)
        person = dice.choice([batch for batch in range(1, target) if batch not in gone])
        eraser = forked(lambda p=person, s=step, a=after: erase(folder, p, s, a))  # type: ignore[misc]
        status = ended(eraser)
        if not os.WIFSIGNALED(status):
            raise AssertionError(f"who erased did not die at “{step}” ({after})")
        died[step] = died.get(step, 0) + 1
        time.sleep(dice.uniform(0, 0.1))
        os.kill(writer, signal.SIGKILL)
        ended(writer)
        good(forked(partial(come_next, folder, gone, person)))
        gone.add(person)
    report = {"died": died, "gone": len(gone), "acknowledged": killing.acknowledged(folder)}
    sys.stdout.write(json.dumps({**report, "seconds": time.monotonic() - began}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
