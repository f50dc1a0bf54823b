"""Events from HTTP to the lake: how many a second, how late, in how much memory, and what each step costs.

`./bench end_to_end` sends made-up traffic of a shop at a steady rate to a server as `heartline serve` starts it, all on
the same machine, and looks each second at what landed.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from benchmarks import frame
from benchmarks.frame import Line
from benchmarks.traffic import batches
from tests.e2e.servers import HEARTLINE
from tests.ports import free_port

EVENTS = 100
LAG_S = 5.0
RATE = 50_000
PATIENCE_S = 90.0
LANES = 8
AGAIN = 0.01
"""Share of the events that are sent twice."""


@dataclass
class Watched:
    """What was seen each second: requests that waited, seconds the oldest of them waited, memory by process."""

    backlog: list[int] = field(default_factory=list)
    lag_s: list[float] = field(default_factory=list)
    memory_mb: dict[str, float] = field(default_factory=dict)
    cpu_s: dict[str, float] = field(default_factory=dict)


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a limit was passed."""
    options = argparse.ArgumentParser(prog="./bench end_to_end", description=__doc__)
    options.add_argument("--rate", type=int, default=RATE, help="events a second that are sent")
    options.add_argument("--seconds", type=int, default=120)
    options.add_argument("--on", default=None, help="folder on whose disk the data are")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-", dir=chosen.on) as scratch:
        os.environ["HEARTLINE_KEYS"] = str(Path(scratch) / "keys")
        with served(Path(scratch)) as (data, port, pid):
            key = subprocess.run(
                [HEARTLINE, "keys", "create", "shop", "--kind", "write", "--data", data], check=True,
                capture_output=True, text=True,
            ).stdout.split()[-1]  # fmt: skip
            send = [sys.executable, "-m", "benchmarks.end_to_end", "send", str(port), key]
            before = cpu(pid)
            sender = subprocess.Popen(
                [*send, str(chosen.rate), str(chosen.seconds)], stdout=subprocess.PIPE, text=True, cwd=frame.ROOT
            )
            watched = watch(data, pid, sender)
            said = msgspec.json.decode(sender.communicate()[0])
            drained = drain(data)
            for name, seconds in cpu(pid).items():
                watched.cpu_s[name] = seconds - before.get(name, 0.0)
            return report(data, said, drained, watched, chosen)


@contextmanager
def served(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Run a server on new data; give its folder, port and process."""
    data, port = folder / "data", free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([HEARTLINE, "serve", "--data", data, "--port", str(port)], stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + PATIENCE_S
            while b"is ready" not in (folder / "log").read_bytes():
                if time.monotonic() > deadline or process.poll() is not None:
                    raise RuntimeError((folder / "log").read_text())
                time.sleep(0.1)
            yield data, port, process.pid
        finally:
            process.terminate()
            process.wait(30)


def watch(data: Path, pid: int, sender: subprocess.Popen[str]) -> Watched:
    """Look each second until everything is sent."""
    found = Watched()
    while sender.poll() is None:
        time.sleep(1.0)
        with closing(sqlite3.connect(f"file:{data / 'inbox.db'}?mode=ro", uri=True, timeout=5)) as db:
            count, oldest = db.execute("select max(id) - min(id) + 1, min(at_us) from received").fetchone()
        found.backlog.append(count or 0)
        found.lag_s.append(max(0.0, time.time() - oldest / 1e6) if oldest else 0.0)
        for name, size in memory(pid).items():
            found.memory_mb[name] = max(size, found.memory_mb.get(name, 0.0))
    return found


def drain(data: Path) -> float:
    """Wait until nothing waits; give how long that took."""
    began = time.monotonic()
    with closing(sqlite3.connect(f"file:{data / 'inbox.db'}?mode=ro", uri=True, timeout=5)) as db:
        while db.execute("select 1 from received limit 1").fetchone():
            if time.monotonic() - began > PATIENCE_S:
                raise RuntimeError("what was received does not land")
            time.sleep(0.05)
    return time.monotonic() - began


def processes(pid: int) -> Iterator[tuple[str, int]]:
    """Give the processes of a server, with their descendants, by what they are called."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(path.parent.name)] = int(fields[1])
    todo = [(child, "") for child, parent in parents.items() if parent == pid]
    while todo:
        child, name = todo.pop()
        try:
            said = (Path("/proc") / str(child) / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"heartline.cli.processes" in said:
            name = said[said.index(b"heartline.cli.processes") + 1].decode()
        elif b"heartline.collect.loading.ahead" in said:
            name = "who reads ahead"
        if name:
            yield name, child
        todo += [(grandchild, name) for grandchild, parent in parents.items() if parent == child]


def memory(pid: int) -> Counter[str]:
    """Give the resident memory of a server's processes in MB."""
    found: Counter[str] = Counter()
    for name, child in processes(pid):
        try:
            status = (Path("/proc") / str(child) / "status").read_text()
        except OSError:
            continue
        size = re.search(r"^RssAnon:\s*(\d+)", status, re.MULTILINE)
        found[name] += int(size[1]) // 1024 if size else 0
    return found


def cpu(pid: int) -> dict[str, float]:
    """Give the processor seconds of a server's processes."""
    found: dict[str, float] = {}
    tick = os.sysconf("SC_CLK_TCK")
    for name, child in processes(pid):
        try:
            fields = (Path("/proc") / str(child) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[name] = found.get(name, 0.0) + (int(fields[11]) + int(fields[12])) / tick
    return found


def report(data: Path, said: dict[str, Any], drained: float, watched: Watched, chosen: Any) -> int:
    """Print what was found."""
    with closing(sqlite3.connect(data / "heartline.db")) as db:
        rows = db.execute(
            "select events, lag_s, seconds, landed from received_batch where landed_at is not null"
        ).fetchall()
    landed = sum(row[0] for row in rows)
    took: Counter[str] = Counter()
    for row in rows:
        for name, seconds in msgspec.json.decode(row[2]).items():
            took[name] += seconds
    lags = sorted(row[1] for row in rows)
    rate = landed / (said["seconds"] + drained)
    lines = [
        Line("sent and acknowledged", said["acknowledged"] / said["seconds"], unit="events/s"),
        Line(
            "landed, to the last",
            rate,
            chosen.rate,
            "events/s",
            1 - 5 / chosen.seconds,
            at_least=True,
            peer_name="wanted",
        ),
        Line("lag of a batch's oldest, median", statistics.median(lags)),
        Line("lag of a batch's oldest, worst", lags[-1], LAG_S, "s", 1.0, peer_name="allowed"),
        Line("waiting to land, at worst", max(watched.backlog) * EVENTS, unit="events"),
        Line("refused with 429", said["refused"], unit="requests"),
        *(Line(f"memory of {name}", size, unit="MB") for name, size in sorted(watched.memory_mb.items())),
        *(
            Line(f"processor, {name}", seconds * 1e6 / landed, unit="µs/event")
            for name, seconds in sorted(watched.cpu_s.items(), key=lambda item: -item[1])
        ),
        Line("processor, who sends", said["processor_s"] * 1e6 / said["acknowledged"], unit="µs/event"),
        *(Line(f"loader: {name}", seconds * 1e6 / landed, unit="µs/event") for name, seconds in took.most_common()),
    ]
    held = frame.table(
        f"{chosen.seconds} s of {chosen.rate:,} events a second in {len(rows)} batches; {frame.load()}", lines
    )
    for what, wanted, found in (
        ("events were acknowledged", said["acknowledged"], landed),
        ("rows follow from them", said["rows"], sum(row[3] for row in rows)),
    ):
        if wanted != found and not said["refused"]:
            print(f"{wanted:,} {what}, {found:,} are in the lake")
            return 1
    return 0 if held else 1


def send(port: int, key: str, rate: int, seconds: int) -> None:
    """Send at a steady rate; print what was acknowledged."""
    print(msgspec.json.encode(asyncio.run(_sent(port, key, rate, seconds))).decode())


async def _sent(port: int, key: str, rate: int, seconds: int) -> dict[str, float]:
    counts = {"acknowledged": 0, "refused": 0, "rows": 0}
    auth = base64.b64encode(f"{key}:".encode()).decode()
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    lanes = [batches(number + 1, EVENTS, now, again=AGAIN, mixes=128) for number in range(LANES)]
    began = time.monotonic()
    step = EVENTS * LANES / rate

    async def lane(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        due = began + step * number / LANES
        while due < began + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            body, rows = next(lanes[number])
            length = f"Content-Length: {len(body)}\r\n\r\n"
            writer.write(
                f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {auth}\r\n{length}".encode() + body
            )
            status = int((await reader.readuntil(b"\r\n\r\n")).split()[1])
            counts["acknowledged" if status == 200 else "refused"] += EVENTS if status == 200 else 1
            counts["rows"] += rows if status == 200 else 0
            await reader.readexactly(16 if status == 200 else 0)
            if status != 200:
                writer.close()
                await asyncio.sleep(1.0)
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            due = max(due + step, time.monotonic() - 1.0)
        writer.close()

    await asyncio.gather(*(lane(number) for number in range(LANES)))
    return {**counts, "seconds": time.monotonic() - began, "processor_s": time.process_time()}


if __name__ == "__main__":
    send(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
