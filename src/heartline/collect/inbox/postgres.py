"""The inbox in PostgreSQL, for several receivers on several machines.

Ids are given before commits, so a later id may be seen before an earlier one and a range of ids would be no set: each
row is stamped with its batch. The backlog is counted in a few rows that add up, one for each receiver as far as they
last, so that receivers do not wait for one another.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import errors

from heartline.core.errors import HeartlineError, InvalidInput, Unavailable
from heartline.store.steps import step

from .contract import Backlog, Inbox, Received, lease_lost, stamped_already

FORMAT = 1
CONNECT_S = 5
BUSY_MS = 10_000
"""How long a statement may take or wait; what takes longer has met a server in trouble."""
COUNTERS = 32
MOST_ROWS = 50_000
"""Rows of a batch at most, however small they are."""
LOCK = zlib.crc32(b"heartline inbox")
"""Held while tables are made, so that two processes that start together do not make them twice."""

SCHEMA = """
create schema if not exists inbox;
create table if not exists inbox.format (number integer not null);
create table if not exists inbox.received (
    id bigint generated always as identity primary key, batch bigint, at_us bigint not null, source text not null,
    kind text not null, events integer not null, size integer not null, about bytea not null, body bytea not null
);
create index if not exists waiting on inbox.received (id) include (size) where batch is null;
create index if not exists stamped on inbox.received (batch, id) where batch is not null;
alter table inbox.received alter column body set storage external;
create table if not exists inbox.batches (number bigint primary key);
create table if not exists inbox.totals (
    slot integer primary key, requests bigint not null, events bigint not null, bytes bigint not null
);
create table if not exists inbox.lease (
    one integer primary key check (one = 1), holder text not null, until timestamptz not null
);
create table if not exists inbox.keys (hash text primary key, source text not null);
"""
COUNT = """
insert into inbox.totals values (%s, %s, %s, %s) on conflict (slot) do update
set requests = totals.requests + excluded.requests, events = totals.events + excluded.events,
bytes = totals.bytes + excluded.bytes
"""


class PostgresInbox(Inbox):
    """An inbox that several processes and machines share."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._slot = uuid4().int % COUNTERS
        self._lock = threading.Lock()
        self._connection: psycopg.Connection[Any] | None = None
        with self._opened():
            pass

    def put(self, some: Sequence[Received]) -> None:
        """Keep rows, all or none, with one flushed commit."""
        if not some:
            return
        columns: list[list[Any]] = [
            [row.at_us for row in some], [row.source for row in some], [row.kind for row in some],
            [row.events for row in some], [len(row.body) for row in some], [row.about for row in some],
            [row.body for row in some],
        ]  # fmt: skip
        with self._transaction() as db:
            db.execute(
                "insert into inbox.received (at_us, source, kind, events, size, about, body) select * from"
                " unnest(%b::bigint[], %b::text[], %b::text[], %b::integer[], %b::integer[], %b::bytea[], %b::bytea[])",
                columns,
            )
            db.execute(COUNT, (self._slot, len(some), sum(columns[3]), sum(columns[4])))
            step("inbox: put")
        step("inbox: kept")

    def backlog(self) -> Backlog:
        """Tell how much waits, from the counters and the oldest row."""
        with self._transaction() as db:
            requests, events, size = db.execute(
                "select coalesce(sum(requests), 0)::bigint, coalesce(sum(events), 0)::bigint,"
                " coalesce(sum(bytes), 0)::bigint from inbox.totals"
            ).fetchone() or (0, 0, 0)
            oldest = db.execute("select at_us from inbox.received order by id limit 1").fetchone()
        return Backlog(requests, events, size, oldest[0]) if oldest else Backlog()

    def lease(self, holder: str, for_s: float) -> bool:
        """Take the loader's lease or renew it, by the database's clock, which all machines share."""
        with self._transaction() as db:
            taken = db.execute(
                "insert into inbox.lease values (1, %s, clock_timestamp() + make_interval(secs => %s))"
                " on conflict (one) do update set holder = excluded.holder, until = excluded.until"
                " where lease.holder = excluded.holder or lease.until <= clock_timestamp()",
                (holder, for_s),
            )
            return taken.rowcount == 1

    def release(self, holder: str) -> None:
        """Give the lease back."""
        with self._transaction() as db:
            db.execute("delete from inbox.lease where holder = %s", (holder,))

    def stamp(self, batch: int, most_bytes: int, holder: str | None = None) -> list[Received]:
        """Bind the oldest unbound rows to a batch, and give them; nobody takes the lease meanwhile."""
        with self._transaction() as db:
            if holder and not db.execute("select 1 from inbox.lease where holder = %s for share", (holder,)).fetchone():
                raise lease_lost()
            try:
                db.execute("insert into inbox.batches values (%s)", (batch,))
            except errors.UniqueViolation:
                raise stamped_already(batch) from None
            bound = db.execute(
                "update inbox.received set batch = %s from (select id from (select id, row_number() over before as n,"
                " sum(size) over before as total from (select id, size from inbox.received where batch is null"
                " order by id limit %s) as waiting window before as (order by id)) as oldest"
                " where n = 1 or total <= %s) as chosen where received.id = chosen.id and batch is null",
                (batch, MOST_ROWS, most_bytes),
            )
            if not bound.rowcount:
                db.execute("delete from inbox.batches where number = %s", (batch,))
                return []
            step("inbox: stamp")
        step("inbox: stamped")
        return self.batch(batch)

    def stamped(self) -> list[int]:
        """List the batches that were stamped and not forgotten."""
        with self._transaction() as db:
            return [number for (number,) in db.execute("select number from inbox.batches order by number")]

    def batch(self, number: int) -> list[Received]:
        """Give the rows of a batch."""
        with self._transaction() as db:
            rows = db.execute(
                "select at_us, source, kind, body, events, about, id from inbox.received where batch = %s order by id",
                (number,),
                binary=True,
            )
            return [Received(*row) for row in rows]

    def forget(self, number: int) -> None:
        """Delete the rows of a batch and its stamp; receivers do not wait for it."""
        with self._transaction() as db:
            gone = db.execute(
                "with gone as (delete from inbox.received where batch = %s returning events, size)"
                " select count(*), coalesce(sum(events), 0)::bigint, coalesce(sum(size), 0)::bigint from gone",
                (number,),
            ).fetchone()
            if gone and gone[0]:
                db.execute(COUNT, (self._slot, *(-figure for figure in gone)))
            db.execute("delete from inbox.batches where number = %s", (number,))
            step("inbox: forget")
        step("inbox: forgotten")

    def overwrite(self) -> bool:
        """Have the server remove dead rows."""
        with self._opened() as db:
            db.execute("vacuum inbox.received")
        return True

    def keys(self) -> dict[str, str]:
        """Give the sources by the hash of their key."""
        with self._transaction() as db:
            return dict(db.execute("select hash, source from inbox.keys").fetchall())

    def set_key(self, hashed: str, source: str) -> None:
        """Let a key write."""
        with self._transaction() as db:
            db.execute(
                "insert into inbox.keys values (%s, %s) on conflict (hash) do update set source = excluded.source",
                (hashed, source),
            )

    def drop_key(self, hashed: str) -> None:
        """Let a key write no more."""
        with self._transaction() as db:
            db.execute("delete from inbox.keys where hash = %s", (hashed,))

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self._drop()

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """Give the connection inside a transaction that commits at the end."""
        with self._opened() as db, db.transaction():
            yield db

    @contextmanager
    def _opened(self) -> Iterator[psycopg.Connection[Any]]:
        """Give the connection to one thread at a time; one that broke is opened anew, the work is not repeated."""
        with self._lock:
            try:
                if self._connection is None or self._connection.closed:
                    self._connection = connect(self.url)
                yield self._connection
            except psycopg.Error as error:
                self._drop()
                raise away(error) from error

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None


def connect(url: str) -> psycopg.Connection[Any]:
    """Open a connection whose commits are flushed, and make the tables if they are not there."""
    db = psycopg.connect(
        url, autocommit=True, connect_timeout=CONNECT_S, application_name="heartline inbox",
        options=f"-c statement_timeout={BUSY_MS} -c synchronous_commit=on",
        keepalives_idle=10, keepalives_interval=5, keepalives_count=3, tcp_user_timeout=BUSY_MS,
    )  # fmt: skip
    try:
        if found_format(db) is None:
            with db.transaction():
                db.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
                if found_format(db) is None:  # nobody else made it meanwhile
                    db.execute(SCHEMA)
                    db.execute("insert into inbox.format values (%s)", (FORMAT,))
    except BaseException:
        db.close()
        raise
    return db


def found_format(db: psycopg.Connection[Any]) -> int | None:
    """Give the format of the tables, None where there are none; refuse one that a newer Heartline made."""
    (there,) = db.execute("select to_regclass('inbox.format')").fetchone() or (None,)
    found = db.execute("select number from inbox.format").fetchone() if there else None
    if found and found[0] > FORMAT:
        raise InvalidInput(
            "newer_format", "The inbox was made by a newer Heartline.", remedy="Update this installation."
        )
    return found[0] if found else None


def away(error: psycopg.Error) -> HeartlineError:
    """Say in our words what PostgreSQL refuses."""
    if isinstance(error, errors.DiskFull | errors.InsufficientResources):
        return Unavailable("inbox_full", "There is no room left for what is received.", remedy="Free some space.")
    if isinstance(error, errors.QueryCanceled | errors.LockNotAvailable | errors.DeadlockDetected):
        return Unavailable("inbox_busy", "The inbox was locked for too long.", remedy="Try again in a few seconds.")
    return Unavailable(
        "inbox_away", f"The inbox cannot be reached: {str(error).strip()[:200]}.",
        remedy="See to its database, then try again.",
    )  # fmt: skip
