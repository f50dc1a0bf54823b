"""`heartline serve` whose processes are forked from one that has loaded what all of them load, each once otherwise.

They are the same programs; only where they begin is not. `test_server` starts them as people do.
"""

from __future__ import annotations

import atexit
import importlib
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.apart import SERVER, of_its_own
from tests.forking import HOUSE

LOADED = (*HOUSE, "granian", "httpcore", "heartline.cli.processes", "heartline.collect.inbox")
OURS = 3
"""Descriptors below this are what a program starts with."""


class Forked:
    """A process that runs, as far as its supervisor knows it."""

    def __init__(self, pid: int, stdin: int) -> None:
        self.pid, self.stdin = pid, os.fdopen(stdin, "wb", buffering=0)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Give its exit code once it has ended."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended."""
        end = time.monotonic() + (timeout or 1e9)
        while (code := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.01)
        return code

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def forked(name: str, environment: Mapping[str, str], said: int) -> Forked:
    """Run one of the processes; what it prints goes to a descriptor."""
    assert threading.active_count() == 1, "what is forked beside a thread may wait for it for ever"
    read, write = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if not pid:
        become(name, environment, read, said)
    os.close(read)
    return Forked(pid, write)


def become(name: str, environment: Mapping[str, str], heard: int, said: int) -> None:
    """Be that process to its end."""
    code = 1
    try:
        os.setsid()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL if number == signal.SIGTERM else signal.default_int_handler)
        os.dup2(said, 1)
        os.dup2(heard, 0)
        os.closerange(OURS, 4096)  # of its siblings' pipes, too: they end when those close
        os.environ.clear()
        os.environ.update(environment)
        sys.argv = ["heartline.cli.processes", name]
        processes: Any = importlib.import_module("heartline.cli.processes")
        if name != "prepare":
            threading.Thread(target=processes._end_with_supervisor, daemon=True).start()
        getattr(processes, name)()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  (as an interpreter does that ends)
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def load(folder: Path) -> None:
    """Load what the processes load, and set Django up; for that the folder has to be there."""
    for name in LOADED:
        importlib.import_module(name)
    from heartline.server.shell import start

    pid = os.fork()
    if not pid:
        start.make(folder)
        os._exit(0)
    os.waitpid(pid, 0)
    start.django(folder)
    from django.db import connections
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    assert not [one for one in connections.all(initialized_only=True) if one.connection]


def main() -> None:
    """Serve, as `heartline serve` does with the same arguments."""
    folder = Path(sys.argv[sys.argv.index("--data") + 1]).absolute()
    if os.environ.get(SERVER):
        os.environ |= of_its_own(str(folder))
    load(folder)
    from heartline import cli
    from heartline.cli import serve, supervisor

    def start(child: supervisor.Child) -> None:
        child.started = time.monotonic()
        child.process = forked(child.name, child.environment, 2)  # type: ignore[assignment]

    def run(command: list[str], *, env: Mapping[str, str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        read, write = os.pipe()
        process = forked(command[-1], env, write)
        os.close(write)
        with os.fdopen(read, "rb") as out:
            answer = out.read()
        code = process.wait()
        process.stdin.close()
        return subprocess.CompletedProcess(command, code, answer)

    supervisor.Child.start = start  # type: ignore[method-assign, assignment]
    vars(serve)["subprocess"] = SimpleNamespace(run=run, PIPE=subprocess.PIPE)  # there alone
    cli.main()


if __name__ == "__main__":
    main()
