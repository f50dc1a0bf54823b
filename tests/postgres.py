"""A PostgreSQL server for tests, started by hand in a temporary folder: no service, no fixed port, nothing left."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from .ports import free_port


def programs() -> Path | None:
    """Give the folder that holds `initdb` and `pg_ctl`; None when PostgreSQL is not installed."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("pg_ctl")
    return Path(found).resolve().parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """Run a server on loopback and give the URL of its empty database `heartline`; stopped and removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="heartline-postgres-"))
    user = _unprivileged()
    if user:
        shutil.chown(folder, user)
    port = free_port()
    # the folder is thrown away, so nothing needs to be flushed
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off -c full_page_writes=off"
    try:
        _do(user, folder, "initdb", "-D", "data", "-U", "heartline", "-A", "trust", "-E", "UTF8", "--no-sync")
        _do(user, folder, "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        try:
            _do(user, folder, "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "heartline", "heartline")
            yield f"postgresql://heartline@127.0.0.1:{port}/heartline"
        finally:
            _do(user, folder, "pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def made(server: str, name: str) -> str:
    """Make an empty database on a server, unless it is there; give its URL."""
    with psycopg.connect(server, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
            connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def restart(url: str) -> None:
    """Stop a server that `server` runs, as hard as a crash, and start it again."""
    with psycopg.connect(url) as connection:
        found = connection.execute("show data_directory").fetchone()
    assert found is not None
    folder = Path(found[0]).parent
    _do(_unprivileged(), folder, "pg_ctl", "-D", "data", "-w", "-m", "immediate", "-l", "log", "restart")


def _unprivileged() -> str | None:
    """Give the user to run as: PostgreSQL refuses to be root. None means as we are."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _do(user: str | None, folder: Path, program: str, *arguments: str) -> None:
    where = programs()
    assert where is not None, "asked for only where PostgreSQL is installed"
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    as_user: dict[str, Any] = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    # `start` leaves a child behind that would hold a pipe open: output goes to a file
    with (folder / f"{program}.out").open("w+") as out:
        run = subprocess.run(
            [where / program, *arguments], cwd=folder, env=environment, check=False, stdin=subprocess.DEVNULL,
            stdout=out, stderr=subprocess.STDOUT, **as_user,
        )  # fmt: skip
        if run.returncode:
            out.seek(0)
            log = folder / "log"
            said = out.read() + (log.read_text() if log.exists() else "")
            raise RuntimeError(f"{program} failed:\n{said}")
