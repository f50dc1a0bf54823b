"""Sandboxes of recipes, forked from a process that has loaded what they load: that takes longer than most queries.

They are the same program with the same limits; only where it begins is not. Tests that ask for `sandboxes_anew` start
it as we do.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any

from heartline.store.engine import sandbox
from tests.forking import Fork, Forked, forking

PROGRAM = "heartline.store.engine.sandbox_child"
LOADED = (PROGRAM, "duckdb", "pyarrow", "python_calamine")
"""Nothing of this starts a thread, which would be missing in what is forked."""
ONE = threading.Lock()


class Child:
    """A sandbox's process, as far as the sandbox knows it."""

    def __init__(self, forked: Forked) -> None:
        self.pid = forked.pid
        self.stdin, self.stdout, self._end = forked.pipes()
        self._ended = False

    def poll(self) -> int | None:
        """Give an exit code once it has ended."""
        if not self._ended:
            watched = select.poll()  # `select` knows no numbers above 1023
            watched.register(self._end, select.POLLIN)
            return 0 if watched.poll(0) else None
        return 0

    def wait(self) -> None:
        """Wait until it has ended."""
        if not self._ended:
            self._end.read()
            self._end.close()
            self._ended = True


@contextmanager
def ready() -> Iterator[SimpleNamespace]:
    """Give what stands in for `subprocess` in `sandbox`; what forks is started when the first one is asked for."""
    with ExitStack() as stack:
        started: list[Fork] = []

        def popen(command: Sequence[str], *, cwd: str, env: Mapping[str, str], **_pipes: Any) -> Child:
            assert command == [sys.executable, "-I", "-W", "ignore", str(sandbox.CHILD)]
            with ONE:
                if not started:
                    few = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
                    started.append(stack.enter_context(forking(LOADED, "-I", "-W", "ignore", **few)))
            return Child(started[0](f"{PROGRAM}:main", folder=cwd, env=env, session=True))

        yield SimpleNamespace(Popen=popen, PIPE=subprocess.PIPE, DEVNULL=subprocess.DEVNULL)
