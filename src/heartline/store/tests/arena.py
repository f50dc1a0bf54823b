"""What every kill loop does: start children, let each die at a named step or at a random moment, and count."""

from __future__ import annotations

import gc
import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Killed:
    """Who was killed where, and where nobody came in time."""

    kills: int = 0
    at_step: Counter[str] = field(default_factory=Counter)
    at_random: int = 0
    unreached: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


@dataclass
class Child:
    """A running child: what it does, where it is to die (None: at a random moment), and when at the latest."""

    pid: int
    kind: str
    dies_at: str | None
    deadline: float


class Arena:
    """The parent: starts children, waits for their deaths, starts the next."""

    pinned = False
    """Whether each child keeps to one core: fewer threads start sooner."""

    def __init__(self, folder: Path, seed: int, report: Killed) -> None:
        self.folder = folder
        self.seed = seed
        self.dice = random.Random(seed)
        self.killed = report
        self.children: dict[int, Child] = {}
        self.watchers: set[int] = set()
        """Children that are not to die: their end is a failure."""

    def fork(self, work: Callable[[], object]) -> int:
        """Start a child; an error of it is printed and ends it with 1."""
        pid = os.fork()
        if pid:
            return pid
        try:
            gc.freeze()
            if self.pinned:
                os.sched_setaffinity(0, {self.dice.choice(sorted(os.sched_getaffinity(0)))})
            work()
        except BaseException:  # noqa: BLE001  (whatever it is, the parent has to hear of it)
            traceback.print_exc()
        os._exit(1)

    def send(self, kind: str, dies_at: str | None, work: Callable[[], object], *, lives_s: float) -> None:
        """Start a child that is to die somewhere, at the latest after so many seconds."""
        pid = self.fork(work)
        self.children[pid] = Child(pid, kind, dies_at, time.monotonic() + lives_s)

    def next_death(self) -> Child:
        """Wait until a child is dead; kill those whose time has come."""
        while True:
            for child in self.children.values():
                if time.monotonic() > child.deadline:
                    os.kill(child.pid, signal.SIGKILL)
                    child.deadline = float("inf")
                    self.killed.unreached[child.dies_at or ""] += child.dies_at is not None
                    self.killed.at_random += child.dies_at is None
                    child.dies_at = None
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid in self.children:
                child = self.children.pop(pid)
                if not os.WIFSIGNALED(status):
                    raise AssertionError(f"a child ({child.kind}) ended with an error")
                self.killed.at_step[f"{child.kind}, {child.dies_at}"] += child.dies_at is not None
                self.killed.kills += 1
                return child
            if pid in self.watchers:
                raise AssertionError("the reader was barred, or saw what must not be")
            time.sleep(0.002)

    def end(self) -> None:
        """Stop whatever is left."""
        for pid in [*self.children, *self.watchers]:
            try:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
