"""Read files with many threads again and again, and look whether rows keep their order: the long form of the test."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

import duckdb

from heartline.store.engine.sandbox import Limits, Sandbox, Source
from heartline.store.tests.test_sandbox_order import KEPT, LOST

MADE = """
COPY (
  SELECT i + {first} AS i, 'c' || (i * 7919 % 1000) AS c, '2024-01-01 10:00:00+02:00' AS moment,
         repeat('x', (i * 7919 % 300)::INT) AS text
  FROM range({rows}) AS made(i)
) TO '{path}' ({how})
"""


def main(argv: list[str]) -> int:
    """Run; fail when a row that has a place came out of it."""
    options = argparse.ArgumentParser(prog="./bench order", description=__doc__)
    options.add_argument("--rows", type=int, default=400_000)
    options.add_argument("--minutes", type=float, default=2.0)
    options.add_argument("--threads", type=int, default=8)
    chosen = options.parse_args(argv)
    odd: Counter[str] = Counter()
    rounds = 0
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as scratch, made(Path(scratch), chosen) as box:
        until = time.monotonic() + 60 * chosen.minutes
        while time.monotonic() < until:
            rounds += 1
            for what, sql in {**KEPT, "joined": LOST["joined"]}.items():
                odd[what] += not _in_order(box, sql)
    print(f"{rounds} rounds of {chosen.rows:,} rows with {chosen.threads} threads; out of order:")
    for what in (*KEPT, "joined"):
        print(f"  {odd[what]:5}  {what}")
    return 1 if any(odd[what] for what in KEPT) else 0


def made(folder: Path, chosen: argparse.Namespace) -> Sandbox:
    """Write the files, and give a sandbox that reads them."""
    for name, first, how in (("a.csv", 0, "HEADER"), ("b.csv", chosen.rows, "HEADER"),
                             ("packed.parquet", 0, "FORMAT parquet, ROW_GROUP_SIZE 2048")):  # fmt: skip
        duckdb.execute(MADE.format(first=first, rows=chosen.rows, path=folder / name, how=how))
    duckdb.execute(f"COPY (SELECT 'c' || i AS c, i AS k FROM range(1000) AS made(i)) TO '{folder}/names.csv' (HEADER)")
    kinds = {"a": "csv", "b": "csv", "names": "csv", "packed": "parquet"}
    files = {name: Source(name, folder / f"{name}.{kind}", kind) for name, kind in kinds.items()}
    return Sandbox(files, Limits(threads=chosen.threads))


def _in_order(box: Sandbox, sql: str) -> bool:
    last, kept = -1, True
    for batch in box.rows(sql):
        found = batch["i"].to_numpy()
        kept &= bool(found[0] >= last and (found[1:] >= found[:-1]).all())
        last = int(found[-1])
    return kept
