"""One reader of the lake for all streams: whether anything was said since, and what, once for all who may see alike."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from heartline.listen.answers import sampled
from heartline.listen.pieces import with_text
from heartline.server.shell.opened import workspace
from heartline.store.snapshot import Snapshot

T = TypeVar("T")
READ = frozenset(("language", "feeling", "themes", "about", "touchpoint"))
"""What a card shows and later knowledge may change."""
KEPT = 256


@dataclass(frozen=True)
class Heard:
    """The newest version, the last one to which somebody's feedback came, and the last one that reads texts anew.

    `before` is the one of `said` before this: between the two there was no feedback.
    """

    version: int
    said: int
    reread: int
    before: int

    @property
    def mark(self) -> str:
        """What stays the same as long as no stream has anything to tell."""
        return f"{self.said}.{self.reread}"


class Reader:
    """What a process knows of the newest version; asked by many, it looks once."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._of: tuple[int, Heard] | None = None
        self._kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    def heard(self) -> Heard:
        """Say what is the newest; the lake is asked only when something landed, and then for what landed alone."""
        lake = workspace().lake
        with self._turn:
            newest = lake.manifest.newest().version
            before = self._of[1] if self._of and self._of[0] == id(lake) else None
            if before is None or newest < before.version:  # the first look, or another lake: whatever is there is new
                found = Heard(newest, newest, newest, newest)
            elif newest == before.version:
                return before
            else:
                found = _since(lake.at(newest), before)
            self._of = (id(lake), found)
            return found

    def once(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """Give what was made for the same key a moment ago, else make it: many streams ask the same."""
        key = (id(workspace().lake), *key)
        with self._turn:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key]
                return found
        made = make()
        with self._turn:
            self._kept[key] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


def _since(snapshot: Snapshot, before: Heard) -> Heard:
    rows = snapshot.rows("landed", "score", "text", "kind")
    rows = sampled(rows.filter(rows.landed > before.version, rows.score.notnull() | with_text(rows)))
    said = snapshot.execute(rows.aggregate(said=rows.landed.max())).to_pylist()[0]["said"]
    changed = [
        file.landed[1] for file in snapshot.change_files("overrides")
        if file.landed[1] > before.version and READ & set(file.partition["columns"].split("-"))
    ]  # fmt: skip
    reread = max(changed, default=before.reread)
    if said is None:
        return Heard(snapshot.version, before.said, reread, before.before)
    return Heard(snapshot.version, said, reread, before.said)


READER = Reader()
