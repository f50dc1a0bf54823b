"""Which stage of `./test` begins next: the longest first, and none before what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Condition


@dataclass
class Order:
    """Names of stages that are to begin, each as soon as it may; asked by threads, one for each that runs at a time."""

    waiting: list[str]
    after: Mapping[str, str]
    """By name, the stage that has to be over before it begins, where that one runs too."""
    changed: Condition = field(default_factory=Condition)

    def __post_init__(self) -> None:
        self._open = set(self.waiting)

    def next(self) -> str | None:
        """Give the first that may begin, once there is one; None when all have begun."""
        with self.changed:
            while self.waiting:
                for name in self.waiting:
                    if self.after.get(name) not in self._open:
                        self.waiting.remove(name)
                        return name
                self.changed.wait()
        return None

    def over(self, name: str) -> None:
        """Let begin what waited for a stage."""
        with self.changed:
            self._open.discard(name)
            self.changed.notify_all()
