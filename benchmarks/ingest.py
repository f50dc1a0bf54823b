"""Events acknowledged a second, and how long the slowest wait, beside a bare server on the same two cores.

The bare server is granian with one group-commit SQLite writer and no validation: what the ground gives. Ours is the
front as it is served. Load generator (wrk), server and pages share the machine, once with idle pages and once with a
page in a loop; each run begins with an empty inbox, and what is counted is answered after the flush.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import httpx

from benchmarks import frame
from benchmarks.frame import Line
from heartline.cli.supervisor import Child
from tests.e2e.servers import HEARTLINE
from tests.ports import free_port

EVENTS = 100
KEY = "hlw_bench"
RATIO = 0.5
P99 = 3.0
PATIENCE_S = 60.0
SCRIPT = """
wrk.method = "POST"
wrk.path = "{path}"
wrk.headers["Authorization"] = "Basic {key}"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [=[{body}]=]
"""


@dataclass(frozen=True)
class Run:
    """What a server did in one run."""

    requests_s: float
    p99_ms: float
    page_ms: float | None


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a limit was passed."""
    options = argparse.ArgumentParser(prog="./bench ingest", description=__doc__)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--seconds", type=int, default=4, help="of each run")
    options.add_argument("--connections", type=int, default=64)
    chosen = options.parse_args(argv)
    if shutil.which("wrk") is None:
        print("This needs wrk, the load generator: apt install wrk")
        return 2
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as scratch:
        folder = Path(scratch)
        os.environ["HEARTLINE_KEYS"] = str(folder / "keys")
        command: list[str | Path] = [HEARTLINE, "demo", folder / "company", "--customers", "120", "--seed", "7"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        lines = []
        with pages(folder) as client:
            for busy in (False, True):
                for events in (EVENTS, 1):
                    lines += compared(folder, client if busy else None, events, chosen)
    return 0 if frame.table(f"Ingest, medians of {chosen.runs}; {frame.load()}", lines) else 1


def compared(folder: Path, client: httpx.Client | None, events: int, chosen: Any) -> list[Line]:
    """Run both servers alternately, the first pair to warm up."""
    runs: dict[str, list[Run]] = {"ours": [], "bare": []}
    for turn in range(chosen.runs + 1):
        for name, found in runs.items():
            run = one(folder, name, client, events, chosen)
            if turn:
                found.append(run)
    ours, bare = runs["ours"], runs["bare"]
    size = f"batches of {events}" if events > 1 else "single events"
    what = f"{size}, {'a page in a loop' if client else 'idle pages'}"
    rate = [statistics.median(run.requests_s * events for run in some) for some in (ours, bare)]
    p99 = [statistics.median(run.p99_ms for run in some) for some in (ours, bare)]
    lines = [
        Line(f"{what}: acknowledged", rate[0], rate[1], "events/s", RATIO, at_least=True, peer_name="bare"),
        Line(f"{what}: p99", p99[0], p99[1], "ms", P99, peer_name="bare"),
    ]
    if client:
        page = [statistics.median(run.page_ms or 0 for run in some) for some in (ours, bare)]
        lines.append(Line(f"{what}: the page meanwhile", page[0], page[1], "ms", peer_name="beside bare"))
    return lines


def one(folder: Path, name: str, client: httpx.Client | None, events: int, chosen: Any) -> Run:
    """Start a server with an empty inbox, send, and stop it."""
    data = folder / "inbox"
    data.mkdir()
    port = free_port()
    try:
        with ours(data, port) if name == "ours" else bare(data, port):
            script = folder / "send.lua"
            script.write_text(written(events))
            with looped(client) as times:
                options = ("-t1", f"-c{chosen.connections}", f"-d{chosen.seconds}s", "--latency", "-s", str(script))
                command = ["wrk", *options, f"http://127.0.0.1:{port}/"]
                said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        requests, p99 = understood(said)
        check(data, name, requests)
        return Run(requests / chosen.seconds, p99, statistics.median(times) * 1000 if times else None)
    finally:
        shutil.rmtree(data)


def written(events: int) -> str:
    """Write what wrk sends: events of about 424 bytes, as clients write them."""
    import base64

    event = {
        "type": "track", "event": "Product Viewed", "userId": "user-48151623", "anonymousId": "5f0c8a4e-9d3b-4c1e",
        "messageId": "ajs-next-8c1b5a0e-7d1f-4c55-a4a4-1f3d0d2f7f11", "timestamp": "2026-03-04T05:06:07.890Z",
        "properties": {"product_id": "P-2342", "name": "A pot of basil", "price": 3.49, "currency": "EUR"},
        "context": {"page": {"path": "/herbs/basil", "title": "Basil"}, "locale": "de-DE", "library": {"name": "x"}},
    }  # fmt: skip
    body = {"batch": [event] * events, "sentAt": "2026-03-04T05:06:08.000Z"} if events > 1 else event
    path = "/v1/batch" if events > 1 else "/v1/track"
    key = base64.b64encode(f"{KEY}:".encode()).decode()
    return SCRIPT.format(path=path, key=key, body=json.dumps(body))


def understood(said: str) -> tuple[int, float]:
    """Give from wrk's report how many requests were answered well, and the 99th percentile in milliseconds."""
    (requests,) = re.findall(r"(\d+) requests in", said)
    refused = re.findall(r"Non-2xx or 3xx responses: (\d+)", said)
    ((number, unit),) = re.findall(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    return int(requests) - sum(map(int, refused)), float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def check(data: Path, name: str, requests: int) -> None:
    """Make sure that what was acknowledged is there: a server that forgets is no server."""
    with sqlite3.connect(data / "inbox.db") as db:
        (kept,) = db.execute(f"select count(*) from {'received' if name == 'ours' else 'bare'}").fetchone()
    db.close()
    if kept < requests or requests == 0:
        raise RuntimeError(f"{name} acknowledged {requests} requests and kept {kept}")


@contextmanager
def ours(data: Path, port: int) -> Iterator[None]:
    """Run the front alone, over a folder that is only an inbox."""
    import hashlib

    from heartline.collect.inbox import opened

    (data / "format").touch()
    with opened(data) as inbox:
        inbox.set_key(hashlib.sha256(KEY.encode()).hexdigest(), "bench")
    environment = {
        **os.environ, "HEARTLINE_DATA": str(data), "HEARTLINE_PAGES": str(data / "none.sock"),
        "HEARTLINE_HOST": "127.0.0.1", "HEARTLINE_PORT": str(port),
    }  # fmt: skip
    with started(Child("front", environment), f"http://127.0.0.1:{port}/v1/track"):
        yield


@contextmanager
def bare(data: Path, port: int) -> Iterator[None]:
    """Run the bare server."""
    code = "import sys; from benchmarks.ingest import serve_bare; serve_bare(int(sys.argv[1]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(port)], cwd=frame.ROOT, env={**os.environ, "HEARTLINE_DATA": str(data)},
        start_new_session=True,
    )  # fmt: skip
    try:
        wait(f"http://127.0.0.1:{port}/")
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def started(child: Child, address: str | None = None) -> Iterator[None]:
    """Run a process of the server."""
    child.start()
    try:
        if address:
            wait(address)
        yield
    finally:
        child.kill()
        assert child.process is not None
        child.process.wait()


def wait(address: str, client: httpx.Client | None = None) -> None:
    """Wait until a server answers anything."""
    end = time.monotonic() + PATIENCE_S
    get = client.get if client else partial(httpx.get, trust_env=False)
    while True:
        try:
            get(address)
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def pages(folder: Path) -> Iterator[httpx.Client]:
    """Run the pages of the demo company; give a browser that is signed in there."""
    company, socket = folder / "company", folder / "pages.sock"
    made = subprocess.run([HEARTLINE, "signin", "--data", company], check=True, capture_output=True, text=True)
    environment = {**os.environ, "HEARTLINE_DATA": str(company), "HEARTLINE_PAGES": str(socket)}
    with started(Child("pages", environment)):
        transport = httpx.HTTPTransport(uds=str(socket))
        with httpx.Client(transport=transport, base_url="http://localhost", timeout=PATIENCE_S) as client:
            wait("/healthz", client)
            client.get(made.stdout.strip().partition("8080")[2], follow_redirects=True).raise_for_status()
            yield client


@contextmanager
def looped(client: httpx.Client | None) -> Iterator[list[float]]:
    """Open a page again and again meanwhile; give the seconds of each time."""
    times: list[float] = []
    stop = threading.Event()

    def loop(client: httpx.Client) -> None:
        while not stop.is_set():
            times.append(frame.seconds(lambda: client.get("/").raise_for_status()))

    thread = threading.Thread(target=loop, args=(client,)) if client else None
    if thread:
        thread.start()
    try:
        yield times
    finally:
        stop.set()
        if thread:
            thread.join()


# The bare server.


def serve_bare(port: int) -> None:
    """Serve it."""
    from granian import Granian
    from granian.constants import Interfaces, Loops
    from granian.log import LogLevels

    Granian(
        "benchmarks.ingest:bare_application", address="127.0.0.1", port=port, interface=Interfaces.ASGI,
        loop=Loops.asyncio, factory=True, websockets=False, log_level=LogLevels.warning,
    ).serve()  # fmt: skip


def bare_application() -> Any:
    """Make it: a body in, one commit for whatever waits, an answer."""
    queue: SimpleQueue[tuple[bytes, Any]] = SimpleQueue()
    thread: list[threading.Thread] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        loop = asyncio.get_running_loop()
        if not thread:
            thread.append(threading.Thread(target=write, args=(queue, loop), daemon=True))
            thread[0].start()
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        kept = loop.create_future()
        queue.put((body, kept))
        await kept
        headers = [(b"content-type", b"application/json"), (b"content-length", b"16")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"success":true}'})

    return application


def write(queue: SimpleQueue[tuple[bytes, Any]], loop: asyncio.AbstractEventLoop) -> None:
    """Commit groups for ever."""
    path = Path(os.environ["HEARTLINE_DATA"]) / "inbox.db"
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = full")
    db.execute("create table bare (id integer primary key, body blob)")
    while True:
        group = [queue.get()]
        try:
            while len(group) < 500:
                group.append(queue.get_nowait())
        except Empty:
            pass
        db.execute("begin immediate")
        db.executemany("insert into bare (body) values (?)", [(body,) for body, _ in group])
        db.execute("commit")
        loop.call_soon_threadsafe(lambda futures: [kept.set_result(None) for kept in futures], [k for _, k in group])
