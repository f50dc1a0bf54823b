"""What fetches, forked from a process that has loaded it; tests that ask for `started_anew` start it as we do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from heartline.collect.connecting import fetching
from tests.forking import Forked, forking

LOADED = (
    "heartline.collect.connecting.child", "heartline.collect.connecting.feed", "heartline.collect.connecting.files",
    "heartline.collect.connecting.rest", "heartline.collect.connecting.sql",
    "dlt", "dlt.sources.filesystem", "dlt.sources.helpers.requests", "dlt.sources.helpers.rest_client",
    "dlt.sources.helpers.rest_client.auth", "dlt.sources.helpers.rest_client.paginators",
    "dlt.sources.sql_database", "dlt.sources.sql_database.arrow_helpers", "feedparser", "psycopg", "pyarrow.compute",
    "pyarrow.parquet", "sqlalchemy.dialects.postgresql.psycopg",
)  # fmt: skip
"""Its parts, and what these load when they are used."""


@contextmanager
def ready() -> Iterator[Callable[..., Forked]]:
    """Give what stands in for `subprocess.Popen` in `fetching`."""
    with forking(LOADED, "-I", "-W", "ignore", **fetching._environment("/nonexistent")) as fork:

        def popen(command: Sequence[str], *, cwd: str, env: Mapping[str, str], **_pipes: Any) -> Forked:
            assert list(command[-2:]) == ["-m", fetching.CHILD]
            return fork(f"{fetching.CHILD}:main", folder=cwd, env=env)

        yield popen
