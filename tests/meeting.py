"""Threads that do the same at the same moment: they meet inside the step that must not be done twice.

Who has come there goes on once each of the others has come, too, or is over, or waits in the database for what this one
holds. So where nothing keeps them apart they are there together for certain; where a lock does, nobody waits for ever.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

HANGS_S = 120.0
LOOKS_S = 0.02
"""What only the database knows is asked again so soon."""


class Meeting:
    """Threads with connections of their own, and the place at which they meet."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._own = threading.local()
        self._came: set[int] = set()
        self._over: set[int] = set()
        self._writing: dict[int, int] = {}
        """Who is in the middle of a statement that writes, and the number of their connection."""
        self._all: range = range(0)

    def at_once(self, *acts: Callable[[], Any]) -> list[Any]:
        """Do some things beside each other; give what came of each, or raise what went wrong first."""
        self._all, self._came, self._over = range(len(acts)), set(), set()
        with ThreadPoolExecutor(len(acts)) as pool:
            done: list[Future[Any]] = [pool.submit(self._do, number, act) for number, act in enumerate(acts)]
        return [one.result() for one in done]

    def _do(self, number: int, act: Callable[[], Any]) -> Any:
        self._own.number = number
        try:
            with connection.execute_wrapper(self._noted):
                return act()
        finally:
            connections.close_all()
            self._set(self._over, number)

    def here(self) -> None:
        """Meet the others; whoever comes again, or takes no part, goes on."""
        number = getattr(self._own, "number", None)
        if number is None or number in self._came:
            return
        self._set(self._came, number)
        end = time.monotonic() + HANGS_S
        with self._turn:
            while not all(self._met(other) for other in self._all if other != number):
                assert time.monotonic() < end, "the others neither come nor wait for a lock"
                self._turn.wait(LOOKS_S)

    def after(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Give a function behind which the threads meet."""

        def met(*args: Any, **more: Any) -> Any:
            given = act(*args, **more)
            self.here()
            return given

        return met

    def _set(self, some: set[int], number: int) -> None:
        with self._turn:
            some.add(number)
            self._turn.notify_all()

    def _met(self, other: int) -> bool:
        return other in self._came or other in self._over or self._held_up(other)

    def _held_up(self, other: int) -> bool:
        """Tell whether somebody waits for a lock. On SQLite whoever writes does while we are in a transaction."""
        if other not in self._writing:
            return False
        if connection.vendor == "sqlite":
            return connection.in_atomic_block
        beside = connection.copy()
        try:
            with beside.cursor() as cursor:
                cursor.execute("select count(*) from pg_locks where not granted and pid = %s", [self._writing[other]])
                return bool(cursor.fetchone()[0])
        finally:
            beside.close()

    def _noted(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        number, mine = self._own.number, context["connection"]
        if sql.startswith("SELECT") and "FOR " not in sql:
            return execute(sql, params, many, context)
        pid = mine.connection.info.backend_pid if mine.vendor == "postgresql" else 0
        with self._turn:
            self._writing[number] = pid
        try:
            return execute(sql, params, many, context)
        finally:
            with self._turn:
                self._writing.pop(number, None)


@contextmanager
def _in_a_file(folder: Path) -> Iterator[None]:
    """Move SQLite from memory, where threads stand in each other's way, to a file, as in use."""
    memory = connections["default"]
    memory.ensure_connection()
    settings: dict[str, Any] = connections.settings["default"]
    name = settings["NAME"]
    settings["NAME"] = str(folder / "beside.sqlite3")
    try:
        connections["default"] = connections.create_connection("default")
        connection.ensure_connection()
        memory.connection.backup(connection.connection)
        yield
    finally:
        connections["default"].close()
        settings["NAME"] = name
        connections["default"] = memory


@pytest.fixture
def meeting(transactional_db: None, tmp_path: Path) -> Iterator[Meeting]:
    """Give threads that meet, each on a connection of its own to the same database."""
    if connection.vendor == "sqlite":
        with _in_a_file(tmp_path):
            yield Meeting()
    else:
        yield Meeting()
