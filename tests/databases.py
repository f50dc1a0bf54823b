"""Which database the tests run on, and which tests touch one: those run again on PostgreSQL.

Nobody has to remember anything: a test counts by what it asks for (Django's database) and by what its module reaches
(an inbox, a running server). One that opens a file of a data folder without counting fails, and says so. Of those that
count, the ones that say to a database only what others say as well are left out where `./test` has just noted what each
says: see `tests/statements.py`.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest

from . import postgres, statements
from .apart import SERVER

FILES = ("heartline.db", "inbox.db")
ABOUT_FILES = "about_files"
DJANGO = frozenset(("db", "transactional_db", "django_db_setup", "live_server"))
REACHED = ("heartline.collect.inbox", "tests.e2e.servers")
"""Modules that open a database; whose names a test's module has, or a module of tests that it uses."""
CHOICES = frozenset(("sqlite", "postgres"))


def on_postgres() -> str | None:
    """Give the server's URL where this run is the one on PostgreSQL."""
    return os.environ.get(SERVER)


def touches(item: pytest.Item) -> bool:
    """Tell whether a test touches a database."""
    asked = frozenset(getattr(item, "fixturenames", ()))
    module = getattr(item, "module", None)
    return bool(item.get_closest_marker("django_db") or asked & DJANGO or (module and reaches(module, set())))


def reaches(module: ModuleType, seen: set[str]) -> bool:
    """Tell whether a module of tests, or one that it takes something from, has a name of those that open a database."""
    seen.add(module.__name__)
    names = {
        value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", ""))
        for value in list(vars(module).values())
    }
    if any(name.startswith(REACHED) for name in names):
        return True
    ours = {name for name in names if (".tests." in name or name.startswith("tests.")) and name in sys.modules}
    return any(reaches(sys.modules[name], seen) for name in sorted(ours - seen))


def both(item: pytest.Item) -> bool:
    """Tell whether a test says itself which database it runs on: it ran on both already."""
    said = getattr(item, "callspec", None)
    chosen = set(map(str, said.params.values())) if said else set()
    return bool(chosen & CHOICES) or "postgres_url" in getattr(item, "fixturenames", ())


def kept(items: list[pytest.Item]) -> list[pytest.Item]:
    """Give the tests that run again on PostgreSQL: what belongs there, without what only repeats others."""
    repeating = statements.repeating()
    return [item for item in items if again(item) and item.nodeid not in repeating]


def again(item: pytest.Item) -> bool:
    """Tell whether a test belongs into the run on PostgreSQL."""
    return touches(item) and not both(item) and not item.get_closest_marker(ABOUT_FILES)


# Which database is opened, as far as this process goes.

opened_files: list[str] = []


def watch() -> Callable[[], None]:
    """Note which files of data folders are opened from now on; gives what ends it."""
    connect = sqlite3.connect

    def noted(database: Any, *rest: Any, **options: Any) -> sqlite3.Connection:
        name = str(database).removeprefix("file:").partition("?")[0]
        if Path(name).name in FILES:
            opened_files.append(name)
        made: sqlite3.Connection = connect(database, *rest, **options)
        return made

    patch = pytest.MonkeyPatch()
    patch.setattr(sqlite3, "connect", noted)
    patch.setattr(sqlite3.dbapi2, "connect", noted)
    return patch.undo


@contextmanager
def watched(item: pytest.Item) -> Iterator[None]:
    """Fail a test that opens a file of a data folder where it must not, or that nobody would run on PostgreSQL."""
    before = len(opened_files)
    yield
    fresh = opened_files[before:]
    if not fresh or item.get_closest_marker(ABOUT_FILES) or both(item):
        return
    if on_postgres():
        pytest.fail(f"This run is on PostgreSQL, and {fresh[0]} was opened: open inboxes with opened(named(FOLDER)).")
    if not touches(item):
        pytest.fail(f"{fresh[0]} was opened by a test that would not be run on PostgreSQL: see tests/databases.py.")


# Databases of the run on PostgreSQL.


@contextmanager
def own_inbox(server: str, worker: str) -> Iterator[None]:
    """Give the process of these tests an inbox database of its own, empty for every test and every new data folder."""
    from heartline.store.lake import Lake

    url = postgres.made(server, f"inbox_{worker}")
    create = Lake.create

    def fresh(folder: Path | str) -> Lake:
        if not (Path(folder) / "format").exists():
            emptied(url)
        return create(folder)

    patch = pytest.MonkeyPatch()
    patch.setenv("HEARTLINE_INBOX", url)
    patch.setattr(Lake, "create", fresh)
    yield
    patch.undo()


def keep_connections() -> None:
    """Let nothing close the connection on which a test has begun a transaction, as requests and the loader would.

    On SQLite in memory Django closes none anyway.
    """
    from django.db.backends.base.base import BaseDatabaseWrapper

    close = BaseDatabaseWrapper.close_if_unusable_or_obsolete

    def kept(self: BaseDatabaseWrapper) -> None:
        if not self.in_atomic_block:
            close(self)

    pytest.MonkeyPatch().setattr(BaseDatabaseWrapper, "close_if_unusable_or_obsolete", kept)


def emptied(inbox: str) -> None:
    """Make the inbox as if nobody had used it."""
    with psycopg.connect(inbox, autocommit=True) as connection:
        if connection.execute("select to_regnamespace('inbox')").fetchone() != (None,):
            connection.execute("drop schema inbox cascade")
