"""A process that has loaded what programs need and forks for each run of one: to load it anew takes a second or two.

What runs is the same program; only where it begins is not. Each kind of program has a few tests that start it anew.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

HOUSE = (
    "heartline.workspace", "heartline.collect.importing", "heartline.collect.joining", "heartline.collect.person",
    "deltalake", "django.forms", "django.http", "django.template", "httpx", "ibis.backends.duckdb", "pandas",
    "phonenumbers", "prometheus_client", "pyarrow.dataset", "scipy.stats",
)  # fmt: skip
"""What our programs load and what reads no setting: those are each run's own."""
ROOT = Path(__file__).resolve().parent.parent
ONE = threading.Lock()
BEGINS = (
    "import sys; sys.path.insert(0, {root!r}); __file__ = {file!r}; "
    "from tests.forking import main; main({descriptor}, {loaded!r})"
)
"""It has a file, else DuckDB takes it for somebody at a prompt, to whom it shows how far a longer query is."""


class Forked:
    """A program that runs, as far as its tests know it."""

    def __init__(self, asks: socket.socket, said: Mapping[str, Any]) -> None:
        theirs_in, self._in = os.pipe()
        self._out, theirs_out = os.pipe()
        self._err, theirs_err = os.pipe()
        self._code, theirs_code = os.pipe()
        theirs = [theirs_in, theirs_out, theirs_err, theirs_code]
        with ONE:
            socket.send_fds(asks, [json.dumps(said).encode()], theirs)
            self.pid = int(asks.recv(20))
        for pipe in theirs:
            os.close(pipe)
        self.returncode = -signal.SIGKILL
        self.stderr = b""

    def communicate(self, asked: bytes = b"") -> tuple[bytes, bytes]:
        """Give it its input; give all that it writes."""
        reading = threading.Thread(target=self._hear)
        reading.start()
        with contextlib.suppress(BrokenPipeError), os.fdopen(self._in, "wb") as into:
            into.write(asked)
        with os.fdopen(self._out, "rb") as out, os.fdopen(self._code, "rb") as code:
            said, ended = out.read(), code.read()
        reading.join()
        self.returncode = int(ended) if ended else self.returncode
        return said, self.stderr

    def pipes(self) -> tuple[BinaryIO, BinaryIO, BinaryIO]:
        """Give what it reads from, what it writes to, and what comes to its end with it; its errors go unheard."""
        os.close(self._err)
        return os.fdopen(self._in, "wb"), os.fdopen(self._out, "rb"), os.fdopen(self._code, "rb")

    def _hear(self) -> None:
        with os.fdopen(self._err, "rb") as err:
            self.stderr = err.read()

    def kill(self) -> None:
        """End it; its number is nobody else's as long as the process that forked it lives, which waits for none."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> None:
        """Do nothing: what it wrote was read to the end."""


Fork = Callable[..., Forked]


@contextmanager
def forking(loaded: Sequence[str], *options: str, **environment: str) -> Iterator[Fork]:
    """Load modules once; give what runs a function of one with arguments: `fork("module:function", …)`."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    begins = BEGINS.format(root=str(ROOT), file=__file__, descriptor=theirs.fileno(), loaded=list(loaded))
    command = [sys.executable, *options, "-c", begins]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], env=environment or dict(os.environ)) as process:
        theirs.close()
        ours.recv(20)

        def fork(entry: str, *arguments: str, folder: str, env: Mapping[str, str], session: bool = False) -> Forked:
            said = {"entry": entry, "arguments": arguments, "folder": folder, "session": session}
            said["environment"] = dict(env)
            return Forked(ours, said)

        try:
            yield fork
        finally:  # else who asks would be waited for, for ever, where a test fails meanwhile
            ours.close()
            process.wait()


def without_settings(given: Mapping[str, str]) -> dict[str, str]:
    """Give an environment in which nothing was set up for Django yet."""
    return {name: text for name, text in given.items() if name != "DJANGO_SETTINGS_MODULE"}


def main(descriptor: int, loaded: Sequence[str]) -> None:
    """Load everything, then fork for whoever asks, until nobody can."""
    for name in loaded:
        importlib.import_module(name)
    with socket.socket(fileno=descriptor) as asks:
        asks.send(b"ready")
        while True:
            said, pipes, _flags, _address = socket.recv_fds(asks, 1_000_000, 4)
            if not said:
                return
            pid = os.fork()
            if not pid:
                asks.close()
                _run(json.loads(said), pipes)
            for pipe in pipes:
                os.close(pipe)
            asks.send(str(pid).encode())


def _run(said: Mapping[str, Any], pipes: Sequence[int]) -> None:
    """Become the program."""
    code: Any = 1
    try:
        if said["session"]:
            os.setsid()
        for number in range(3):
            os.dup2(pipes[number], number)
            os.close(pipes[number])
        os.chdir(said["folder"])
        os.environ.clear()
        os.environ.update(said["environment"])
        module, _, function = said["entry"].partition(":")
        sys.argv = [module, *said["arguments"]]
        try:
            getattr(importlib.import_module(module), function)()
            code = 0
        except SystemExit as end:
            code = 0 if end.code is None else end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001  (whatever it is, the test has to hear of it)
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError):
            os.write(pipes[3], str(code).encode())
        os._exit(0)
