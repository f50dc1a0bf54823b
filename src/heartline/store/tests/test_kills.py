"""Some fifty kills, at every named step and at random, beside compaction and reading: see `killing`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from heartline import store
from heartline.store.tests import erasing_kills, killing

KILLS = 48
"""Once each step and as often at random; `./bench kills` kills a thousand times."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: a killed process loses nothing of what it wrote, flushed or not."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def test_nothing_acknowledged_is_lost_or_doubled_and_reading_is_never_barred(folder: Path) -> None:
    command = [sys.executable, "-m", "heartline.store.tests.killing", str(folder / "data"), str(KILLS), "7"]
    few = dict.fromkeys(("TOKIO_WORKER_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False, env={**os.environ, **few})
    assert done.returncode == 0, done.stderr[-4000:]
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["kills"] == report["checks"] >= KILLS
    named = {f"write, {step}" for step in killing.WRITE_STEPS + killing.RECOVERY_STEPS}
    named |= {f"compact, {step}" for step in killing.COMPACT_STEPS}
    missed = {step for step in named if not report["at_step"].get(step)}
    assert not missed
    assert report["at_random"] >= KILLS // 4
    assert report["acknowledged"] > KILLS // 10
    assert report["folded"] > 1
    assert report["reads_beside"] >= KILLS // 4


def test_every_step_is_one_that_children_are_told_to_die_at() -> None:
    """A new step in the code has to enter the loop."""
    root = Path(store.__file__).parent
    said = {name for path in root.glob("*.py") for name in re.findall(r'\bstep\(f?"([^"]+)"\)', path.read_text())}
    known = {*killing.WRITE_STEPS, *killing.COMPACT_STEPS, *killing.RECOVERY_STEPS}
    made = {"{self.folder.name}: logged": "interactions: logged", "{name}: log flushed": "interactions: log flushed"}
    elsewhere = {"format: step done", *erasing_kills.STEPS}
    assert {made.get(name, name) for name in said} - elsewhere <= known
    assert len(said) >= len(killing.COMPACT_STEPS)
