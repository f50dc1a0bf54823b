"""One lake, shared by the threads of a server: right answers, and nothing that grows for ever."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue

import pyarrow as pa
import pytest

from heartline.store.engine import duck
from heartline.store.engine.duck import DuckEngine
from heartline.store.lake import Lake
from heartline.store.tests.world import events, interactions

VERSIONS, COMPACTIONS = 4, 2
"""So often somebody writes and somebody compacts while eight read."""
PATIENCE_S = 300.0
FOREIGN = """
import ctypes
import pyarrow as pa
from heartline.store.engine.duck import DuckEngine

system, engine = ctypes.CDLL(None), DuckEngine()
work = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
engine.connection

def ask(_):
    engine.execute(engine.memory(pa.table({"a": pa.array(["x"] * 1000)})))

for _ in range(8):
    thread, called = ctypes.c_ulong(), work(ask)
    assert system.pthread_create(ctypes.byref(thread), None, called, None) == 0
    system.pthread_join(thread, None)
print("alive", len(engine._held))
"""
"""A program that asks in threads which Python did not start, one after the other, as the server's are."""


def test_eight_threads_read_while_one_writes_and_one_compacts(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")], touchpoint={"shop": {"number": 1}})
    stop = threading.Event()
    wrong: list[object] = []
    versions, compactions = SimpleQueue[None](), SimpleQueue[None]()

    def guarded(work: object) -> None:
        try:
            while not stop.is_set():
                work()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001  (told in the test below)
            wrong.append(error)

    def read() -> None:
        snapshot = lake.at()
        rows = snapshot.rows("id", "touchpoint", "customer")
        shop = rows.filter(rows.touchpoint == "shop")
        found = snapshot.execute(shop.group_by("customer").aggregate(n=shop.count()))
        if sum(found["n"].to_pylist()) != snapshot.version:
            wrong.append((snapshot.version, found.to_pylist()))
        if snapshot.definitions.get("touchpoint", "shop") != {"number": snapshot.version}:
            wrong.append((snapshot.version, snapshot.definitions.all("touchpoint")))

    def write() -> None:
        with lake.write("more") as writer:
            writer.append(interactions([("bob", "shop", "2024-03-02")], first=writer.version))
            writer.define("touchpoint", "shop", {"number": writer.version})
        versions.put(None)

    def compact() -> None:
        lake.compact(force=True)
        compactions.put(None)
        stop.wait(0.05)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (*[read] * 8, write, compact)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + PATIENCE_S
    while not wrong and time.monotonic() < end and (versions.qsize() < VERSIONS or compactions.qsize() < COMPACTIONS):
        stop.wait(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert versions.qsize() >= VERSIONS
    assert compactions.qsize() >= COMPACTIONS
    assert Lake.open(tmp_path).at().version == lake.at().version


def test_an_expression_made_in_one_thread_runs_in_another(tmp_path: Path) -> None:
    snapshot = events(tmp_path, [("anna", "shop", "2024-03-01")]).at()
    question = snapshot.rows("id")
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(snapshot.execute(question)["id"].to_pylist()))
    thread.start()
    thread.join()
    assert found == [["world:1"]]


def test_every_thread_sees_times_in_utc(tmp_path: Path) -> None:
    engine = events(tmp_path, [("anna", "shop", "2024-03-01")]).engine
    assert isinstance(engine, DuckEngine)
    found: list[object] = []

    def look() -> None:
        found.append(engine.connection.raw_sql("SELECT current_setting('TimeZone')").fetchone())

    for thread in [threading.Thread(target=look) for _ in range(2)]:
        thread.start()
        thread.join()
    assert found == [("UTC",)] * 2


def test_views_of_states_that_nobody_asks_any_more_are_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duck, "_KEPT_VIEWS", 3)
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    engine = lake.engine
    assert isinstance(engine, DuckEngine)
    old = lake.at()
    question = old.rows("id")
    for number in range(10):
        events(tmp_path, [("bob", "shop", "2024-03-01")])
        snapshot = lake.at()
        assert snapshot.execute(snapshot.rows("id")).num_rows == number + 2
        del snapshot
        gc.collect()
    assert len(engine.connection.list_tables()) <= 1 + 3 + 1
    assert old.execute(question)["id"].to_pylist() == ["world:1"]


def test_threads_of_the_server_may_end(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FOREIGN], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "alive 2\n"), done.stderr  # one cursor for the program, one for them


def test_a_thread_that_ends_leaves_its_cursor_to_the_next_one() -> None:
    engine = DuckEngine()
    found: list[object] = []
    for _ in range(3):
        thread = threading.Thread(target=lambda: found.append(engine.connection))
        thread.start()
        thread.join()
    assert found[0] is found[1] is found[2]
    assert engine.connection is found[0]


def test_a_table_in_memory_is_held_for_its_question_only() -> None:
    engine = DuckEngine()
    table = engine.memory(pa.table({"a": pa.array([1, 2])}))
    for _ in range(2):  # the same expression may be asked again
        assert engine.execute(table.aggregate(n=table.count()))["n"].to_pylist() == [2]
    held = engine.connection.con.execute("SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal")
    assert held.fetchall() == []
