"""Keeps the processes of a server running, and stops them all."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import typer

LONGEST_PAUSE_S = 30.0
STEADY_S = 60.0
"""A process that lived this long is restarted at once when it ends."""
PATIENCE_S = 10.0
"""How long a process may take to end when it is asked to."""
STOPPED_S = 5.0
"""A process that was paused for so long is ended and started again: it holds locks that others wait for."""


@dataclass(eq=False)
class Child:
    """A process that is started again when it ends."""

    name: str
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause_s: float = 0.5
    due: float = 0.0
    failures: int = 0
    paused: float | None = None

    def start(self) -> None:
        """Start it, in a group of its own, so that Ctrl-C reaches the supervisor alone."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  (our own program)
            [sys.executable, "-m", "heartline.cli.processes", self.name],
            env=dict(self.environment), stdin=subprocess.PIPE, stdout=sys.stderr, start_new_session=True,
        )  # fmt: skip

    def watch(self) -> None:
        """Start it again if it has ended, after a pause that grows while it keeps failing."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            self.paused = (self.paused or now) if is_paused(self.process.pid) else None
            if self.paused is not None and now - self.paused > STOPPED_S:
                typer.echo(f"The {self.name} process was paused and is ended.", err=True)
                self.kill()
                self.process.wait()
        if self.process is not None and self.process.poll() is not None:
            steady = now - self.started > STEADY_S
            self.pause_s = 0.5 if steady else min(2 * self.pause_s, LONGEST_PAUSE_S)
            self.failures = 1 if steady else self.failures + 1
            self.due = now + self.pause_s
            typer.echo(f"The {self.name} process ended; it starts again in {self.pause_s:.0f} s.", err=True)
            self.kill()  # what it may have left of its group
            self.process = None
        if self.process is None and now >= self.due:
            self.start()

    def kill(self) -> None:
        """End the process and its children at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):  # they have ended by themselves
                os.killpg(self.process.pid, signal.SIGKILL)
            if self.process.stdin is not None:
                self.process.stdin.close()


def is_paused(pid: int) -> bool:
    """Tell whether a process was stopped by a signal; False where the system does not say."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
    except (OSError, IndexError):
        return False


@dataclass
class Supervisor:
    """Runs processes until it is asked to stop."""

    children: list[Child]
    stopping: threading.Event = field(default_factory=threading.Event)

    def catch_signals(self) -> None:
        """Stop on Ctrl-C and SIGTERM."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())

    def start(self, child: Child) -> None:
        """Start a process, if it does not run already."""
        if child not in self.children:
            self.children.append(child)
            child.start()

    def watch(self) -> None:
        """Keep the processes running until a signal comes."""
        while not self.stopping.wait(0.2):
            for child in self.children:
                child.watch()

    def stop(self) -> None:
        """End every process, kindly first."""
        running = [child for child in self.children if child.process is not None]
        for child in running:
            assert child.process is not None
            child.process.terminate()  # it ends its own children
        deadline = time.monotonic() + PATIENCE_S
        for child in running:
            assert child.process is not None
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                typer.echo(f"The {child.name} process did not end in time and was stopped hard.", err=True)
            child.kill()
            child.process.wait()
