"""Two hundred kills of receivers, loaders and pages, at every named step and at random: see `received`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import postgres
from tests.kills import received

KILLS = 200


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: a killed process loses nothing of what it wrote, flushed or not."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def killed(folder: Path, seed: int, **environment: str) -> dict[str, Any]:
    command = [sys.executable, "-m", received.__name__, str(folder / "data"), str(KILLS), str(seed)]
    few = dict.fromkeys(("TOKIO_WORKER_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    env = {**os.environ, **few, **environment}
    done = subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False, env=env)
    assert done.returncode == 0, done.stderr[-4000:]
    report: dict[str, Any] = json.loads(done.stdout)
    assert report["kills"] >= KILLS
    assert report["acknowledged"] > 300
    assert report["looks"] > 0
    reached = {name.split(", ")[1] for name, times in report["at_step"].items() if times}
    for steps in (received.LOADER_STEPS, received.FRONT_STEPS):
        assert set(steps) - reached - {"inbox: forgetting"} == set()
    return report


def test_what_was_acknowledged_is_in_the_lake_exactly_once(folder: Path) -> None:
    killed(folder, 7)


def test_the_same_holds_with_a_database_server_that_goes_away_and_comes_back(folder: Path) -> None:
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL: apt install postgresql")
    with postgres.server() as url:
        assert urlsplit(url).hostname == "127.0.0.1"
        report = killed(folder, 8, HEARTLINE_INBOX=url, DATABASE_URL=url)
        with psycopg.connect(url) as connection:
            assert connection.execute("select count(*) from inbox.received").fetchone() == (0,)
    assert report["restarts"] >= KILLS // received.RESTART_EVERY
