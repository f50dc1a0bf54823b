"""Durable means flushed, in the right order: seen from outside, by the system calls of a writing process."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from heartline.store.tests.world import events

WRITE = """
import sys
from heartline.store.tests.world import events
events(sys.argv[1], [("bob", "call", "2024-05-01")], touchpoint={"call": {"label": "Call"}})
"""
CALLS = "fsync,fdatasync,link,linkat,rename,renameat,renameat2,pwrite64"


@pytest.fixture
def calls(tmp_path: Path) -> list[str]:
    """The flushing, naming and manifest calls of a process that writes a second version into a new month."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    events(tmp_path / "data", [("anna", "shop", "2024-03-01")])
    trace = tmp_path / "trace"
    command = [strace, "-f", "-y", "-o", str(trace), "-e", f"trace={CALLS}", sys.executable, "-c", WRITE]
    done = subprocess.run([*command, str(tmp_path / "data")], capture_output=True, text=True, check=False)
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("processes may not be traced here")
    assert done.returncode == 0, done.stderr
    return [line for line in trace.read_text().splitlines() if str(tmp_path / "data") in line]


def first(calls: list[str], pattern: str) -> int:
    """Give the position of the first call that matches."""
    found = [place for place, call in enumerate(calls) if re.search(pattern, call)]
    assert found, f"no call matches {pattern}:\n" + "\n".join(calls)
    return found[0]


def test_files_then_folders_then_the_log_then_the_version(calls: list[str]) -> None:
    month = r"interactions/month=2024-05"
    in_order(calls, "definitions", 1, r"definitions/part-\w+\.parquet", [r"lake/definitions"])
    in_order(calls, "interactions", 2, rf"{month}/part-\w+\.parquet", [month, r"lake/interactions"])


def in_order(calls: list[str], table: str, number: int, file: str, folders: list[str]) -> None:
    entry = rf"{table}/_delta_log/{number:020d}\.json"
    order = [
        first(calls, rf"fsync\(\d+<[^>]*{file}>\)"),
        *(first(calls, rf"fsync\(\d+<[^>]*{folder}>\)") for folder in folders),
        first(calls, rf"(link|rename)\w*\(.*{entry}"),
        first(calls, rf"fsync\(\d+<[^>]*{entry}>\)"),
        first(calls, rf"fsync\(\d+<[^>]*{table}/_delta_log>\)"),
        first(calls, r"pwrite64\(\d+<[^>]*versions\.jsonl>"),
        first(calls, r"fsync\(\d+<[^>]*versions\.jsonl>\)"),
    ]
    assert order == sorted(order), "\n".join(calls)
