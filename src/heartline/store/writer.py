"""What a version adds: collected by the one writer, published as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heartline.core.errors import InvalidInput

from . import months
from .definitions import Definitions
from .log import DataFile
from .manifest import Entry
from .recovery import note
from .schema import DEFINITIONS, INTERACTIONS, OVERRIDABLE
from .steps import step
from .table import CHECKPOINT_EVERY, Commit, Table

if TYPE_CHECKING:
    from .lake import Lake

ORDER = ("definitions", "identities", "refusals", "customers", "overrides", "interactions")
"""Tables in the order in which a version commits them: facts last, since they carry the batch number."""


class Writer:
    """Collects what a version adds, then publishes it."""

    def __init__(self, lake: Lake, why: str) -> None:
        self.lake = lake
        self.why = why
        self.known = lake.manifest.newest()
        self.version = self.known.version + 1
        self.published = False
        self._files: dict[str, list[DataFile]] = {}
        self._definitions: dict[tuple[str, str], tuple[str | None, str]] = {}
        self._changed: dict[str, list[pa.ChunkedArray]] = {}
        self._batch: tuple[str, int] | None = None
        self._known_batch = False

    def append(self, rows: pa.Table | pa.RecordBatchReader) -> int:
        """Add interactions in the lake's schema (`landed` is set here), streaming; give how many.

        Raises
        ------
        InvalidInput
            `no_time` when a row does not say when it happened; nothing is written then.
        """
        batches = rows.to_batches() if isinstance(rows, pa.Table) else rows
        names = INTERACTIONS.names
        shaped = (batch.select(names).cast(INTERACTIONS) for batch in batches)
        return self.append_files(months.write(shaped, self.lake.interactions, self.version))

    def append_files(self, files: Sequence[DataFile]) -> int:
        """Add interactions that were written already, by `months.write`; give how many."""
        if files:
            self._files.setdefault("interactions", []).extend(files)
        return sum(file.rows for file in files)

    def add(self, name: str, rows: pa.Table) -> int:
        """Add rows to `identities`, `refusals`, `customers` or `overrides`; give how many.

        Columns are matched by name; `landed` is set here, what else is missing becomes null. In one version an
        identifier may change its customer once, and an interaction each of its columns once.

        Raises
        ------
        InvalidInput
            `changed_twice` when it would change twice in this version; `unknown_column` for a column that is not in
            the table's schema.
        """
        table = self.lake.tables[name]
        rows = self._shaped(table, rows)
        if not rows.num_rows:
            return 0
        if name == "customers":
            self._once("customer", rows["identifier"])
        if name == "overrides":
            for sets, part in _by_columns(rows):
                for column in sets:
                    self._once(column, part["id"])
                self._write(table, part, {"columns": "-".join(sets)})
        else:
            self._write(table, rows, {})
        return int(rows.num_rows)

    def define(self, kind: str, key: str, body: dict[str, object] | None, *, source: str = "code") -> None:
        """Add a definition, or with None its removal; one that is there already alike is left out."""
        text = None if body is None else msgspec.json.encode(body).decode()
        alike = None if text is None else msgspec.json.decode(text)
        if self._defined.all(kind).get(key) == alike:
            self._definitions.pop((kind, key), None)
        else:
            self._definitions[kind, key] = (text, source)

    def batch(self, app: str, number: int) -> bool:
        """Mark this version as an application's batch, so that sending it twice changes nothing.

        Returns
        -------
        False when that batch, or a later one, is in the lake already: then nothing of this version is written.
        """
        self._batch = (app, number)
        self._known_batch = number <= self.lake.batch_number(app)
        return not self._known_batch

    def commit(self) -> None:
        """Publish, once: the tables in their ORDER, then the line of the manifest; each flushed before the next."""
        if self.published:
            return
        if self._definitions:
            self._write(self.lake.definitions, self._defining(), {})
        taking_part = [name for name in ORDER if name in self._files or (self._batch and name == "interactions")]
        if self._known_batch:
            self.discard()
        if not taking_part or self._known_batch:
            return
        step("files written")
        for name in taking_part:
            self.lake.tables[name].flush_files(self._files.get(name, []))
        step("files flushed")
        now = max(datetime.now(UTC), self.known.time)
        entry = Entry(self.version, now, {}, self.why, self.known.folded)
        state = dict(self.known.tables)
        for name in taking_part:
            batch = self._batch if name == "interactions" else None
            change = Commit(self._files.get(name, []), batch=batch, note=note(entry, taking_part))
            state[name] = self.lake.tables[name].commit(change, after=state.get(name, 0))
            step(f"{name}: log flushed")
        self._files.clear()  # from here on they may be published, whatever happens
        self.lake.manifest.add(msgspec.structs.replace(entry, tables=state))
        self.published = True
        step("published")
        for name in taking_part:
            if state[name] % CHECKPOINT_EVERY == 0:
                self.lake.tables[name].checkpoint(state[name])

    def discard(self) -> None:
        """Give up: remove the files that nobody was told of. What logs say of them, the next writer takes back."""
        for table in self.lake.tables.values():
            table.forget()
        for name, files in self._files.items():
            table = self.lake.tables[name]
            for file in files:
                (table.folder / file.path).unlink(missing_ok=True)
        self._files.clear()

    @cached_property
    def _defined(self) -> Definitions:
        return self.lake.at().definitions

    def _defining(self) -> pa.Table:
        rows = [
            {"kind": kind, "key": key, "body": text, "source": source, "landed": self.version}
            for (kind, key), (text, source) in self._definitions.items()
        ]
        return pa.Table.from_pylist(rows, schema=DEFINITIONS)

    def _shaped(self, table: Table, rows: pa.Table) -> pa.Table:
        """Bring rows into a table's schema."""
        odd = set(rows.column_names) - set(table.rows_schema.names)
        if odd:
            raise InvalidInput(
                "unknown_column", f"{table.folder.name} has no column “{min(odd)}”.", field=min(odd),
                remedy=f"Columns: {', '.join(table.rows_schema.names)}.",
            )  # fmt: skip
        given = {name: rows[name] for name in rows.column_names if name != "landed"}
        given["landed"] = pa.array([self.version] * rows.num_rows, pa.int64())
        columns = [
            given[field.name].cast(field.type) if field.name in given else pa.nulls(rows.num_rows, field.type)
            for field in table.rows_schema
        ]
        return pa.table(columns, schema=table.rows_schema)

    def _once(self, column: str, ids: pa.ChunkedArray) -> None:
        """Refuse to change the same thing twice in a version: which came last could not be told later."""
        before = self._changed.setdefault(column, [])
        before.append(ids)
        whole = pa.chunked_array([chunk for part in before for chunk in part.chunks], pa.string())
        if pc.count_distinct(whole).as_py() < len(whole):
            raise InvalidInput(
                "changed_twice", f"“{column}” of the same row would change twice in one version.", field=column,
                remedy="Keep the last change only.",
            )  # fmt: skip

    def _write(self, table: Table, rows: pa.Table, partition: Mapping[str, str]) -> None:
        """Write rows as one file of a small table."""
        folder = "".join(f"{name}={value}/" for name, value in partition.items())
        path = folder + table.new_name()
        (table.folder / folder).mkdir(exist_ok=True)
        pq.write_table(rows, table.folder / path, compression="zstd")
        size = (table.folder / path).stat().st_size
        file = DataFile(path, rows.num_rows, partition, size, (self.version, self.version))
        self._files.setdefault(table.folder.name, []).append(file)


def _by_columns(rows: pa.Table) -> list[tuple[tuple[str, ...], pa.Table]]:
    """Split overrides by the set of columns that they change, in the schema's order: each set is kept apart on disk."""
    found: dict[tuple[str, ...], list[int]] = {}
    for position, names in enumerate(rows["sets"].to_pylist()):
        odd: set[Any] = set(names or [None]) - set(OVERRIDABLE)
        if odd:
            raise InvalidInput(
                "unknown_column", f"An override cannot change “{odd.pop()}”.", field="sets",
                remedy=f"Columns: {', '.join(OVERRIDABLE)}.",
            )  # fmt: skip
        found.setdefault(tuple(name for name in OVERRIDABLE if name in names), []).append(position)
    return [(sets, rows.take(pa.array(positions))) for sets, positions in found.items()]
