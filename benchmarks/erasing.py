"""How long it takes to erase one customer of many: `./bench erasing`, on a compacted lake with an index and answers."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

from benchmarks import frame
from benchmarks.rows import made


def main(argv: list[str]) -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="./bench erasing", description=__doc__)
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--data", type=Path, help="use the lake that is here, or make it here")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as scratch:
        folder = (chosen.data or Path(scratch)) / f"rows-{chosen.rows}"
        os.environ["HEARTLINE_KEYS"] = str(folder.parent / "keys")
        print(f"{chosen.rows:,} interactions; {frame.load()}", flush=True)
        if not folder.exists():
            start = time.perf_counter()
            made(folder, chosen.rows)
            print(f"  written in {time.perf_counter() - start:.0f} s", flush=True)
        done = frame.in_child("benchmarks.erasing:erased", str(folder))
        found, seconds, places = done.answer
        print(f"  found in {found:.2f} s, erased in {seconds:.1f} s, peak {done.peak_mb:.0f} MB")
        for place, removed, searched in places:
            print(f"    {place}: {removed:,} of {searched:,}")
    return 0


def erased(folder: str) -> tuple[float, float, list[tuple[str, int, int]]]:
    """Erase one customer; give the seconds of finding and of erasing, and what was removed where."""
    from heartline.collect import person
    from heartline.store.lake import Lake

    lake = Lake.open(folder)
    start = time.perf_counter()
    somebody = person.find(lake, f"customer_id:{os.getpid() % 100_000:032x}")
    between = time.perf_counter()
    done = person.erase(lake, somebody)
    end = time.perf_counter()
    places = [(place, gone.removed, gone.searched) for place, gone in done.places.items()]
    return between - start, end - between, places
