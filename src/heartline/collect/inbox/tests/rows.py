"""Rows for tests, and a process that is killed at a named step."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from heartline.collect.inbox import Received, opened
from heartline.store import steps


def row(number: int, *, size: int = 10, events: int = 1, source: str = "shop") -> Received:
    """Make a row whose body begins with its number."""
    body = f"{number:08}".encode().ljust(size, b".")
    return Received(at_us=1_000_000 + number, source=source, kind="track", body=body, events=events, about=b"{}")


def numbers(rows: list[Received]) -> list[int]:
    """Give the numbers of rows again."""
    return [int(row.body[:8]) for row in rows]


def die_at(step: str, address: str, work: str) -> None:
    """Do a piece of work in a process that is killed, by the system, the first time it comes to a step."""
    code = f"from {__name__} import act; act({step!r}, {address!r}, {work!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def act(step: str, address: str, work: str) -> None:
    """Be that process."""

    def listen(name: str) -> None:
        if name == step:
            os.kill(os.getpid(), signal.SIGKILL)

    inbox = opened(address)
    steps.listener = listen
    if work == "put":
        inbox.put([row(number) for number in range(100, 103)])
    elif work == "stamp":
        inbox.stamp(1, 10_000)
    elif work == "forget":
        inbox.forget(1)
