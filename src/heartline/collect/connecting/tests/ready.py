"""A process that has loaded all that fetching needs and forks for each fetch: to load it anew takes a second each.

The program is the same; only where it begins is not. Tests that ask for `started_anew` start it as the server does.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from heartline.collect.connecting import fetching

LOADED = (
    "dlt", "dlt.sources.filesystem", "dlt.sources.helpers.requests", "dlt.sources.helpers.rest_client",
    "dlt.sources.helpers.rest_client.auth", "dlt.sources.helpers.rest_client.paginators",
    "dlt.sources.sql_database", "dlt.sources.sql_database.arrow_helpers", "feedparser", "psycopg", "pyarrow.compute",
    "pyarrow.parquet", "sqlalchemy.dialects.postgresql.psycopg",
)  # fmt: skip
"""What the parts of the program load when they are used."""
ONE = threading.Lock()


class Forked:
    """A fetch, as `fetching` knows the process of one."""

    def __init__(self, asks: socket.socket, folder: str, environment: Mapping[str, str]) -> None:
        theirs_in, self._ours_in = os.pipe()
        self._ours_out, theirs_out = os.pipe()
        said = json.dumps({"folder": folder, "environment": dict(environment)}).encode()
        with ONE:
            socket.send_fds(asks, [said], [theirs_in, theirs_out])
            self._pid = int(asks.recv(20))
        os.close(theirs_in)
        os.close(theirs_out)

    def communicate(self, asked: bytes) -> tuple[bytes, None]:
        """Say what is asked; give all that is answered."""
        with contextlib.suppress(BrokenPipeError), os.fdopen(self._ours_in, "wb") as into:
            into.write(asked)
        with os.fdopen(self._ours_out, "rb") as out:
            return out.read(), None

    def kill(self) -> None:
        """End it; its number is nobody else's as long as the process that forked it lives, which waits for none."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> None:
        """Do nothing: what it wrote was read to the end."""


@contextmanager
def ready() -> Iterator[Callable[..., Forked]]:
    """Give what stands in for `subprocess.Popen` in `fetching`."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-I", "-W", "ignore", "-m", __name__, str(theirs.fileno())]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], env=fetching._environment("/nonexistent")) as process:
        theirs.close()
        ours.recv(20)

        def popen(command: Sequence[str], *, cwd: str, env: Mapping[str, str], **_pipes: Any) -> Forked:
            assert list(command[-2:]) == ["-m", fetching.CHILD]
            return Forked(ours, cwd, env)

        yield popen
        ours.close()
        process.wait()


def main(descriptor: int) -> None:
    """Load everything, then fork for whoever asks, until nobody can."""
    import importlib

    from heartline.collect.connecting import child

    for name in (*LOADED, *(f"heartline.collect.connecting.{kind}" for kind in ("feed", "files", "rest", "sql"))):
        importlib.import_module(name)
    with socket.socket(fileno=descriptor) as asks:
        asks.send(b"ready")
        while True:
            said, pipes, _flags, _address = socket.recv_fds(asks, 100_000, 2)
            if not said:
                return
            pid = os.fork()
            if not pid:
                asks.close()
                _be(child, json.loads(said), *pipes)
            for pipe in pipes:
                os.close(pipe)
            asks.send(str(pid).encode())


def _be(child: Any, said: Mapping[str, Any], stdin: int, stdout: int) -> None:
    """Become a fetch."""
    code = 1
    try:
        os.dup2(stdin, 0)
        os.dup2(stdout, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.close(stdin)
        os.close(stdout)
        os.chdir(said["folder"])
        os.environ.clear()
        os.environ.update(said["environment"])
        child.main()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]))
