"""Benchmarks measure what they say."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import frame
from benchmarks.frame import Line

ROOT = Path(__file__).resolve().parents[2]


def test_ours_and_the_peer_take_turns() -> None:
    turns: list[str] = []
    frame.in_pairs(lambda: turns.append("ours"), lambda: turns.append("peer"), runs=2, warm=1)
    assert turns == ["ours", "peer"] * 3


def test_the_median_is_not_moved_by_one_slow_run(monkeypatch: pytest.MonkeyPatch) -> None:
    naps, now = iter([1.0, 60.0, 2.0]), [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])

    def work() -> None:
        now[0] += next(naps)

    assert frame.median_s(work, runs=3, warm=0) == 2


def test_a_target_bounds_the_ratio_from_its_side() -> None:
    assert Line("graph", ours=0.5, peer=1.0, target=0.6).held is True
    assert Line("graph", ours=0.7, peer=1.0, target=0.6).held is False
    assert Line("faster than", ours=50.0, peer=1.0, unit="rows/s", target=40, at_least=True).held is True
    assert Line("alone", ours=3.0).held is None
    assert Line("told only", ours=3.0, peer=1.0).ratio == 3.0


def test_the_table_tells_whether_all_was_held(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.table("orders", [Line("graph", 0.5, 1.0, target=0.6)])
    assert not frame.table("orders", [Line("graph", 0.5, 1.0, target=0.6), Line("paths", 0.9, 1.0, target=0.6)])
    said = capsys.readouterr().out
    assert "≤ 0.6" in said
    assert "NO" in said


def hold(mebibytes: int) -> int:
    """Hold that much memory and say how much."""
    block = bytearray(mebibytes * 1024 * 1024)
    return len(block) // 1024 // 1024


def test_a_child_tells_its_own_peak() -> None:
    small = frame.in_child("tests.house.test_frame:hold", 1)
    large = frame.in_child("tests.house.test_frame:hold", 200)
    assert (small.answer, large.answer) == (1, 200)
    assert 180 < large.peak_mb - small.peak_mb < 220


def test_an_unknown_benchmark_is_refused_with_the_list() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert run.returncode == 2
    assert "There is no benchmark “nothing”." in run.stdout
