"""HEARTLINE_ENGINE=spark://… on a real cluster: two executors of it answer as DuckDB does, and end with us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

from heartline.store.engine.choice import VARIABLE
from heartline.store.lake import Lake
from heartline.workspace import Workspace

from .conftest import QUICK, apart
from .same import difference
from .standalone import cluster

QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("scores", {"period": "all", "by": ["channel"]}),
    ("graph", {"period": "all", "journey": "visit"}),
]
ASK = """
import json, sys, heartline
workspace = heartline.open(sys.argv[1])
for verb, spec in json.loads(sys.argv[2]):
    print(workspace.call(verb, spec).to_json().decode())
from pyspark.sql import SparkSession
context = SparkSession.active().sparkContext
print(json.dumps({"master": context.master, "executors": context._jsc.sc().getExecutorMemoryStatus().size() - 1}))
"""


def test_a_cluster_answers_as_duckdb_does_and_ends_clean(java: str, on_duckdb: Lake, tmp_path: Path) -> None:
    small = f"spark.driver.memory=700m spark.executor.memory=512m spark.executor.cores=1 {QUICK}"
    data = apart(on_duckdb.folder, tmp_path / "data")
    with cluster(tmp_path / "cluster") as master:
        done = subprocess.run(
            [sys.executable, "-c", ASK, str(data), json.dumps(QUESTIONS)],
            env=os.environ | {VARIABLE: master, "HEARTLINE_SPARK": small},
            capture_output=True, text=True, timeout=500, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    *answers, where = map(msgspec.json.decode, done.stdout.splitlines())
    assert where == {"master": master, "executors": 2}
    for (verb, spec), theirs in zip(QUESTIONS, answers, strict=True):
        ours = msgspec.json.decode(Workspace(on_duckdb).call(verb, spec).to_json())
        assert ours["rows"]
        assert difference(ours, theirs) is None
    assert _still_running(tmp_path / "cluster") == []


def _still_running(folder: Path) -> list[str]:
    """Give the processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "cmdline").read_text())
        except OSError:  # it ended while we looked, or is not ours
            continue
    return found
