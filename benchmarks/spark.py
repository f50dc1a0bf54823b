"""Graph and scores on Spark on this machine, beside DuckDB: what the second engine costs where one would do.

Spark's start and its first question are stated apart; result caches are off on both sides.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import frame
from benchmarks.frame import Line
from benchmarks.paths import made

QUESTIONS: dict[str, dict[str, Any]] = {
    "scores": {"period": "all", "by": ["touchpoint"]},
    "graph": {"period": "all", "journey": "all"},
}


def main(argv: list[str]) -> int:
    """Measure and print; there is no target, for Spark is made for what one machine cannot hold."""
    options = argparse.ArgumentParser(prog="./bench spark", description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000, help="interactions; default 1,000,000")
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--master", default="local[2]", help="local[N], or spark://HOST:PORT")
    options.add_argument("--data", type=Path, help="keep the lake here, and use the one that is there")
    chosen = options.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as scratch:
        folder = (chosen.data or Path(scratch)) / f"lake-{chosen.rows}"
        os.environ["HEARTLINE_KEYS"] = str(folder.parent / "keys")
        if not folder.exists():
            print(f"{chosen.rows:,} interactions written in {frame.seconds(partial(made, folder, chosen.rows)):.0f} s")
        lines = frame.in_child("benchmarks.spark:measured", str(folder), chosen.master, chosen.runs).answer
    title = (
        f"Spark at {chosen.master} beside DuckDB, {chosen.rows:,} interactions, medians of {chosen.runs} runs in turn"
    )
    frame.table(f"{title}; {frame.load()}", [Line(what, ours, peer, peer_name="DuckDB") for what, ours, peer in lines])
    return 0


def measured(folder: str, master: str, runs: int) -> list[tuple[str, float, float | None]]:
    """Give what was measured: its name, Spark's seconds, and DuckDB's where it has any."""
    from heartline.store.engine.spark import SparkEngine
    from heartline.store.lake import Lake

    on_duckdb, on_spark = Lake.open(Path(folder)), Lake.open(Path(folder))
    engine = SparkEngine(master)
    on_spark.engine = engine
    lines: list[tuple[str, float, float | None]] = [("start of Spark", frame.seconds(lambda: engine.connection), None)]
    for name in QUESTIONS:
        ours, theirs = _question(on_spark, name), _question(on_duckdb, name)
        lines.append((f"{name}, first time", frame.seconds(ours), frame.seconds(theirs)))
        assert _same(ours(), theirs()), f"{name}: the engines do not agree"
        lines.append((name, *frame.in_pairs(ours, theirs, runs=runs, warm=1)))
    return lines


def _question(lake: Any, name: str) -> Callable[[], Any]:
    import heartline.workspace  # noqa: F401  (registers the verbs)
    from heartline.core.registry import find
    from heartline.core.selection import build

    verb = find(name)
    return lambda: verb.function(lake, build(verb.spec, QUESTIONS[name]))


def _same(ours: Any, theirs: Any) -> bool:
    def rounded(value: Any) -> Any:
        return float(f"{value:.9g}") if isinstance(value, float) else value

    first, second = ([{key: rounded(cell) for key, cell in row.items()} for row in one.rows] for one in (ours, theirs))
    return bool(first) and first == second
