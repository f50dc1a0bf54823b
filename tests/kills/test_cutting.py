"""The power goes at some moments of receiving, landing and compacting, as near as can be tested: see `cutting`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kills import cutting

CUTS = 30
"""Moments, each with nothing left of what was not flushed and with some of it; `./bench power` tries them all."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that is not pytest's: its path stands in every line of the trace."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    with tempfile.TemporaryDirectory(prefix="hl-") as folder:
        yield Path(folder)


def test_what_was_acknowledged_outlives_the_power(folder: Path) -> None:
    command = [sys.executable, "-m", cutting.__name__, str(folder), str(CUTS), "7"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False)
    if "ptrace" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("processes may not be traced here")
    assert done.returncode == 0, done.stderr[-4000:]
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["cuts"] == 2 * CUTS
    assert report["moments"] > CUTS
    assert report["acknowledged"] > 2 * cutting.TURNS
    assert report["most_waited"] > 0
    assert report["noticed"] == list(cutting.DEAF)  # what was never flushed is lost, and seen to be
