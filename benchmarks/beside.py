"""How late live events land while a file of millions of rows is imported beside them, and how long that import takes.

A server as `heartline serve` starts it takes events at a steady rate; an import of its own process runs meanwhile. Each
request is watched in the inbox from when it was acknowledged until it is in the lake, once before and once during the
import. `--people` gives each line a second identifier, so that the import has people to tie.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import msgspec

from benchmarks import frame
from benchmarks.end_to_end import drain, served
from benchmarks.frame import Line
from tests.e2e.servers import HEARTLINE

RATE = 1_000
ALLOWED_S = 5.0
LOOK_S = 0.05
BEFORE_S = 15.0


@dataclass
class Lags:
    """Seconds from when a request was kept until it was in the lake, with the moment when it was kept."""

    seen: list[tuple[float, float]] = field(default_factory=list)

    def between(self, first: float, last: float) -> list[float]:
        """Give the lags of the requests that were kept in a span, sorted."""
        return sorted(lag for at, lag in self.seen if first <= at <= last)


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when an event was later than allowed."""
    options = argparse.ArgumentParser(prog="./bench beside", description=__doc__)
    options.add_argument("--copies", type=int, default=8, help="how often the 541,909 lines are repeated")
    options.add_argument("--rate", type=int, default=RATE, help="live events a second")
    options.add_argument("--people", action="store_true", help="give each line an e-mail address as well")
    options.add_argument("--on", default=None, help="folder on whose disk the data are")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-", dir=chosen.on) as scratch:
        os.environ["HEARTLINE_KEYS"] = str(Path(scratch) / "keys")
        recipe = written(Path(scratch), chosen.copies, people=chosen.people)
        alone = imported(recipe, Path(scratch) / "alone")
        with served(Path(scratch)) as (data, port, _):
            return beside(recipe, data, port, alone, chosen.rate)


def written(folder: Path, copies: int, *, people: bool) -> Path:
    """Write the lines and the recipe."""
    lines = importlib.import_module("benchmarks.import")
    source = folder / "online_retail.csv"
    duckdb.execute(lines.MADE.format(copies=copies, source=lines.LINES, target=source))
    text = lines._rows_only(lines.RECIPE.read_text(encoding="utf-8"))
    if people:
        mail = "case when CustomerID is not null then concat(CustomerID, '@example.com') end as email"
        text = text.replace("CustomerID as customer_id,", f"CustomerID as customer_id, {mail},")
    recipe = folder / "recipe.yaml"
    recipe.write_text(text, encoding="utf-8")
    return recipe


def imported(recipe: Path, data: Path) -> tuple[float, int]:
    """Import in a process of its own; give its seconds and the rows that landed."""
    began = time.monotonic()
    done = subprocess.run(
        [HEARTLINE, "import", recipe, "--data", data, "--json"], check=True, capture_output=True, text=True
    )
    return time.monotonic() - began, int(msgspec.json.decode(done.stdout)["landed"])


def beside(recipe: Path, data: Path, port: int, alone: tuple[float, int], rate: int) -> int:
    """Send, import meanwhile, and print what was seen."""
    made = [HEARTLINE, "keys", "create", "shop", "--kind", "write", "--data", data]
    key = subprocess.run(made, check=True, capture_output=True, text=True).stdout.split()[-1]
    stop, lags = threading.Event(), Lags()
    watcher = threading.Thread(target=watch, args=(data, stop, lags))
    watcher.start()
    sender = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.end_to_end", "send", str(port), key, str(rate), "3600"],
        stdout=subprocess.DEVNULL, cwd=frame.ROOT,
    )  # fmt: skip
    try:
        time.sleep(5.0)  # the first batch finds a cold loader
        quiet = time.time()
        time.sleep(BEFORE_S)
        began = time.time()
        took, rows = imported(recipe, data)
        ended = time.time()
        time.sleep(3.0)
    finally:
        sender.terminate()
        sender.wait()
    drain(data)
    stop.set()
    watcher.join()
    without, during = lags.between(quiet, began - ALLOWED_S), lags.between(began, ended)
    lines = [
        *_lines("with no import", without, None),
        *_lines("during the import", during, ALLOWED_S),
        Line("the import, beside", took, alone[0], "s", peer_name="alone"),
        Line("rows a second, beside", rows / took, alone[1] / alone[0], "/s", peer_name="alone"),
    ]
    title = f"Import of {rows:,} rows beside {rate:,} events a second; {len(during)} requests watched; {frame.load()}"
    return 0 if frame.table(title, lines) else 1


def _lines(what: str, lags: list[float], allowed: float | None) -> list[Line]:
    worst = Line(f"lag {what}, worst", lags[-1])
    if allowed is not None:
        worst = Line(worst.what, worst.ours, allowed, "s", 1.0, peer_name="allowed")
    return [
        Line(f"lag {what}, median", statistics.median(lags)),
        Line(f"lag {what}, 99 of 100", lags[int(0.99 * (len(lags) - 1))]),
        worst,
    ]


def watch(data: Path, stop: threading.Event, lags: Lags) -> None:
    """Look again and again which requests wait; who waits no more is in the lake."""
    waiting: dict[int, float] = {}
    with closing(sqlite3.connect(f"file:{data / 'inbox.db'}?mode=ro", uri=True, timeout=30)) as db:
        while not stop.wait(LOOK_S):
            there = dict(db.execute("select id, at_us from received").fetchall())
            now = time.time()
            for number in [one for one in waiting if one not in there]:
                at = waiting.pop(number)
                lags.seen.append((at, now - at))
            waiting |= {number: at / 1e6 for number, at in there.items() if number not in waiting}
