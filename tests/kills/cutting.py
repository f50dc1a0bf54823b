"""Cut the power at every moment of receiving and landing, and look for every acknowledged event.

`python -m tests.kills.cutting FOLDER CUTS SEED` prints a report as JSON; CUTS 0 means all there are. A process
receives, lands and compacts while strace writes its calls down; then a disk plays them (see `power`), is cut, and a
loader starts on what is left. The oracle: whatever was acknowledged before the cut is in the lake exactly once, nothing
is there twice, and what could not be used is in the quarantine once for each request that landed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.kills import power

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "heartline.server.settings")
TURNS = 4
DEAF = ("/inbox.db", "/lake/interactions")
"""Parts of a folder that a disk does not flush, whoever tells it to, so as to see that the oracle can see."""
ENOUGH = 8
"""Moments of such a disk."""


@dataclass
class Report:
    """What was done."""

    calls: int = 0
    moments: int = 0
    cuts: int = 0
    acknowledged: int = 0
    most_waited: int = 0
    noticed: list[str] = field(default_factory=list)
    seconds: float = 0.0


def main(folder: Path, cuts: int, seed: int) -> int:
    """Trace a process on one copy of a data folder, then cut the power on the other."""
    base, live, trace = folder / "base", folder / "live", folder / "trace"
    _run("heartline.cli.processes", "prepare", HEARTLINE_DATA=str(base))
    shutil.copytree(base, live)
    disk, deaf = power.Disk(base), {part: power.Disk(base, part) for part in DEAF}
    strace = ["strace", "-f", "-y", "-xx", "-s", "50000000", "--seccomp-bpf", "-o", str(trace)]
    _run(__spec__.name, "be traced", before=[*strace, "-e", f"trace={power.TRACED}"], HEARTLINE_DATA=str(base))
    os.environ["HEARTLINE_DATA"] = str(live)
    import django

    django.setup()
    played = list(power.calls(trace))
    report = cut(disk, played, live, cuts, random.Random(seed))
    report.noticed = [part for part in DEAF if _loses(deaf[part], played, live, seed)]
    sys.stdout.write(json.dumps(asdict(report)) + "\n")
    return 0


def _loses(disk: power.Disk, played: list[power.Call], live: Path, seed: int) -> bool:
    """Tell whether the oracle sees what a disk loses that does not flush when it is told to."""
    from heartline.core.errors import Unavailable

    try:
        cut(disk, played, live, ENOUGH, random.Random(seed))
    except (AssertionError, Unavailable):  # the lake says itself that its log is gone
        return True
    return False


def _run(module: str, *arguments: str, before: list[str] | None = None, **environment: str) -> None:
    command = [*(before or []), sys.executable, "-m", module, *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **environment})


def be_traced(folder: Path) -> None:
    """Receive and land a few batches, take some more in at every named step, compact; write down what was kept."""
    import django

    django.setup()

    from heartline.collect.inbox import opened
    from heartline.store import steps
    from heartline.store.lake import Lake

    lake = Lake.open(folder)
    book = os.open(folder.parent / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with opened(folder) as inbox, opened(folder) as others:
        made = iter(range(10_000))

        def received(into: Any) -> None:
            number = next(made)
            into.put([request(number)])
            os.write(book, b"%d\n" % number)

        some = loader(folder, inbox)
        for turn in range(TURNS):
            received(inbox)
            received(inbox)
            if turn == TURNS // 2:
                steps.listener = lambda name: received(others) if name.startswith("loader: ") else None
            while some.turn():
                pass
            steps.listener = None
        lake.compact(force=True)
        some.turn()


def loader(folder: Path, inbox: Any) -> Any:
    """Make the server's loader."""
    from heartline.collect.loading.loader import Loader, Tempo
    from heartline.collect.loading.reading import reader
    from heartline.server.collect.received.keeping import Desk
    from heartline.store.lake import Lake

    return Loader(Lake.open(folder), inbox, reader, Desk(), "cut", Tempo(most_bytes=2_000))


def names(number: int) -> list[str]:
    """Give the ids of a request's events."""
    return [f"{number}-{which}" for which in range(3)]


def request(number: int) -> Any:
    """Make a request: three events, who somebody is, and something that cannot be used."""
    from heartline.collect.inbox import Received

    said: list[dict[str, Any]] = [
        {"type": "track", "event": "Order Completed", "messageId": name, "anonymousId": f"a{number}"}
        for name in names(number)
    ]
    said += [{"type": "identify", "userId": f"u{number % 3}", "anonymousId": f"a{number}"}, {"type": "nonsense"}]
    body = json.dumps({"batch": said}).encode()
    return Received(time.time_ns() // 1000, "shop", "batch", body, len(said), b"{}")


def cut(disk: power.Disk, played: list[power.Call], live: Path, cuts: int, dice: random.Random) -> Report:
    """Play the calls; at some moments cut the power, with nothing of what waited and with some of it."""
    began, report = time.monotonic(), Report(calls=len(played))
    moments = [place for place, call in enumerate(played) if call.name in ("fsync", "fdatasync") or kept(call)]
    report.moments = len(moments)
    chosen = set(moments if not cuts else dice.sample(moments, min(cuts, len(moments))))
    acknowledged: list[int] = []
    for place, call in enumerate(played):
        if place in chosen:
            for how in (None, dice):
                report.most_waited = max(report.most_waited, len(disk.waiting))
                look(disk, live, how, acknowledged, f"before call {place}, {call.name}, {'some' if how else 'nothing'}")
                report.cuts += 1
        disk.play(call)
        acknowledged += kept(call)
    look(disk, live, None, acknowledged, "at the end")
    report.acknowledged, report.seconds = len(acknowledged), time.monotonic() - began
    return report


def kept(call: power.Call) -> list[int]:
    """Give the request that a call wrote down as acknowledged."""
    if call.name != "write" or not power.descriptor(call.arguments[0])[1].endswith("/acknowledged"):
        return []
    return [int(call.arguments[1])]


def look(disk: power.Disk, live: Path, how: random.Random | None, acknowledged: list[int], when: str) -> None:
    """Start on what is left after a cut, land what waits, and compare."""
    from django.db import connections

    from heartline.collect.inbox import opened
    from heartline.server.collect.received.models import Held
    from heartline.server.shell import opened as shell
    from heartline.store.lake import Lake

    connections.close_all()
    shell._opened.cache_clear()
    shutil.rmtree(live)
    live.mkdir()
    disk.cut(live, how)
    shutil.rmtree(live / "cache", ignore_errors=True)  # may be lost at any time
    for shared in live.glob("*.db-shm"):
        shared.unlink()  # memory that processes share; made anew by the first
    with opened(live) as inbox:
        some = loader(live, inbox)
        while inbox.backlog().requests:
            some.turn()
            some._number = None
    now = Lake.open(live).at()
    found = Counter(now.execute(now.rows("id"))["id"].to_pylist())
    lost = [name for number in acknowledged for name in names(number) if f"shop:{name}" not in found]
    if lost or found.total() != len(found):
        raise AssertionError(f"{when}: {len(lost)} events are lost, {found.total() - len(found)} are there twice")
    landed = {name.partition(":")[2].partition("-")[0] for name in found}
    if Held.objects.count() != len(landed):
        raise AssertionError(f"{when}: {Held.objects.count()} in the quarantine, of {len(landed)} requests")


if __name__ == "__main__":
    if sys.argv[1:] == ["be traced"]:
        be_traced(Path(os.environ["HEARTLINE_DATA"]))
    else:
        sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
