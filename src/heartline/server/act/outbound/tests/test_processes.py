"""Processes that are killed while they tell: everything comes, under one name each; a slow system holds up nobody."""

from __future__ import annotations

import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from heartline.server.shell.tests.receiving import receiver, said
from heartline.store.tests.world import events
from tests.forking import HOUSE, forking, without_settings

PROGRAM = "heartline.server.act.outbound.tests.telling_process:run"
ROWS = 60
WAIT_S = 400


def until(good: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not good():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    known = {name: text for name, text in without_settings(os.environ).items() if name != "DATABASE_URL"}
    return {**known, "HEARTLINE_PRIVATE_HOSTS": "127.0.0.1", "HEARTLINE_DATA": str(tmp_path / "data")}


def test_nothing_is_lost_and_nobody_waits_for_a_slow_system(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "data"
    events(folder, [("anna", "shop", "2024-03-01 10:00")])
    fast: list[tuple[str, str]] = []
    slow: list[str] = []

    def take(handler: BaseHTTPRequestHandler) -> None:
        body = json.loads(handler.body)  # type: ignore[attr-defined]
        fast.append((body["data"]["id"], handler.headers["webhook-id"]))
        said(204)(handler)

    def wait(handler: BaseHTTPRequestHandler) -> None:
        slow.append(handler.headers["webhook-id"])
        until(lambda: len({name for name, _ in fast}) == ROWS)
        said(204)(handler)

    with receiver(take) as (first, _), receiver(wait) as (second, _), forking(HOUSE, **environment) as fork:
        urls = [f"http://127.0.0.1:{port}/" for port in (second, first)]
        made = fork(PROGRAM, str(folder), "make", *urls, folder=str(tmp_path), env=environment)
        made.communicate()
        assert made.returncode == 0, made.stderr.decode()
        events(folder, [("anna", "shop", f"2024-03-02 10:{number:02}") for number in range(ROWS)])
        for kill in (1, 2, 3, 0):
            process = fork(PROGRAM, str(folder), "tell", folder=str(tmp_path), env=environment)
            hearing = threading.Thread(target=process.communicate)
            hearing.start()
            try:
                until(lambda kill=kill: len(fast) >= (kill * ROWS // 6 if kill else 1))  # type: ignore[misc]
                if kill:
                    time.sleep(random.random() / 50)
                    process.kill()
                else:
                    until(lambda: len({name for name, _ in fast}) == ROWS)
                    until(lambda: len(set(slow)) > 1)
            finally:
                process.kill()
                hearing.join()
    assert {name for name, _ in fast} == {f"world:{number}" for number in range(2, ROWS + 2)}
    assert len(set(fast)) == ROWS, "each under one name, however often"
    assert max(Counter(fast).values()) <= 4
