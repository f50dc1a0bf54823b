"""Who erases is killed at every step: see `erasing_kills`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from heartline.store.tests import erasing_kills


def test_killed_at_any_step_the_others_keep_all_and_the_next_one_finishes() -> None:
    memory = Path("/dev/shm")
    few = dict.fromkeys(("TOKIO_WORKER_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as home:
        command = [sys.executable, "-m", "heartline.store.tests.erasing_kills", f"{home}/data", "3"]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=900, check=False, env={**os.environ, **few}
        )
    assert done.returncode == 0, done.stderr[-4000:]
    report = json.loads(done.stdout)
    assert set(report["died"]) == set(erasing_kills.STEPS)
    assert report["gone"] == len(erasing_kills.STEPS) + 1
    assert report["acknowledged"] > report["gone"] * 2
