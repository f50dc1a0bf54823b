"""The lake: facts and definitions in one folder, read as of a version, written by one writer at a time."""

from __future__ import annotations

import bisect
import copy
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.core.result import Result

from . import cache
from .definitions import Definitions
from .disk import flush, locked, prepare_lock, troubles
from .engine.choice import Engine, engine_from_environment
from .formats import FORMAT, read_format, upgrade, write_format
from .keys import make_key, read_key
from .manifest import Entry, Manifest
from .recovery import recover
from .schema import CUSTOMERS, DEFINITIONS, IDENTITIES, INTERACTIONS, OVERRIDES, REFUSALS
from .snapshot import Snapshot
from .table import Table
from .writer import Writer

if TYPE_CHECKING:
    from .compact import Compacted
    from .supposing import Supposition

LONGEST_NUMBER = 19
"""Digits of a version at most, and one more."""


class Lake:
    """A data folder's lake: `DIR/lake`, with caches in `DIR/cache`."""

    EMPTYING = "emptying"
    """Mark of a lake that is to be made anew; see `emptying`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine: Engine = engine_from_environment(folder / "cache" / "spill")
        self.supposed: Supposition | None = None
        self._definitions: dict[tuple[int, int | None], Definitions] = {}
        root = folder / "lake"
        self.manifest = Manifest(root / "versions.jsonl")
        self.interactions = Table(root / "interactions", INTERACTIONS, ("month",))
        self.definitions = Table(root / "definitions", DEFINITIONS)
        self.tables = {
            "interactions": self.interactions,
            "definitions": self.definitions,
            "identities": Table(root / "identities", IDENTITIES),
            "refusals": Table(root / "refusals", REFUSALS),
            "customers": Table(root / "customers", CUSTOMERS),
            "overrides": Table(root / "overrides", OVERRIDES, ("columns",)),
        }

    @classmethod
    @troubles()
    def create(cls, folder: Path | str) -> Lake:
        """Open a data folder, making it if it is not there."""
        folder = Path(folder).absolute()
        there = next(above for above in (folder, *folder.parents) if above.exists())
        (folder / "lake").mkdir(parents=True, exist_ok=True)
        with locked(folder / "lake" / "write.lock"):
            lake = cls(folder)
            fresh = not (folder / "format").exists()
            if fresh:
                _clear_unfinished(lake)
                for table in lake.tables.values():
                    table.create()
                make_key(folder)
                flush([folder / "lake" / "id"])
                write_format(folder, FORMAT, below=there)
            else:
                upgrade(lake)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path | str) -> Lake:
        """Open an existing data folder.

        Raises
        ------
        NotFound
            `no_data_folder` when there is none.
        InvalidInput
            `newer_format` when a newer Heartline wrote it.
        """
        folder = Path(folder).absolute()
        read_format(folder)
        return cls(folder)

    @cached_property
    def key(self) -> bytes:
        """The secret under which identifiers are hashed; kept outside the data folder, made with it.

        Raises
        ------
        Unavailable
            `no_key` when it is not where keys are kept.
        """
        return read_key(self.folder)

    def versions(self) -> list[Entry]:
        """Give all published versions, oldest first."""
        return self.manifest.entries()

    def batch_number(self, app: str) -> int:
        """Give the number of the last published batch of an application; −1 before the first.

        One that a crash left unpublished is not counted; the next writer publishes it or takes it back, and
        `Writer.batch` then tells.
        """
        return self.interactions.batch_number(app, self.manifest.newest().tables.get("interactions", 0))

    def at(self, as_of: int | str | datetime | None = None) -> Snapshot:
        """Give the lake as of a version number or a moment; by default the newest version.

        Raises
        ------
        NotFound
            `unknown_version` when there is no such version yet.
        """
        known = self.versions()
        if as_of is None:
            entry = known[-1]
        elif isinstance(as_of, int) or (str(as_of).isdecimal() and len(str(as_of)) < LONGEST_NUMBER):
            number = int(str(as_of))
            if not 0 <= number <= known[-1].version:
                raise NotFound(
                    "unknown_version", f"There is no version {number}.", field="as_of",
                    remedy=f"The newest is {known[-1].version}.",
                )  # fmt: skip
            entry = known[bisect.bisect_left(known, number, key=lambda item: item.version)]
        else:
            try:
                moment = datetime.fromisoformat(str(as_of))
            except ValueError:
                raise InvalidInput(
                    "bad_value", f"“{as_of}” is neither a version nor a moment.", field="as_of",
                    remedy="Write a number or a time like 2026-03-01T09:40:00Z.",
                ) from None  # fmt: skip
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            entry = known[max(0, bisect.bisect_right([item.time for item in known], moment) - 1)]
        snapshot = Snapshot(self, entry.version, entry.time, known[-1])
        return snapshot if self.supposed is None else self.supposed.seen(snapshot)

    def supposing(self, supposition: Supposition) -> Lake:
        """Give this lake as it would answer if something were otherwise; see `supposing`."""
        other = copy.copy(self)
        other.supposed = supposition
        return other

    def known_definitions(self, key: tuple[int, int | None], read: Callable[[], Definitions]) -> Definitions:
        """Give definitions that were read before from the same state of their table, else read them and keep them.

        Parameters
        ----------
        key
            The table's Delta version, and the lake version when that is not the newest.
        """
        found = self._definitions.get(key)
        if found is None:
            found = read()
            self._definitions = {**dict(list(self._definitions.items())[-7:]), key: found}
        return found

    def compact(self, *, force: bool = False) -> Compacted:
        """Rewrite small files as sorted ones and fold in later knowledge; no answer changes. See `compact`."""
        from .compact import compact  # compaction knows the lake

        return compact(self, force=force)

    def cached(self, name: str, spec: Mapping[str, Any], make: Callable[[], Result]) -> Result:
        """Give the answer that a verb gave to a spec as of its version, else make it and keep it.

        An answer as of a version stays right whatever lands later; the version's time tells it from one of the same
        number in a folder that was emptied meanwhile. Kept in `DIR/cache/results`; never with
        HEARTLINE_RESULT_CACHE=off. See `cache`.
        """
        if self.supposed is not None or not cache.enabled():
            return make()
        asked = self.at(spec.get("as_of"))
        erasures = len(self.manifest.erasures())
        key = cache.key_of((asked.version, asked.time.isoformat()), self.engine.name, name, spec)
        return cache.cached(
            self.folder / "cache" / "results", key, make, good=lambda: len(self.manifest.erasures()) == erasures
        )

    def erased_since(self, version: int) -> list[Entry]:
        """Give the erasures that took rows out of a version after it was written, oldest first."""
        return [entry for entry in self.manifest.erasures() if entry.version > version and entry.erased]

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Write files that no log names yet, beside writers: nobody removes them meanwhile, and nobody else prepares.

        Whoever holds this may go on to `write`, and nobody who writes waits for this.
        """
        with troubles(), locked(prepare_lock(self.folder)):
            yield

    @contextmanager
    def write(self, why: str) -> Iterator[Writer]:
        """Hold the one writer; what it was given becomes a version when the block ends without an error.

        Raises
        ------
        Conflict
            `only_supposed` for a lake that only supposes.
        Unavailable, Forbidden
            `disk_full`, `no_permission`: see `troubles`. The lake stays as it was.
        """
        if self.supposed is not None:
            raise Conflict("only_supposed", "What is only supposed cannot be written.")
        with troubles(), locked(self.folder / "lake" / "write.lock"):
            upgrade(self)
            recover(self)
            writer = Writer(self, why)
            try:
                yield writer
                writer.commit()
            except BaseException:
                writer.discard()
                raise


def _clear_unfinished(lake: Lake) -> None:
    """Remove what an interrupted `create` has left, to which nothing was ever written, or what is to be emptied.

    Raises
    ------
    Conflict
        `no_format` when there is more than that: a lake whose format number is lost.
    """
    mark = lake.folder / "lake" / Lake.EMPTYING
    if lake.manifest.path.exists() and not mark.exists():
        raise Conflict(
            "no_format",
            f"{lake.folder} holds a lake, but its file “format” is gone.",
            field="data",
            remedy="Restore the folder from a backup, or put the file back.",
        )
    lake.manifest.path.unlink(missing_ok=True)
    for table in lake.tables.values():
        if table.folder.exists():
            shutil.rmtree(table.folder)
    mark.unlink(missing_ok=True)
