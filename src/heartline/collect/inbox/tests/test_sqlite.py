"""The inbox in a file, when the file system or another process is in the way."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from heartline.collect.inbox import Backlog, opened, sqlite
from heartline.core.errors import InvalidInput, Unavailable

from .rows import numbers, row

pytestmark = pytest.mark.about_files


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as a full disk would not."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_refuses_and_keeps_nothing_of_it(tmp_path: Path) -> None:
    with opened(tmp_path) as inbox:
        inbox.put([row(1)])
        with no_file_beyond(1_000_000), pytest.raises(Unavailable) as refused:
            inbox.put([row(number, size=100_000) for number in range(2, 30)])
        assert refused.value.code in ("inbox_full", "inbox_away")
        inbox.put([row(40)])
        assert numbers(inbox.stamp(1, 1_000_000)) == [1, 40]


def test_a_full_disk_is_called_by_its_name() -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    assert sqlite.away(error).code == "inbox_full"


def test_a_lock_that_stays_is_said_and_one_that_goes_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_S", 0.1)
    with opened(tmp_path) as inbox:
        other = sqlite3.connect(tmp_path / "inbox.db", isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(Unavailable) as refused:
            inbox.put([row(1)])
        assert refused.value.code == "inbox_busy"
        assert inbox.backlog() == Backlog()
        other.execute("rollback")
        other.close()
        inbox.put([row(2)])
        assert inbox.backlog().requests == 1


def test_nobody_else_on_the_machine_reads_it(tmp_path: Path) -> None:
    with opened(tmp_path) as inbox:
        inbox.put([row(1)])
        assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


def test_an_inbox_of_a_newer_heartline_is_left_alone(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with sqlite3.connect(tmp_path / "inbox.db") as db:
        db.execute("pragma user_version = 99")
    db.close()
    with pytest.raises(InvalidInput) as refused:
        opened(tmp_path)
    assert refused.value.code == "newer_format"


def test_what_was_forgotten_stands_in_no_file_once_it_is_written_over(tmp_path: Path) -> None:
    with opened(tmp_path) as inbox, opened(tmp_path) as front:  # the public port has the file open all the time
        front.put([replace(row(1), body=b"anna@example.org")])
        inbox.stamp(1, 10_000)
        inbox.forget(1)
        there = [path.name for path in tmp_path.iterdir() if b"anna@example.org" in path.read_bytes()]
        assert there == ["inbox.db-wal"]
        assert inbox.overwrite()
        assert not [path for path in tmp_path.iterdir() if b"anna@example.org" in path.read_bytes()]
        front.put([row(2)])
        assert numbers(inbox.stamp(2, 10_000)) == [2]
