"""The next batch is read while this one lands: by a process of its own, which is there only while much waits.

It holds nothing but a copy of what is bound in the inbox. So whatever becomes of it, nothing is lost: what it does not
answer, the loader reads itself.
"""

from __future__ import annotations

import fcntl
import importlib
import logging
import os
import pickle
import select
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from heartline.collect.inbox import Received
from heartline.store.lake import Lake

from .reading import EXAMPLE
from .taking import Take, Taken

log = logging.getLogger("heartline.loader")
PATIENCE_S = 60.0
"""How long a batch may take; whoever is not done then is ended."""
IDLE_S = 60.0
"""How long it stays when nothing more is to be read."""
PIPE_BYTES = 1 << 20
PIECE_BYTES = 1 << 24
LENGTH = 8


class Ahead(Protocol):
    """Reads a batch while another lands; one at a time."""

    def begin(self, some: Sequence[Received]) -> bool:
        """Begin with a batch; False when somebody else must read it."""

    def read(self) -> Taken | None:
        """Wait for what it came to; None when somebody else must read it."""

    def rest(self) -> None:
        """Hear that nothing is to be read now."""

    def close(self) -> None:
        """End."""


class Process:
    """A process that reads.

    Parameters
    ----------
    folder
        The data folder.
    reader
        What reads, as `module:name`: called with the lake it gives a `Take`.
    """

    def __init__(self, folder: Path, reader: str) -> None:
        self._command = [sys.executable, "-m", __name__, str(folder), reader]
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = self._busy = False
        self._used = time.monotonic()

    def begin(self, some: Sequence[Received]) -> bool:
        """Begin with a batch; False when somebody else must read it, as long as the process starts."""
        self._used = time.monotonic()
        if self._busy or (self._process is not None and self._process.poll() is not None):
            self.close()  # what it reads is not wanted any more, or it died
        if self._process is None:
            self._start()
            return False
        try:
            if not self._ready and _is(select.POLLIN, self._out, 0):
                self._ready = bool(receive(self._out, PATIENCE_S))
            if self._ready:
                send(self._in, list(some), PATIENCE_S)
                self._busy = True
        except (OSError, EOFError) as error:
            self._lost(error)
        return self._busy

    def read(self) -> Taken | None:
        """Wait for what it came to; None when somebody else must read it."""
        try:
            found: Taken | None = receive(self._out, PATIENCE_S)
        except (OSError, EOFError) as error:
            self._lost(error)
            return None
        self._busy = False
        self._used = time.monotonic()
        return found

    def rest(self) -> None:
        """End the process when nothing was to be read for a while."""
        if self._process is not None and not self._busy and time.monotonic() - self._used > IDLE_S:
            self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with suppress(OSError):
                    pipe.close()  # type: ignore[union-attr]  # both are pipes
        self._process = None
        self._ready = self._busy = False

    def _start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  (our own program)
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for pipe in (self._in, self._out):
            os.set_blocking(pipe, False)
            with suppress(OSError, AttributeError):  # as large as the system allows
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)

    def _lost(self, error: BaseException) -> None:
        log.warning("Whoever read ahead is gone, and is started again: %s", type(error).__name__)
        self.close()

    @property
    def _in(self) -> int:
        assert self._process is not None
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    @property
    def _out(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.fileno()


def send(pipe: int, what: Any, patience_s: float | None = None) -> None:
    """Send an object; its arrays as they lie in memory.

    Raises
    ------
    OSError
        When nobody hears it, or not in time.
    """
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(what, protocol=5, buffer_callback=buffers.append)
    parts = [memoryview(head), *(buffer.raw() for buffer in buffers)]
    lengths = b"".join(part.nbytes.to_bytes(LENGTH, "little") for part in parts)
    until = _until(patience_s)
    for part in (memoryview(len(parts).to_bytes(LENGTH, "little") + lengths), *parts):
        done = 0
        while done < part.nbytes:
            _wait(until, pipe, select.POLLOUT)
            with suppress(BlockingIOError):
                done += os.write(pipe, part[done : done + PIECE_BYTES])


def receive(pipe: int, patience_s: float | None = None) -> Any:
    """Hear an object.

    Raises
    ------
    EOFError
        When nothing more comes.
    OSError
        When it does not come in time.
    """
    until = _until(patience_s)
    count = int.from_bytes(_heard(pipe, LENGTH, until), "little")
    lengths = _heard(pipe, LENGTH * count, until)
    sizes = [int.from_bytes(lengths[at : at + LENGTH], "little") for at in range(0, len(lengths), LENGTH)]
    head, *buffers = (_heard(pipe, size, until) for size in sizes)
    return pickle.loads(head, buffers=buffers)  # noqa: S301  (from our own child or parent)


def _heard(pipe: int, size: int, until: float | None) -> bytearray:
    made = bytearray(size)
    room, done = memoryview(made), 0
    while done < size:
        _wait(until, pipe, select.POLLIN)
        with suppress(BlockingIOError):
            count = os.readv(pipe, [room[done:]])
            if not count:
                raise EOFError
            done += count
    return made


def _until(patience_s: float | None) -> float | None:
    return None if patience_s is None else time.monotonic() + patience_s


def _wait(until: float | None, pipe: int, ready: int) -> None:
    left_ms = None if until is None else max(0.0, until - time.monotonic()) * 1e3
    if not _is(ready, pipe, left_ms):
        raise TimeoutError


def _is(ready: int, pipe: int, left_ms: float | None) -> bool:
    """Tell whether a pipe is ready, or will be in time."""
    watched = select.poll()  # `select` knows no numbers above 1023
    watched.register(pipe, ready)
    return bool(watched.poll(left_ms))


def main(folder: str, reader: str) -> None:
    """Read what is sent until nobody sends any more."""
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever some library prints is no answer
    module, _, name = reader.partition(":")
    take: Any = getattr(importlib.import_module(module), name)
    lake = Lake.open(folder)
    with suppress(EOFError, BrokenPipeError):
        _read(take, lake, [EXAMPLE])  # what is loaded when it is first needed is loaded now
        send(answers, True)
        while True:
            send(answers, _read(take, lake, receive(0)))


def _read(take: Any, lake: Lake, some: Sequence[Received]) -> Taken | None:
    """Read a batch; None where we stumble: the loader will, too, and finds on what."""
    try:
        reads: Take = take(lake)
        return reads(some)
    except Exception as error:  # noqa: BLE001  (whatever it is, the loader reads that batch itself)
        log.warning("A batch could not be read ahead: %s", type(error).__name__)
        return None


if __name__ == "__main__":
    main(*sys.argv[1:])
