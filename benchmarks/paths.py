"""Questions about order at 1 and 10 million interactions, beside hand-written DuckDB SQL over the same files and pm4py.

The SQL reads the lake's own Parquet files and must give the same answer, number by number. Of several ways to write it
the fastest stands here: an ordered aggregate makes paths in two to three times as long as sorted lists of structs. The
question is the easiest there is for SQL, customers' whole histories; trips that restart or end at a goal need several
more passes there.
"""

from __future__ import annotations

import argparse
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

TOUCHPOINTS = [*(f"touchpoint_{number:02d}" for number in range(24)), "purchase"]
CHANNELS = ["web", "mobile", "email", "phone", "chat", "store", "social"]
DAYS = 548
CHUNK = 1_000_000
JOURNEY = {"label": "Histories", "counted_as": "histories", "per": "customer", "starts": "any", "goal": "purchase"} | {
    "ends": "limit", "within_s": 600 * 86400, "designed": ["touchpoint_00", "touchpoint_01", "purchase"],
}  # fmt: skip
THROUGH = "touchpoint_07"
ROWS = 100

FROM = "SELECT customer, touchpoint, occurred_at, seq, id FROM read_parquet({files}, hive_partitioning = false)"
GRAPH = """
WITH steps AS (
  SELECT touchpoint AS "from", lead(touchpoint) OVER owner AS "to",
         epoch_us(lead(occurred_at) OVER owner) - epoch_us(occurred_at) AS gap
  FROM ({rows}) WINDOW owner AS (PARTITION BY customer ORDER BY occurred_at, seq)
)
SELECT "from", "to", count(*), quantile_cont(gap, [0.5, 0.9])
FROM steps WHERE "to" IS NOT NULL GROUP BY ALL ORDER BY 3 DESC, 1, 2
"""
PATHS = """
WITH trips AS MATERIALIZED (
  SELECT list_transform(
           list_sort(list({{'at': occurred_at, 'seq': seq, 'touchpoint': touchpoint}})), step -> step.touchpoint
         ) AS path,
         epoch_us(max(occurred_at)) - epoch_us(min(occurred_at)) AS took
  FROM ({rows}) GROUP BY customer
),
paths AS MATERIALIZED (SELECT path, count(*) AS trips FROM trips GROUP BY path),
through AS (
  SELECT count(*) AS paths, sum(trips) AS trips, list_contains(path, '{through}') AS there,
         list_contains(path, 'purchase') AS goal
  FROM paths GROUP BY ALL
),
listed AS (SELECT * FROM paths ORDER BY trips DESC, len(path), path LIMIT {limit}),
timed AS (
  SELECT path, any_value(trips) AS trips, median(took) AS took FROM trips JOIN listed USING (path) GROUP BY path
)
SELECT (SELECT list(through) FROM through), (SELECT list(timed ORDER BY trips DESC, len(path), path) FROM timed)
"""
FUNNEL = """
WITH ordered AS (
  SELECT customer, touchpoint, occurred_at, row_number() OVER (PARTITION BY customer ORDER BY occurred_at, seq) AS n
  FROM ({rows}) WHERE touchpoint IN ('touchpoint_00', 'touchpoint_01', 'purchase')
),
one AS (
  SELECT customer, min(n) AS n, epoch_us(min(occurred_at)) AS us
  FROM ordered WHERE touchpoint = 'touchpoint_00' GROUP BY 1
),
two AS (
  SELECT customer, min(o.n) AS n, epoch_us(min(o.occurred_at)) AS us, any_value(one.us) AS before
  FROM ordered o JOIN one USING (customer) WHERE o.touchpoint = 'touchpoint_01' AND o.n > one.n GROUP BY 1
),
three AS (
  SELECT customer, epoch_us(min(o.occurred_at)) AS us, any_value(two.us) AS before
  FROM ordered o JOIN two USING (customer) WHERE o.touchpoint = 'purchase' AND o.n > two.n GROUP BY 1
)
SELECT 'touchpoint_00', count(*), NULL FROM one
UNION ALL SELECT 'touchpoint_01', count(*), median(us - before) / 1e6 FROM two
UNION ALL SELECT 'purchase', count(*), median(us - before) / 1e6 FROM three
"""
SQL = {"graph": GRAPH, "paths": PATHS, "funnel": FUNNEL}
TARGETS = {"graph": 0.6, "paths": 0.6, "funnel": 0.8}


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a target was missed."""
    options = argparse.ArgumentParser(prog="./bench paths", description=__doc__)
    options.add_argument("--rows", type=int, action="append", help="interactions; default 1,000,000 and 10,000,000")
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--data", type=Path, help="keep the lakes here, and use those that are there")
    options.add_argument("--alone", action="store_true", help="leave the peers out")
    chosen = options.parse_args(argv)
    held = True
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as scratch:
        for rows in chosen.rows or [1_000_000, 10_000_000]:
            folder = (chosen.data or Path(scratch)) / f"lake-{rows}"
            os.environ["HEARTLINE_KEYS"] = str(folder.parent / "keys")
            print(f"{rows:,} interactions; {frame.load()}", flush=True)
            if not folder.exists():
                print(f"  written in {frame.seconds(partial(made, folder, rows)):.0f} s", flush=True)
            held &= measured(folder, rows, chosen.runs, alone=chosen.alone)
            if chosen.data is None:
                shutil.rmtree(folder)
    return 0 if held else 1


def made(folder: Path, rows: int) -> None:
    """Write a lake of synthetic interactions in order of arrival: rows/12 customers, path lengths median 2, mean 12."""
    from heartline.store.lake import Lake

    random = np.random.default_rng(7)
    customers = rows // 12
    spread = np.sqrt(2 * np.log(6))  # a log-normal whose mean is six times its median
    lengths = np.exp(np.log(2) + spread * random.standard_normal(customers)).clip(1, 467)
    chance = np.cumsum(lengths / lengths.sum())
    names = pa.array([f"customer_id:{number:032x}" for number in range(customers)])
    lake = Lake.create(folder)
    with lake.write("synthetic") as writer:
        for first in range(0, rows, CHUNK):
            size = min(CHUNK, rows - first)
            owner = np.searchsorted(chance, random.random(size)).clip(0, customers - 1).astype(np.int32)
            writer.append(_chunk(random, names.take(pa.array(owner)), first, rows))
        for name in TOUCHPOINTS:
            writer.define("touchpoint", name, {"label": name, "stage": "use"})
        writer.define("journey", "all", JOURNEY)


def _chunk(random: Any, people: pa.Array, first: int, rows: int) -> pa.Table:
    from heartline.store.schema import INTERACTIONS, MOMENT

    size = len(people)
    place = np.arange(first, first + size)
    whole = DAYS * 86400 * 1_000_000
    late = random.integers(0, whole // rows * 2 + 1, size)
    at = np.int64(1_600_000_000_000_000) + place * (whole // rows) + late
    weights = [*([0.95 / 24] * 24), 0.05]
    touchpoint = random.choice(len(TOUCHPOINTS), size, p=weights).astype(np.int8)
    scored = random.random(size) < 0.05
    known = {
        "id": pa.array(np.char.add("made:", place.astype(str))),
        "occurred_at": pa.array(at).cast(MOMENT),
        "received_at": pa.array(at).cast(MOMENT),
        "seq": pa.array(place),
        "identifier": people,
        "customer": people,
        "channel": _names(random.integers(0, len(CHANNELS), size), CHANNELS),
        "touchpoint": _names(touchpoint, TOUCHPOINTS),
        "kind": pa.array(["event"] * size),
        "source": pa.array(["made"] * size),
        "score": pa.array(random.integers(0, 11, size).astype(float), mask=~scored),
        "scale": pa.array(["nps"] * size, pa.string(), mask=~scored),
    }
    columns = [known[field.name] if field.name in known else pa.nulls(size, field.type) for field in INTERACTIONS]
    return pa.table(columns, schema=INTERACTIONS)


def _names(codes: Any, names: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int8)), pa.array(names)).cast(pa.string())


def measured(folder: Path, rows: int, runs: int, *, alone: bool) -> bool:
    """Build the index in one child, time ours and SQL in turn in others, and print the table."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    limited = rows <= 10_000_000
    built = frame.in_child("benchmarks.paths:build", str(folder))
    lines = [
        _bounded("index built", built.answer, 10 if limited else None, "s"),
        _bounded("index built: peak memory", built.peak_mb, 2048 if limited else None, "MB"),
        Line("index opened", frame.in_child("benchmarks.paths:build", str(folder)).answer),
    ]
    for name in TARGETS if alone else ():
        asked = frame.in_child("benchmarks.paths:by_itself", str(folder), name, runs)
        lines += [Line(name, asked.answer), Line(f"{name}: peak memory", asked.peak_mb, unit="MB")]
    for name, target in () if alone else TARGETS.items():
        ours, theirs = (frame.in_child(f"benchmarks.paths:{side}", str(folder), name) for side in ("ours", "theirs"))
        assert ours.answer == theirs.answer, f"{name}: {str(ours.answer)[:2000]} is not {str(theirs.answer)[:2000]}"
        mine, peer = frame.in_child("benchmarks.paths:in_turn", str(folder), name, runs).answer
        lines.append(Line(name, mine, peer, "s", target, peer_name="DuckDB SQL"))
        lines.append(Line(f"{name}: peak memory", ours.peak_mb, theirs.peak_mb, "MB", peer_name="DuckDB SQL"))
        if name == "graph":
            mining = frame.in_child(
                "benchmarks.paths:process_mining", str(folder), min(runs, max(1, 3_000_000 // rows))
            )
            assert mining.answer["edges"] == [row[:3] for row in ours.answer]
            times = {name: mining.answer[name] / mining.answer["ours"] for name in ("seconds", "alone")}
            lines.append(Line("graph, pm4py from the files", mining.answer["ours"], mining.answer["seconds"], "s"))
            lines.append(_bounded("graph: pm4py takes so many times as long", times["seconds"], 40, "×", at_least=True))
            lines.append(Line("graph: and with its frame in memory already", times["alone"], unit="×"))
            lines.append(Line("graph: peak memory of pm4py", mining.peak_mb, unit="MB"))
    return frame.table(f"Order, {rows:,} interactions, medians of {runs} runs in turn; {frame.load()}", lines)


def _bounded(what: str, value: float, bound: float | None, unit: str, *, at_least: bool = False) -> Line:
    """Hold a figure against a bound instead of a peer."""
    if bound is None:
        return Line(what, value, unit=unit)
    return Line(what, value, bound, unit, 1, at_least, "bound")


def build(folder: str) -> float:
    """Make the index, or open it where it is."""
    lake = _lake(folder)
    return frame.seconds(lambda: lake.engine._indexes.of(lake.at(), "customer"))


def ours(folder: str, name: str) -> Any:
    """Answer by the verb."""
    return _ours(name, _verb(folder, name)())


def by_itself(folder: str, name: str, runs: int) -> float:
    """Time the verb."""
    return frame.median_s(_verb(folder, name), runs=runs)


def theirs(folder: str, name: str) -> Any:
    """Answer by SQL."""
    with duckdb.connect() as connection:
        return _theirs(name, _query(connection, folder, name)())


def in_turn(folder: str, name: str, runs: int) -> tuple[float, float]:
    """Time both, one after the other, again and again; no result is kept between calls."""
    with duckdb.connect() as connection:
        return frame.in_pairs(_verb(folder, name), _query(connection, folder, name), runs=runs)


def process_mining(folder: str, runs: int) -> dict[str, Any]:
    """Let pm4py discover the directly-follows graph from the files; and from a frame that is in memory already."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pm4py's own
        import pm4py

        lake = _lake(folder)
        rows = FROM.format(files=lake.interactions.files(lake.at().newest.tables["interactions"]))
        order = f"SELECT customer, touchpoint, occurred_at FROM ({rows}) ORDER BY occurred_at, seq"
        kept: dict[str, Any] = {}

        def discover() -> None:
            kept["edges"] = pm4py.discover_dfg(kept["events"])[0]

        def whole() -> None:
            events = duckdb.sql(order).to_arrow_table().to_pandas()
            kept["events"] = pm4py.format_dataframe(
                events, case_id="customer", activity_key="touchpoint", timestamp_key="occurred_at"
            )
            discover()

        mine, took = frame.in_pairs(_verb(folder, "graph"), whole, runs=runs)
        alone = frame.median_s(discover, runs=runs, warm=0)
    edges = [[one, other, int(n)] for (one, other), n in kept["edges"].items()]
    sorted_edges = sorted(edges, key=lambda row: (-row[2], row[0], row[1]))
    return {"seconds": took, "alone": alone, "ours": mine, "edges": sorted_edges}


def _verb(folder: str, name: str) -> Callable[[], Any]:
    import heartline.workspace  # noqa: F401  (registers the verbs)
    from heartline.core.registry import find
    from heartline.core.selection import build as spec_of

    lake = _lake(folder)
    values = {"journey": "all", "period": "all"} | ({"through": THROUGH, "limit": ROWS} if name == "paths" else {})
    spec = spec_of(find(name).spec, values)
    return lambda: find(name).function(lake, spec)


def _query(connection: duckdb.DuckDBPyConnection, folder: str, name: str) -> Callable[[], Any]:
    connection.execute("SET TimeZone = 'UTC'")
    lake = _lake(folder)
    files = lake.interactions.files(lake.at().newest.tables["interactions"])
    statement = SQL[name].format(rows=FROM.format(files=files), through=THROUGH, limit=ROWS)
    return lambda: connection.execute(statement).fetchall()


def _lake(folder: str) -> Any:
    from heartline.store.lake import Lake

    return Lake.open(Path(folder))


def _ours(name: str, result: Any) -> Any:
    if name == "graph":
        return [
            [row["from"], row["to"], row["count"], _near(row["median_s"]), _near(row["p90_s"])] for row in result.rows
        ]
    if name == "funnel":
        return [[row["step"], row["trips"], _near(row["median_s"])] for row in result.rows]
    names = ("paths", "trips", "through_paths", "through_trips", "through_goal_paths", "through_goal_trips")
    figures = [int(result.figures[figure].value) for figure in names]
    return [figures, [[row["path"], row["trips"], _near(row["median_s"])] for row in result.rows]]


def _theirs(name: str, rows: list[Any]) -> Any:
    if name == "graph":
        return [[one, other, n, *(_near(gap / 1e6) for gap in gaps)] for one, other, n, gaps in rows]
    if name == "funnel":
        return [[step, n, _near(middle)] for step, n, middle in rows]
    groups, listed = rows[0]

    def total(what: str, *, there: bool = False, goal: bool = False) -> int:
        return sum(int(one[what]) for one in groups if (one["there"] or not there) and (one["goal"] or not goal))

    figures = [total("paths"), total("trips"), total("paths", there=True), total("trips", there=True)]
    figures += [total("paths", there=True, goal=True), total("trips", there=True, goal=True)]
    return [figures, [[one["path"], one["trips"], _near(one["took"] / 1e6)] for one in listed]]


def _near(value: float | None) -> float | None:
    """Round to a thousandth of a second: both interpolate, in another order of operations."""
    return None if value is None else round(value, 3)
