"""Processes that reserve the same people at the same time: nobody is asked more often than they may be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from heartline.store.tests.world import events
from tests import apart, databases, postgres
from tests.forking import HOUSE, forking, without_settings

PROGRAM = "heartline.server.people.eligibility.tests.reserving_process:run"
PEOPLE, WORKERS, CAP = 21, 3, 2


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Give the folder a database of its own, on the server that this run is on."""
    known = {name: text for name, text in without_settings(os.environ).items() if name != "DATABASE_URL"}
    if databases.on_postgres():
        known["DATABASE_URL"] = postgres.made(os.environ[apart.SERVER], f"reserving_{os.getpid()}")
    return {**known, "HEARTLINE_DATA": str(tmp_path / "data")}


@pytest.mark.django_db
def test_a_cap_holds_however_many_reserve_at_once(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "data"
    events(folder, [(str(number), "shop", "2024-03-01 10:00") for number in range(PEOPLE)])
    with forking(HOUSE, **environment) as fork:
        here = {"folder": str(tmp_path), "env": environment}
        made = fork(PROGRAM, str(folder), "make", str(PEOPLE), **here)
        made.communicate()
        assert made.returncode == 0, made.stderr.decode()
        workers = [
            fork(PROGRAM, str(folder), "reserve", f"w{number}", str(PEOPLE), **here) for number in range(WORKERS)
        ]
        said = [worker.communicate()[0].decode() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * WORKERS
    asked = [sum(map(int, one.split())) for one in said]
    assert sum(asked) == PEOPLE * CAP, "as many as may be, and not one more"
