"""Questions about rows at 1 and 10 million interactions, beside hand-written DuckDB SQL over the same Parquet files.

The SQL asks the same: intervals need each customer's sums, so it sums by customer first, too. Answers must be equal.
The target is for 10 million and more: below, putting the question into SQL, some 30 ms a time, is most of the work.
`touchpoints` adds experiences and the ends of trips, which its SQL leaves out.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks import frame
from benchmarks.frame import Line
from benchmarks.paths import CHUNK, TOUCHPOINTS, _chunk

EXPECTED_S = 600
TARGET = 1.3
MADE = """
WITH made AS (SELECT * FROM read_parquet({files}, hive_partitioning = false))
"""
SUMS = """
count(*) AS answers, sum(CASE WHEN customer IS NULL THEN n ELSE 1 END) AS people, sum(n) AS n, sum(s) AS s,
sum(q) AS q, sum(CASE WHEN customer IS NULL THEN q ELSE s * s END) AS ss,
sum(CASE WHEN customer IS NULL THEN s ELSE s * n END) AS sn, sum(CASE WHEN customer IS NULL THEN n ELSE n * n END) AS nn
"""
BOX = "CASE WHEN score >= 9 THEN 1e0 WHEN score <= 6 THEN -1e0 ELSE 0e0 END"
SCORES = """,
one AS (SELECT scale, customer, count(*)::DOUBLE AS n, sum({box}) AS s, sum({box} * {box}) AS q
        FROM made WHERE scale = 'nps' AND score BETWEEN 0 AND 10 GROUP BY ALL)
SELECT scale, {sums} FROM one GROUP BY ALL
"""
MONTHLY = """,
one AS (SELECT touchpoint, date_trunc('month', occurred_at::TIMESTAMP)::DATE AS month, customer, count(*)::DOUBLE AS n,
               sum({box}) AS s, sum({box} * {box}) AS q
        FROM made WHERE scale = 'nps' AND score BETWEEN 0 AND 10 GROUP BY ALL),
whole AS (SELECT customer, sum(n) AS n, sum(s) AS s, sum(q) AS q FROM one GROUP BY ALL)
SELECT touchpoint, month, {sums} FROM one GROUP BY ALL
UNION ALL SELECT NULL, NULL, {sums} FROM whole ORDER BY 1, 2
"""
WAITS = """,
waited AS (SELECT touchpoint, customer, wait_s FROM made
           WHERE wait_s IS NOT NULL AND touchpoint IS NOT NULL AND kind IS DISTINCT FROM 'assignment'),
one AS (SELECT touchpoint, customer, count(*)::DOUBLE AS n, sum(wait_s) AS s, sum(wait_s * wait_s) AS q,
               sum((wait_s > {expected})::INT) AS over
        FROM waited GROUP BY ALL),
summed AS (SELECT touchpoint, {sums}, sum(over) AS over FROM one GROUP BY ALL),
spread AS (SELECT touchpoint, quantile_cont(wait_s, 0.5) AS median_s, quantile_cont(wait_s, 0.9) AS p90_s
           FROM waited GROUP BY GROUPING SETS ((touchpoint), ()))
SELECT touchpoint, n, s, over, median_s, p90_s, ss FROM summed FULL JOIN spread USING (touchpoint) ORDER BY 1
"""
VERBATIMS = """,
texts AS (SELECT * FROM made WHERE text IS NOT NULL AND text != ''),
newest AS (SELECT id, occurred_at, customer, channel, touchpoint, about, text, score, scale, feeling
           FROM texts ORDER BY occurred_at DESC, id LIMIT 50)
SELECT (SELECT [count(*), count(*) FILTER (feeling > 0), count(*) FILTER (feeling < 0)] FROM texts),
       (SELECT list(newest ORDER BY occurred_at DESC, id) FROM newest)
"""
TOUCHPOINTS_SQL = """
SELECT touchpoint, count(*), count(DISTINCT customer), avg(feeling)
FROM made WHERE touchpoint IS NOT NULL AND kind IS DISTINCT FROM 'assignment' GROUP BY ALL ORDER BY 1
"""
SQL = {
    "scores": SCORES,
    "scores by month": MONTHLY,
    "waits": WAITS,
    "verbatims": VERBATIMS,
    "touchpoints": TOUCHPOINTS_SQL,
}
VALUES: dict[str, dict[str, Any]] = {
    "scores": {"scale": "nps"},
    "scores by month": {"scale": "nps", "every": "month", "by": "touchpoint"},
}


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a target was missed."""
    options = argparse.ArgumentParser(prog="./bench rows", description=__doc__)
    options.add_argument("--rows", type=int, action="append", help="interactions; default 1,000,000 and 10,000,000")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--data", type=Path, help="keep the lakes here, and use those that are there")
    chosen = options.parse_args(argv)
    held = True
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as scratch:
        for rows in chosen.rows or [1_000_000, 10_000_000]:
            folder = (chosen.data or Path(scratch)) / f"rows-{rows}"
            os.environ["HEARTLINE_KEYS"] = str(folder.parent / "keys")
            print(f"{rows:,} interactions; {frame.load()}", flush=True)
            if not folder.exists():
                print(f"  written in {frame.seconds(partial(made, folder, rows)):.0f} s", flush=True)
            held &= measured(folder, rows, chosen.runs)
            if chosen.data is None:
                shutil.rmtree(folder)
    return 0 if held else 1


def made(folder: Path, rows: int) -> None:
    """Write a lake: the histories of `./bench paths`, with scores, feelings, waits and texts on some of the rows."""
    from heartline.store.lake import Lake

    random = np.random.default_rng(11)
    customers = rows // 12
    names = pa.array([f"customer_id:{number:032x}" for number in range(customers)])
    lake = Lake.create(folder)
    with lake.write("synthetic") as writer:
        for first in range(0, rows, CHUNK):
            size = min(CHUNK, rows - first)
            owner = (customers * random.random(size) ** 2).astype(np.int32)
            writer.append(_told(random, _chunk(random, names.take(pa.array(owner)), first, rows)))
        for key in TOUCHPOINTS:
            writer.define("touchpoint", key, {"label": key, "expected_wait_s": EXPECTED_S})
    lake.compact(force=True)


def _told(random: Any, rows: pa.Table) -> pa.Table:
    """Say on what scale the scored rows are, and let a tenth wait and a fiftieth write."""
    size = rows.num_rows
    scores = rows["score"].to_numpy()
    said = random.random(size) < 0.02
    words = np.array([f"It took {number} days and nobody told me why" for number in range(997)])
    columns = {
        "scale": pa.array(["nps"] * size, pa.string(), mask=np.isnan(scores)),
        "feeling": pa.array(scores / 5 - 1, from_pandas=True),
        "wait_s": pa.array(random.exponential(400, size).round(1), mask=random.random(size) >= 0.1),
        "succeeded": pa.array(random.random(size) < 0.9, mask=random.random(size) >= 0.1),
        "text": pa.array(words[random.integers(0, len(words), size)], pa.string(), mask=~said),
    }
    for name, values in columns.items():
        rows = rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), values)
    return rows


def measured(folder: Path, rows: int, runs: int) -> bool:
    """Time ours and SQL in turn, each question in a child, and print the table."""
    lines = []
    for name in SQL:
        mine, peer = frame.in_child("benchmarks.rows:in_turn", str(folder), name, runs).answer
        lines.append(Line(name, mine, peer, "s", TARGET if rows >= 10_000_000 else None, peer_name="DuckDB SQL"))
    return frame.table(f"Rows, {rows:,} interactions, medians of {runs} runs in turn; {frame.load()}", lines)


def in_turn(folder: str, name: str, runs: int) -> tuple[float, float]:
    """Check that both answer alike, then time them; no result is kept between calls, the path index is."""
    with duckdb.connect() as connection:
        mine, peer = _verb(folder, name), _query(connection, folder, name)
        one, other = CHECKS[name](mine()), CHECKED[name](peer())
        assert one == other, f"{name}: {str(one)[:1000]} is not {str(other)[:1000]}"
        return frame.in_pairs(mine, peer, runs=runs)


def _verb(folder: str, name: str) -> Callable[[], Any]:
    import heartline.workspace  # noqa: F401  (registers the verbs)
    from heartline.core.registry import find
    from heartline.core.selection import build
    from heartline.store.lake import Lake

    lake = Lake.open(Path(folder))
    verb = find(name.split()[0])
    spec = build(verb.spec, {"period": "all"} | VALUES.get(name, {}))
    return lambda: verb.function(lake, spec)


def _query(connection: duckdb.DuckDBPyConnection, folder: str, name: str) -> Callable[[], Any]:
    from heartline.store.lake import Lake

    connection.execute("SET TimeZone = 'UTC'; SET parquet_metadata_cache = true")
    lake = Lake.open(Path(folder))
    files = lake.interactions.files(lake.at().newest.tables["interactions"])
    statement = (MADE + SQL[name]).format(files=files, sums=SUMS, box=BOX, expected=EXPECTED_S)
    return lambda: connection.execute(statement).fetchall()


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _nps(s: float, n: float) -> float | None:
    return _rounded(100 * s / n)


CHECKS: dict[str, Callable[[Any], Any]] = {
    "scores": lambda result: [(row["scale"], _rounded(row["value"]), row["n"]) for row in result.rows],
    "scores by month": lambda result: sorted(
        (row["touchpoint"], row["period"], _rounded(row["value"]), row["n"]) for row in result.rows
    ),
    "waits": lambda result: sorted(
        (row["touchpoint"], row["n"], round(row["total_s"], 1), _rounded(row["median_s"]), _rounded(row["p90_s"]),
         _rounded(row["over"]))
        for row in result.rows
    ),
    "verbatims": lambda result: (
        [result.figures[name].value for name in ("verbatims", "good", "bad")],
        [row["id"] for row in result.rows],
    ),
    "touchpoints": lambda result: sorted(
        (row["touchpoint"], row["interactions"], row["people"], _rounded(row["feeling"])) for row in result.rows
    ),
}  # fmt: skip
"""What of our answer must be equal to SQL's."""
CHECKED: dict[str, Callable[[Any], Any]] = {
    "scores": lambda rows: [(row[0], _nps(row[4], row[3]), int(row[3])) for row in rows],
    "scores by month": lambda rows: [
        (row[0], str(row[1])[:7], _nps(row[5], row[4]), int(row[4])) for row in rows if row[0]
    ],
    "waits": lambda rows: [
        (row[0], int(row[1]), round(row[2], 1), _rounded(row[4]), _rounded(row[5]), _rounded(row[3] / row[1]))
        for row in rows
        if row[0] is not None
    ],
    "verbatims": lambda rows: (rows[0][0], [row["id"] for row in rows[0][1]]),
    "touchpoints": lambda rows: [
        (row[0], row[1], row[2], _rounded(row[3]) if row[3] is not None and not math.isnan(row[3]) else None)
        for row in rows
    ],
}
"""The same of SQL's answer."""
