"""The inbox in a file: SQLite in write-ahead mode, flushed at every commit.

SQLite has one writer at a time, so ids rise in the order of commits and a range of ids is an explicit set: a stamp is
one small row, whatever it binds. Each row knows how many events and bytes came before it, so the backlog is the
difference between the newest row and the oldest, and nothing has to be counted.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from heartline.core.errors import InvalidInput, Unavailable
from heartline.store.steps import step

from .contract import Backlog, Inbox, Received, lease_lost, stamped_already

FILE = "inbox.db"
FORMAT = 1
PAGE_BYTES = 8192
BUSY_S = 5.0
"""How long a writer waits for another one."""
MOST_ROWS = 100
"""Rows that one statement inserts: fewer statements, fewer turns with the threads of the same process."""
LAST = 2**63 - 1
"""No id is larger."""
SLICE_BYTES = 4_000_000
"""How much is deleted in one transaction, so that receivers never wait long."""

SCHEMA = """
create table received (
    id integer primary key autoincrement, at_us integer not null, source text not null, kind text not null,
    events integer not null, size integer not null, events_before integer not null, bytes_before integer not null,
    about blob not null, body blob not null
) strict;
create table batches (number integer primary key, first integer not null, last integer not null) strict;
create table lease (one integer primary key check (one = 1), holder text not null, until_us integer not null) strict;
create table keys (hash text primary key, source text not null) strict, without rowid;
"""
COLUMNS = "at_us, source, kind, events, size, events_before, bytes_before, about, body"
VALUES = "(" + ", ".join("?" * len(COLUMNS.split(","))) + ")"


class SqliteInbox(Inbox):
    """An inbox in a data folder on this machine."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        with self._opened():
            pass

    def put(self, some: Sequence[Received]) -> None:
        """Keep rows, all or none, with one flushed commit."""
        if not some:
            return
        with self._writing() as db:
            newest = db.execute(
                "select events_before + events, bytes_before + size from received order by id desc limit 1"
            ).fetchone()
            events, size = newest or (0, 0)
            for start in range(0, len(some), MOST_ROWS):
                part = some[start : start + MOST_ROWS]
                values: list[object] = []
                for row in part:
                    values += (
                        row.at_us, row.source, row.kind, row.events, len(row.body), events, size, row.about, row.body
                    )  # fmt: skip
                    events += row.events
                    size += len(row.body)
                db.execute(f"insert into received ({COLUMNS}) values {', '.join([VALUES] * len(part))}", values)
            step("inbox: put")
        step("inbox: kept")

    def backlog(self) -> Backlog:
        """Tell how much waits, from the oldest row and the newest of each batch and of what is not bound yet."""
        with self._reading() as db:
            batches = db.execute("select first, last from batches order by first").fetchall()
            bound = batches[-1][1] if batches else 0
            parts = [self._waits(db, first, last) for first, last in [*batches, (bound + 1, LAST)]]
        return Backlog(
            requests=sum(part.requests for part in parts),
            events=sum(part.events for part in parts),
            bytes=sum(part.bytes for part in parts),
            oldest_us=next((part.oldest_us for part in parts if part.oldest_us is not None), None),
        )

    @staticmethod
    def _waits(db: sqlite3.Connection, first: int, last: int) -> Backlog:
        """Tell how much waits in a range of ids in which only the oldest rows may be gone."""
        ends = "select id, at_us, events, size, events_before, bytes_before from received where id between ? and ?"
        oldest = db.execute(f"{ends} order by id limit 1", (first, last)).fetchone()
        if oldest is None:
            return Backlog()
        newest = db.execute(f"{ends} order by id desc limit 1", (first, last)).fetchone()
        return Backlog(
            requests=newest[0] - oldest[0] + 1,
            events=newest[4] + newest[2] - oldest[4],
            bytes=newest[5] + newest[3] - oldest[5],
            oldest_us=oldest[1],
        )

    def lease(self, holder: str, for_s: float) -> bool:
        """Take the loader's lease or renew it."""
        now = time.time_ns() // 1000
        with self._writing() as db:
            taken = db.execute(
                "insert into lease values (1, ?, ?) on conflict (one) do update"
                " set holder = excluded.holder, until_us = excluded.until_us where holder = excluded.holder"
                " or until_us <= ?",
                (holder, now + int(for_s * 1_000_000), now),
            )
            return taken.rowcount == 1

    def release(self, holder: str) -> None:
        """Give the lease back."""
        with self._writing() as db:
            db.execute("delete from lease where holder = ?", (holder,))

    def stamp(self, batch: int, most_bytes: int, holder: str | None = None) -> list[Received]:
        """Bind the oldest unbound rows to a batch, and give them."""
        with self._writing() as db:
            if holder and not db.execute("select 1 from lease where holder = ?", (holder,)).fetchone():
                raise lease_lost()
            if db.execute("select 1 from batches where number = ?", (batch,)).fetchone():
                raise stamped_already(batch)
            (bound,) = db.execute("select coalesce(max(last), 0) from batches").fetchone()
            first = last = total = 0
            for number, size in db.execute("select id, size from received where id > ? order by id", (bound,)):
                if first and total + size > most_bytes:
                    break
                first, last, total = first or number, number, total + size
            if not first:
                return []
            db.execute("insert into batches values (?, ?, ?)", (batch, first, last))
            step("inbox: stamp")
        step("inbox: stamped")
        return self.batch(batch)

    def stamped(self) -> list[int]:
        """List the batches that were stamped and not forgotten."""
        with self._reading() as db:
            return [number for (number,) in db.execute("select number from batches order by number")]

    def batch(self, number: int) -> list[Received]:
        """Give the rows of a batch."""
        with self._reading() as db:
            rows = db.execute(
                "select at_us, source, kind, body, events, about, id from batches"
                " cross join received on id between first and last where number = ? order by id",
                (number,),
            )
            return [Received(*row) for row in rows]

    def forget(self, number: int) -> None:
        """Delete the rows of a batch in slices; its last row and the stamp go together."""
        while self._forget_slice(number):
            step("inbox: forgetting")
        step("inbox: forgotten")

    def _forget_slice(self, number: int) -> bool:
        with self._writing() as db:
            ends = db.execute("select first, last from batches where number = ?", (number,)).fetchone()
            if ends is None:
                return False
            first, last = ends
            upto, total = last, 0
            for found, size in db.execute("select id, size from received where id between ? and ? order by id", ends):
                total += size
                if total > SLICE_BYTES:
                    upto = found
                    break
            db.execute("delete from received where id between ? and ?", (first, upto))
            if upto == last:
                db.execute("delete from batches where number = ?", (number,))
            step("inbox: forget")
            return bool(upto < last)

    def overwrite(self) -> bool:
        """Empty the journal, which holds all that came since somebody last did so; in the file it is overwritten."""
        with self._opened() as db:
            return bool(db.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0)

    def keys(self) -> dict[str, str]:
        """Give the sources by the hash of their key."""
        with self._reading() as db:
            return dict(db.execute("select hash, source from keys"))

    def set_key(self, hashed: str, source: str) -> None:
        """Let a key write to a source."""
        with self._writing() as db:
            db.execute("insert or replace into keys values (?, ?)", (hashed, source))

    def drop_key(self, hashed: str) -> None:
        """Let a key write no more."""
        with self._writing() as db:
            db.execute("delete from keys where hash = ?", (hashed,))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._drop()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction that commits at the end."""
        with self._opened() as db:
            db.execute("begin immediate")
            try:
                yield db
                db.execute("commit")
            except BaseException:
                with suppress(sqlite3.Error):
                    db.execute("rollback")
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside a transaction that sees one state."""
        with self._opened() as db:
            db.execute("begin")
            try:
                yield db
            finally:
                with suppress(sqlite3.Error):
                    db.execute("rollback")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to one thread at a time; one on which something failed is opened anew next time."""
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = connect(self.path)
                yield self._connection
            except sqlite3.Error as error:
                self._drop()
                raise away(error) from error

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None


def connect(path: Path) -> sqlite3.Connection:
    """Open the file so that a commit is on the disk when it returns; made if it is not there."""
    fresh = path.parent.is_dir() and not path.exists()
    if fresh:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # what waits here is about people
    db = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        db.execute(f"pragma page_size = {PAGE_BYTES}")
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = full")
        db.execute("pragma secure_delete = on")  # what was forgotten is overwritten: people may have been erased
        if found_format(db) == 0:
            db.execute("begin immediate")
            if found_format(db) == 0:  # nobody else made it meanwhile
                for statement in filter(str.strip, SCHEMA.split(";")):
                    db.execute(statement)
                db.execute(f"pragma user_version = {FORMAT}")
            db.execute("commit")
    except BaseException:
        db.close()
        raise
    if fresh:
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)  # the file's name, too, outlives a power cut
        finally:
            os.close(handle)
    return db


def found_format(db: sqlite3.Connection) -> int:
    """Give the format of the file, 0 for an empty one; refuse one that a newer Heartline made."""
    (found,) = db.execute("pragma user_version").fetchone()
    if found > FORMAT:
        raise InvalidInput(
            "newer_format", "The inbox was made by a newer Heartline.", remedy="Update this installation."
        )
    return int(found)


def away(error: sqlite3.Error) -> Unavailable:
    """Say in our words what SQLite refuses."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return Unavailable("inbox_full", "There is no room left for what is received.", remedy="Free some space.")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Unavailable("inbox_busy", "The inbox was locked for too long.", remedy="Try again in a few seconds.")
    return Unavailable(
        "inbox_away", f"The inbox cannot be reached: {error}.", remedy="See to its file or database, then try again."
    )
