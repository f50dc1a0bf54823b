"""Every page at 10 million interactions: opened cold, opened warm, filtered anew, and Today while rows keep landing.

Pages are found as people find them: by following links from Today, one address for each route. Cold is the first
time that a server that has just started is asked for a page of a published version; warm is the median of the next
times; anew is with a filter that nobody asked for before, its answer computed while one waits. The limits are the
promises: 0.3 s and 2 s.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from benchmarks import frame
from benchmarks.frame import Line
from tests.e2e.servers import Server, running

WARM_S = 0.3
COLD_S = 2.0
PATIENCE_S = 600.0
"""How long a first publication of all answers may take on a busy machine."""
STEADY_S = 180.0
LANDED = 2_000
"""Rows of each landing, two seconds apart."""
LEFT_OUT = re.compile(r"/(accounts/logout|language|static|api|shared|behind\.csv)\b|\.csv$")


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a limit was passed."""
    options = argparse.ArgumentParser(prog="./bench pages", description=__doc__)
    options.add_argument("--rows", type=int, default=10_000_000, help="interactions; default 10,000,000")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--data", type=Path, help="keep the lake here, and use the one that is there")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as scratch:
        folder = (chosen.data or Path(scratch)) / f"pages-{chosen.rows}"
        os.environ["HEARTLINE_KEYS"] = str(folder.parent / "keys")
        if not folder.exists():
            print(f"  written in {frame.seconds(partial(made, folder, chosen.rows)):.0f} s", flush=True)
        return 0 if measured(folder, chosen.rows, chosen.runs) else 1


def made(folder: Path, rows: int) -> None:
    """Write a lake of the histories of `./bench rows`, with one journey over them."""
    from benchmarks import rows as histories
    from benchmarks.paths import JOURNEY
    from heartline.store.lake import Lake

    histories.made(folder, rows)
    with Lake.open(folder).write("definitions") as writer:
        writer.define("journey", "all", JOURNEY)


def measured(folder: Path, rows: int, runs: int) -> bool:
    """Open every page, and print how long each took."""
    with running(folder) as server:
        client = browser(server)
        took = frame.seconds(partial(published, folder))
        print(f"  first publication {took:.1f} s; {frame.load()}", flush=True)
        found = list(pages(client, folder))
    lines = []
    with running(folder) as server:
        client = browser(server)
        published(folder)
        for name, address in found:
            cold = opened(client, address)
            warm = statistics.median(opened(client, address) for _ in range(runs))
            lines.append(Line(f"{name}: warm", warm, WARM_S, "s", 1.0, peer_name="limit"))
            lines.append(Line(f"{name}: cold", cold, COLD_S, "s", 1.0, peer_name="limit"))
        for name, address in found:
            if "?" not in address:
                lines.append(
                    Line(f"{name}: anew", opened(client, f"{address}?channel=web&period=2023-01-01/2024-01-01"))
                )
        lines += steady(client, folder)
    return frame.table(f"Pages at {rows:,} interactions, medians of {runs}; {frame.load()}", lines)


def browser(server: Server) -> httpx.Client:
    """Give a browser that is signed in."""
    client = httpx.Client(base_url=server.url, follow_redirects=True, timeout=PATIENCE_S, trust_env=False)
    client.get(server.link).raise_for_status()
    return client


def published(folder: Path) -> None:
    """Wait until the newest version is published."""
    from heartline.store.lake import Lake

    lake, end = Lake.open(folder), time.monotonic() + PATIENCE_S
    while version_of(folder) != lake.versions()[-1].version:
        if time.monotonic() > end:
            raise TimeoutError("the newest version was not published in time")
        time.sleep(0.2)


def version_of(folder: Path) -> int | None:
    """Give the published version, as the operational database has it."""
    with sqlite3.connect(f"file:{folder / 'heartline.db'}?mode=ro", uri=True) as database:
        (version,) = database.execute("SELECT max(version) FROM shell_publication").fetchone()
    return None if version is None else int(version)


def opened(client: httpx.Client, address: str) -> float:
    """Open a page; give the seconds."""
    start = time.perf_counter()
    answer = client.get(address)
    took = time.perf_counter() - start
    if answer.status_code >= 400:
        raise RuntimeError(f"{address} answered {answer.status_code}")
    return took


def pages(client: httpx.Client, folder: Path) -> Iterator[tuple[str, str]]:
    """Follow links from the first page; give one address for each route that opens."""
    from django.urls import Resolver404, resolve

    from heartline.server.shell import start

    start.django(folder)
    seen: set[str] = set()
    todo = ["/"]
    while todo:
        address = todo.pop(0)
        try:
            name = resolve(urlsplit(address).path).url_name or address
        except Resolver404:
            continue
        if name in seen:
            continue
        seen.add(name)
        answer = client.get(address)
        if answer.status_code < 400 and "text/html" in answer.headers["content-type"]:
            yield name, address
            links = (urljoin(address, unescape(link)) for link in re.findall(r'<a [^>]*href="([^"#]+)"', answer.text))
            todo += [link for link in links if link.startswith("/") and not LEFT_OUT.search(urlsplit(link).path)]


def steady(client: httpx.Client, folder: Path) -> list[Line]:
    """Open Today again and again while rows land."""
    code = "import benchmarks.pages as pages, sys; pages.land(sys.argv[1], float(sys.argv[2]))"
    writer = subprocess.Popen([sys.executable, "-c", code, str(folder), str(STEADY_S)], cwd=frame.ROOT)
    times, versions = [], []
    while writer.poll() is None:
        times.append(opened(client, "/"))
        versions.append(version_of(folder))
        time.sleep(0.25)
    if writer.returncode:
        raise RuntimeError("rows could not land")
    return [
        Line("Today while rows land: median", statistics.median(times), WARM_S, "s", 1.0, peer_name="limit"),
        Line("Today while rows land: slowest", max(times), COLD_S, "s", 1.0, peer_name="limit"),
        Line("versions published meanwhile", len(set(versions)), None, ""),
        Line("seconds between publications", STEADY_S / max(1, len(set(versions)) - 1)),
    ]


def land(folder: str, for_s: float) -> None:
    """Append rows every two seconds."""
    import numpy as np
    import pyarrow as pa

    from benchmarks.paths import _chunk
    from benchmarks.rows import _told
    from heartline.store.lake import Lake

    lake, random, first = Lake.open(Path(folder)), np.random.default_rng(time.time_ns()), time.time_ns() // 1000
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        names = pa.array([f"customer_id:{number:032x}" for number in random.integers(0, 1000, LANDED)])
        with lake.write("synthetic") as writer:
            writer.append(_told(random, _chunk(random, names, first, first + LANDED)))
        first += LANDED
        time.sleep(2)
