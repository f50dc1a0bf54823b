"""Import a CSV of millions of rows, beside bare DuckDB and beside DuckDB SQL that writes the same columns."""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import frame
from benchmarks.frame import Line

LINES = frame.ROOT.parent / "shared" / "data" / "uci_online_retail" / "online_retail.csv.gz"
RECIPE = frame.ROOT / "recipes" / "uci_online_retail.yaml"
ONCE = 541_909

MADE = """
COPY (
  SELECT InvoiceNo || '-' || copy AS InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,
         CustomerID + 100000 * copy AS CustomerID, Country
  FROM range({copies}) AS made(copy), read_csv('{source}', header = true)
) TO '{target}' (HEADER, DELIMITER ',')
"""

BARE = "COPY (SELECT * FROM read_csv('{source}', header = true)) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"

SAME_COLUMNS = """
COPY (
  SELECT 'uci_online_retail:' || md5(concat_ws('|', CustomerID, InvoiceNo, InvoiceDate, Country, StockCode, Quantity,
           UnitPrice, Description)) || '-1' AS id,
         moment AS occurred_at, 'second' AS occurred_precision,
         TIMESTAMPTZ '2026-01-01' AS received_at, row_number() OVER () AS seq,
         person AS identifier, person AS customer,
         InvoiceNo AS ref, 'web' AS channel,
         CASE WHEN InvoiceNo LIKE 'C%' THEN 'return' WHEN UnitPrice < 0 THEN 'bad_debt'
              WHEN Quantity < 0 THEN 'stock_adjustment' ELSE 'purchase' END AS touchpoint,
         CASE WHEN InvoiceNo LIKE 'C%' THEN 'support' WHEN Quantity > 0 THEN 'purchase' END AS stage,
         NULL::VARCHAR AS about, 'event' AS kind, NULL::VARCHAR AS event, 'uci_online_retail' AS source,
         Country AS unit, StockCode AS product, NULL::DOUBLE AS score, NULL::VARCHAR AS scale,
         NULL::DOUBLE AS feeling, NULL::DOUBLE AS wait_s, NULL::BOOLEAN AS succeeded,
         (Quantity * UnitPrice)::DECIMAL(18, 4) AS amount, NULL::DECIMAL(18, 4) AS cost, 'GBP' AS currency,
         NULL::VARCHAR AS text, NULL::VARCHAR AS language, NULL::VARCHAR[] AS themes, NULL::VARCHAR AS action,
         NULL::VARCHAR AS arm,
         to_json({{quantity: Quantity, unit_price: UnitPrice, description: Description}})::VARCHAR AS properties,
         1::BIGINT AS landed, strftime(moment, '%Y-%m') AS month
  FROM (SELECT *, timezone('Europe/London', InvoiceDate) AS moment,
               'customer_id:' || left(sha256(concat('key', CustomerID)), 32) AS person
        FROM read_csv('{source}', header = true))
) TO '{target}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (month))
"""


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when a target was missed."""
    options = argparse.ArgumentParser(prog="./bench import")
    options.add_argument("--copies", type=int, default=8, help="how often the 541,909 lines are repeated")
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args(argv)
    if not LINES.exists():
        print(f"The invoices are not at {LINES}.")
        return 1
    rows = chosen.copies * ONCE
    with tempfile.TemporaryDirectory(prefix="heartline-bench-") as folder:
        source = Path(folder) / "online_retail.csv.gz"  # the recipe's name for it; DuckDB looks at the ending
        plain = source.with_suffix("")
        duckdb.execute(MADE.format(copies=chosen.copies, source=LINES, target=plain))
        recipe = Path(folder) / "recipe.yaml"
        recipe.write_text(_rows_only(RECIPE.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{rows:,} rows, {plain.stat().st_size / 1e6:,.0f} MB of CSV")
        ours, bare, same, there = [], [], [], []
        for _ in range(chosen.runs):
            ours.append(frame.in_child("benchmarks.import:ours", str(recipe), f"{folder}/ours").answer)
            bare.append(frame.in_child("benchmarks.import:sql", BARE, str(plain), f"{folder}/bare").answer)
            same.append(frame.in_child("benchmarks.import:sql", SAME_COLUMNS, str(plain), f"{folder}/same").answer)
        there.append(frame.in_child("benchmarks.import:again", str(recipe), f"{folder}/ours").answer)
    return 0 if _table(rows, ours, bare, same, there[0]) else 1


def _rows_only(recipe: str) -> str:
    """Take units and products out of the recipe: they are queries of their own, which the peers do not run either."""
    text = recipe.replace(".csv.gz", ".csv")
    head, rest = text.split("units:")
    return head + "interactions:" + rest.split("interactions:")[1]


def ours(recipe: str, folder: str) -> dict[str, Any]:
    """Import into a new data folder."""
    shutil.rmtree(folder, ignore_errors=True)
    return again(recipe, folder)


def again(recipe: str, folder: str) -> dict[str, Any]:
    """Import; the lake may hold the rows already."""
    from heartline.collect.importing import run

    os.environ["HEARTLINE_KEYS"] = f"{folder}-keys"
    made: list[Any] = []
    before = _work()
    took = frame.seconds(lambda: made.append(run(recipe, folder)))
    work = _work() - before
    peak = [_peak(resource.RUSAGE_SELF), _peak(resource.RUSAGE_CHILDREN)]
    return {"seconds": took, "landed": made[0].landed, "there": made[0].there, "peak_mb": peak, "cpu": work}


def sql(statement: str, source: str, target: str) -> dict[str, Any]:
    """Run a statement of DuckDB, its result written anew."""
    shutil.rmtree(target, ignore_errors=True)
    Path(target).unlink(missing_ok=True)
    before = _work()
    took = frame.seconds(lambda: duckdb.execute(statement.format(source=source, target=target)))
    return {"seconds": took, "peak_mb": _peak(resource.RUSAGE_SELF), "cpu": _work() - before}


def _work() -> float:
    """Give the processor seconds of this process and of the children that have ended."""
    return sum(os.times()[:4])


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def _table(rows: int, ours: list[Any], bare: list[Any], same: list[Any], again: Any) -> bool:
    assert all(one["landed"] == rows for one in ours)
    assert again["there"] == rows

    def median(runs: list[Any], what: str = "seconds") -> float:
        return float(statistics.median(one[what] for one in runs))

    def speed(runs: list[Any]) -> float:
        return rows / median(runs)

    mine, child = ours[-1]["peak_mb"]
    lines = [
        Line("rows a second", speed(ours), speed(bare), "/s", 0.2, at_least=True, peer_name="CSV to Parquet"),
        Line("rows a second", speed(ours), speed(same), "/s", 0.6, at_least=True, peer_name="same columns"),
        Line("seconds", median(ours), median(same), "s", peer_name="same columns"),
        Line("processor seconds", median(ours, "cpu"), median(bare, "cpu"), "s", peer_name="CSV to Parquet"),
        Line("processor seconds", median(ours, "cpu"), median(same, "cpu"), "s", peer_name="same columns"),
        Line("once more, nothing new", again["seconds"], None, "s"),
        Line("peak memory", mine, same[-1]["peak_mb"], "MB", peer_name="same columns"),
        Line("peak memory of the sandbox", child, None, "MB"),
    ]
    return frame.table(f"Import of {rows:,} rows, medians of {len(ours)} runs in turn", lines)
