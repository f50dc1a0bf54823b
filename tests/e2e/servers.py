"""Real servers for tests: `heartline serve` as a person starts it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests import apart
from tests.ports import free_port

HEARTLINE = apart.program()
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 180.0
"""Generous: machines that test are busy."""


@dataclass
class Server:
    """A running server."""

    process: subprocess.Popen[str]
    url: str
    link: str
    data: Path
    errors: Path

    def signin_link(self) -> str:
        """Make another one-time link."""
        done = subprocess.run([HEARTLINE, "signin", "--data", self.data], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stop it as Ctrl-C does; give its exit code."""
        assert self.process.stdout is not None
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        return code


FORKING = (sys.executable, "-m", "tests.e2e.serving")
"""Does as the command, its processes forked: see there."""


def start(data: Path, port: int | None = None, *, anew: bool = False) -> Server:
    """Start a server and wait until it prints its sign-in link; `anew` where it is about its processes."""
    port = port or free_port()
    errors = data.with_suffix(".err")
    with errors.open("w") as file:
        process = subprocess.Popen(
            [*((HEARTLINE,) if anew else FORKING), "serve", "--data", data, "--port", str(port)], cwd=ROOT,
            stdout=subprocess.PIPE, stderr=file, text=True,
            env={**os.environ, "PYTHONWARNINGS": "default", "HEARTLINE_JOBS_NICE": "0"},
        )  # fmt: skip
    assert process.stdout is not None
    said = _until(process.stdout, "/signin/")
    found = re.search(r"http://\S+/signin/\S+", said)
    assert found, f"no sign-in link: {said}{errors.read_text()}"
    return Server(process, f"http://127.0.0.1:{port}", found[0], data, errors)


def _until(lines: IO[str], text: str) -> str:
    """Read lines up to one with the text, or to the end."""
    said = ""
    for line in lines:
        said += line
        if text in line:
            break
    return said


@contextlib.contextmanager
def running(data: Path, *, anew: bool = False) -> Iterator[Server]:
    """Run a server for as long as it is needed."""
    server = start(data, anew=anew)
    try:
        yield server
    finally:
        server.stop()


def processes_of(data: Path) -> list[str]:
    """List the processes that serve a data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if f"HEARTLINE_DATA={data}\0".encode() in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def wait_until(true: object, *, timeout_s: float = PATIENCE_S) -> None:
    """Wait until a function gives something true."""
    assert callable(true)
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.1)
