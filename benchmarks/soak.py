"""Kill the processes of a real server for minutes while events come in, and count what was lost: the long form."""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.end_to_end import drain, processes, served
from benchmarks.traffic import batches
from heartline.store.lake import Lake
from tests.e2e.servers import HEARTLINE

LANES = 6
EVENTS = 20
PAUSE_S = (0.2, 3.0)


def main(argv: list[str]) -> int:
    """Run; fail when anything acknowledged is lost or doubled."""
    options = argparse.ArgumentParser(prog="./bench soak", description=__doc__)
    options.add_argument("--minutes", type=float, default=5.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--on", default=None, help="folder on whose disk the data are")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-", dir=chosen.on) as scratch:
        os.environ["HEARTLINE_KEYS"] = str(Path(scratch) / "keys")
        with served(Path(scratch)) as (data, port, pid):
            made: list[str] = [str(HEARTLINE), "keys", "create", "shop", "--kind", "write", "--data", str(data)]
            key = subprocess.run(made, check=True, capture_output=True, text=True).stdout.split()[-1]
            stop, killed = threading.Event(), Counter[str]()
            killer = threading.Thread(target=kill, args=(pid, stop, killed, random.Random(chosen.seed)))
            killer.start()
            acknowledged = asyncio.run(sent(port, key, 60 * chosen.minutes))
            stop.set()
            killer.join()
            time.sleep(5.0)
            drain(data)
        now = Lake.open(data).at()
        ids = Counter(now.execute(now.rows("id"))["id"].to_pylist())
    lost = [name for name in acknowledged if f"shop:{name}" not in ids]
    twice = sum(count > 1 for count in ids.values())
    kills = ", ".join(f"{count} of {name}" for name, count in sorted(killed.items()))
    print(f"{killed.total()} kills ({kills}); {len(acknowledged):,} events acknowledged, {len(ids):,} in the lake")
    print(f"{len(lost)} lost, {twice} doubled")
    return 1 if lost or twice else 0


def kill(pid: int, stop: threading.Event, killed: Counter[str], dice: random.Random) -> None:
    """Kill one process after the other, with what it started."""
    while not stop.wait(dice.uniform(*PAUSE_S)):
        found = list(processes(pid))
        if not found:
            continue
        name, child = dice.choice(found)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed[name] += 1


async def sent(port: int, key: str, seconds: float) -> list[str]:
    """Send as clients do that keep what was not acknowledged; give the names of the events that were."""
    auth = base64.b64encode(f"{key}:".encode()).decode()
    acknowledged: list[str] = []
    until = time.monotonic() + seconds

    async def lane(number: int) -> None:
        bodies = batches(number + 1, EVENTS, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        while time.monotonic() < until:
            body = next(bodies).body
            events = json.loads(body)["batch"]
            names = [one["messageId"] for one in events if one["type"] != "identify"]  # who somebody is makes no row
            while not await posted(port, auth, body):
                await asyncio.sleep(0.2)
            acknowledged.extend(names)
            await asyncio.sleep(0.02)

    await asyncio.gather(*(lane(number) for number in range(LANES)))
    return acknowledged


async def posted(port: int, auth: str, body: bytes) -> bool:
    """Send one request; tell whether it was acknowledged."""
    head = f"POST /v1/batch HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Basic {auth}\r\n"
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
    except (TimeoutError, OSError):
        return False
    return answer.startswith(b"HTTP/1.1 200")
