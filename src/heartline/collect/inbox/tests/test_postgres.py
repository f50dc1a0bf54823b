"""The inbox in PostgreSQL, when the server or another loader is in the way."""

from __future__ import annotations

import sys
import threading

import psycopg
import pytest

from heartline.collect.inbox import opened
from heartline.collect.inbox.postgres import PostgresInbox, away
from heartline.core.errors import InvalidInput, Unavailable
from tests.ports import free_port

from .rows import numbers, row


@pytest.fixture
def inbox(postgres_url: str) -> PostgresInbox:
    """Give an empty inbox."""
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("drop schema if exists inbox cascade")
    return PostgresInbox(postgres_url)


def test_a_server_that_drops_us_is_said_and_found_again(inbox: PostgresInbox) -> None:
    inbox.put([row(1)])
    with psycopg.connect(inbox.url, autocommit=True) as db:
        db.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'heartline inbox'")
    with pytest.raises(Unavailable) as refused:
        inbox.put([row(2)])
    assert refused.value.code == "inbox_away"
    inbox.put([row(3)])
    assert numbers(inbox.stamp(1, 10_000)) == [1, 3]
    inbox.close()


def test_a_server_that_is_not_there_is_said() -> None:
    with pytest.raises(Unavailable) as refused:
        opened(f"postgresql://heartline@127.0.0.1:{free_port()}/heartline")
    assert refused.value.code == "inbox_away"


def test_two_loaders_that_both_believe_to_hold_the_lease_bind_no_row_twice(inbox: PostgresInbox) -> None:
    inbox.put([row(number) for number in range(200)])
    found: dict[int, list[int]] = {}

    def bind(start: int) -> None:
        with opened(inbox.url) as other:
            for batch in range(start, start + 10):
                found[batch] = numbers(other.stamp(batch, 130))

    threads = [threading.Thread(target=bind, args=(100 * which,)) for which in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while rows := inbox.stamp(1000, 10_000):
        found[1000] = numbers(rows)
        inbox.forget(1000)
    assert sorted(number for rows in found.values() for number in rows) == list(range(200))
    inbox.close()


def test_tables_are_made_once_by_processes_that_start_together(postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute("drop schema if exists inbox cascade")
    wrong: list[BaseException] = []

    def start() -> None:
        try:
            opened(postgres_url).close()
        except Unavailable as error:
            wrong.append(error)

    threads = [threading.Thread(target=start) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_newer_inbox_is_left_alone(inbox: PostgresInbox) -> None:
    with psycopg.connect(inbox.url, autocommit=True) as db:
        db.execute("update inbox.format set number = 99")
    inbox.close()
    with pytest.raises(InvalidInput) as refused:
        opened(inbox.url)
    assert refused.value.code == "newer_format"


def test_refusals_are_called_by_their_names() -> None:
    named = {away(error).code for error in (psycopg.errors.DiskFull("x"), psycopg.errors.QueryCanceled("x"))}
    assert named == {"inbox_full", "inbox_busy"}


def test_without_its_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "heartline.collect.inbox.postgres")
    with pytest.raises(InvalidInput) as refused:
        opened("postgresql://x")
    assert refused.value.code == "postgres_missing"
