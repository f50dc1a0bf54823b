"""The lake: facts and definitions in one folder, read as of a version, written by one writer at a time."""

from __future__ import annotations

import bisect
import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from heartline.core.errors import InvalidInput, NotFound, Unavailable

from . import manifest
from .disk import flush, locked
from .engine.duck import DuckEngine, write_parquet
from .schema import DEFINITIONS, INTERACTIONS
from .snapshot import Snapshot
from .table import Table, Written

FORMAT = 1


class Lake:
    """A data folder's lake: `DIR/lake`, with caches in `DIR/cache`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.engine = DuckEngine()
        root = folder / "lake"
        self.manifest = root / "versions.jsonl"
        self.interactions = Table(root / "interactions", INTERACTIONS, ("month",))
        self.definitions = Table(root / "definitions", DEFINITIONS)
        self.tables = {"interactions": self.interactions, "definitions": self.definitions}

    @classmethod
    def create(cls, folder: Path | str) -> Lake:
        """Open a data folder, making it if it is not there."""
        folder = Path(folder)
        (folder / "lake").mkdir(parents=True, exist_ok=True)
        with locked(folder / "lake" / "write.lock"):
            if not (folder / "format").exists():
                (folder / "lake" / "id").write_text(uuid.uuid4().hex)
                (folder / "format").write_text(f"{FORMAT}\n")
                flush([folder / "lake" / "id", folder / "format"])
            lake = cls.open(folder)
            for table in lake.tables.values():
                table.create()
        return lake

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
        folder = Path(folder)
        if not (folder / "format").exists():
            raise NotFound(
                "no_data_folder",
                f"There is no Heartline data in {folder}.",
                field="data",
                remedy="Import something into it first, or name another folder.",
            )
        number = int((folder / "format").read_text())
        if number > FORMAT:
            raise InvalidInput(
                "newer_format",
                f"{folder} was written by a newer Heartline (format {number}; this one reads up to {FORMAT}).",
                field="data",
                remedy="Update Heartline.",
            )
        return cls(folder)

    @cached_property
    def key(self) -> bytes:
        """The secret under which identifiers are hashed; kept outside the data folder, made on first use."""
        home = os.environ.get("HEARTLINE_KEYS") or Path.home() / ".config" / "heartline" / "keys"
        path = Path(home) / f"{(self.folder / 'lake' / 'id').read_text().strip()}.key"
        if not path.exists():
            if self.interactions.open().version() > 0:
                raise Unavailable(
                    "no_key",
                    f"The key of this data folder is not at {path}.",
                    field="data",
                    remedy="Copy it there from where the folder was made; without it people cannot be recognised.",
                )
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_hex(32))
            flush([path])
        return bytes.fromhex(path.read_text())

    def versions(self) -> list[manifest.Entry]:
        """Give all published versions, oldest first."""
        return manifest.entries(self.manifest)

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
        elif isinstance(as_of, int) or str(as_of).isdigit():
            number = int(str(as_of))
            if number > known[-1].version:
                raise NotFound(
                    "unknown_version", f"There is no version {number} yet.", field="as_of",
                    remedy=f"The newest is {known[-1].version}.",
                )  # fmt: skip
            entry = next(item for item in known if item.version == number)
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
        return Snapshot(self, entry.version, entry.time, known[-1])

    @contextmanager
    def write(self, why: str) -> Iterator[Writer]:
        """Hold the one writer; what it was given becomes a version when the block ends without an error."""
        with locked(self.folder / "lake" / "write.lock"):
            writer = Writer(self, why)
            yield writer
            writer.commit()


class Writer:
    """Collects what a version adds, then publishes it."""

    def __init__(self, lake: Lake, why: str) -> None:
        self.lake = lake
        self.why = why
        self.version = lake.versions()[-1].version + 1
        self._files: list[Written] = []
        self._definitions: list[dict[str, object]] = []
        self._batch: tuple[str, int] | None = None

    def append(self, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Add interactions in the lake's schema (`landed` is set here); give how many."""
        files = write_parquet(rows, self.lake.interactions, self.version)
        self._files += files
        return sum(file.rows for file in files)

    def define(self, kind: str, key: str, body: dict[str, object] | None, *, source: str = "code") -> None:
        """Add a definition, or with None its removal; one that is there already alike is left out."""
        text = None if body is None else msgspec.json.encode(body).decode()
        self._definitions.append({"kind": kind, "key": key, "body": text, "source": source, "landed": self.version})

    def batch(self, app: str, number: int) -> None:
        """Mark this version as an application's batch."""
        self._batch = (app, number)

    def commit(self) -> None:
        """Publish: definitions, then facts, then the manifest's line; each flushed before the next."""
        known = self.lake.versions()[-1]
        if not self._files and not self._definitions and not self._batch:
            return
        if self._definitions:
            table = self.lake.definitions
            name = table.new_name()
            pq.write_table(pa.Table.from_pylist(self._definitions, schema=DEFINITIONS), table.folder / name)
            table.append([Written(name, len(self._definitions), {})])
        if self._files or self._batch:
            self.lake.interactions.append(self._files, batch=self._batch)
        state = {name: table.open().version() for name, table in self.lake.tables.items()}
        now = max(datetime.now(UTC), known.time)
        manifest.add(self.lake.manifest, manifest.Entry(self.version, now, state, self.why))
