"""What is held of people here: the first rows of a source that is being tried, and what was fetched and waits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from .asking import tried
from .models import Connection


def register() -> None:
    """Say so."""
    hold(Holding("connections", ("connections.Connection",), _export, _forget))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str):
        yield value


def _naming(who: Theirs) -> list[tuple[Connection, list[list[str]]]]:
    """Give the connections whose first rows name somebody, with those rows."""
    found = []
    for one in Connection.objects.exclude(tried=None):
        tables = tried(one).get("tables", [])
        rows = [row for table in tables for row in table["rows"] if any(who.names_in(text) for text in row)]
        if rows or any(who.names_in(text) for text in _texts(tried(one).get("sample"))):
            found.append((one, rows))
    return found


def _export(who: Theirs) -> Rows:
    return [{"connection": one.key, "row": row} for one, rows in _naming(who) for row in rows]


def _forget(who: Theirs) -> Gone:
    """Forget the first rows that name somebody, and all that waits: it is fetched again, without who was erased."""
    gone = 0
    for one, _rows in _naming(who):
        Connection.objects.filter(pk=one.pk).update(tried=None)
        gone += 1
    waiting = _waiting()
    for path in waiting:
        shutil.rmtree(path, ignore_errors=True)
    return Gone(gone + len(waiting), Connection.objects.count() + len(waiting))


def _waiting() -> list[Path]:
    home = Path(settings.DATA) / "connect" if settings.DATA else None
    return [path for path in home.glob("*/*") if path.is_dir()] if home and home.is_dir() else []
