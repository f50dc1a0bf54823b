"""What erasing asks of the embedded engine: which rows are to go, which files hold them, and those files without them.

Who is to go stands in the table `gone`, the refs that are theirs alone in `refs`, the names of the interactions that
go in `ids`. Rows of others that name somebody who goes (they were held to be one person once) keep everything else:
there the name becomes another one that means nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from heartline.store.log import DataFile
from heartline.store.table import Table

from .write import connect, data_file, quoted

NOBODY = "erased"
"""The kind of the names that stand where somebody was."""
OURS = "identifier IN (SELECT name FROM gone)"
EITHER = '("left" IN (SELECT name FROM gone) OR "right" IN (SELECT name FROM gone))'
NOBODY_KNOWN = "(identifier IS NULL AND (customer IN (SELECT name FROM gone) OR ref IN (SELECT ref FROM refs)))"


@dataclass(frozen=True)
class Aged:
    """Interactions that are older than they may become: all that happened before a moment, of a kind, of a source."""

    before: datetime
    kind: str | None = None
    source: str | None = None

    @property
    def condition(self) -> str:
        """The condition on interactions."""
        parts = [f"occurred_at < TIMESTAMPTZ {quoted(self.before.isoformat())}"]
        parts += [f"kind = {quoted(self.kind)}"] if self.kind else []
        parts += [f"source = {quoted(self.source)}"] if self.source else []
        return f"({' AND '.join(parts)})"


class Sieve:
    """Finds and leaves out what is to be erased; a database of its own, whose memory and spill go with it."""

    def __init__(self, spill: Path) -> None:
        self.connection = connect(spill)
        self.connection.execute("CREATE TABLE gone (name VARCHAR, alias VARCHAR)")
        self.connection.execute("CREATE TABLE refs (ref VARCHAR)")
        self.connection.execute("CREATE TABLE ids (id VARCHAR)")
        self._rows = "false"

    def close(self) -> None:
        """Give everything back."""
        self.connection.close()

    def set_people(self, names: Iterable[str]) -> None:
        """Say which identifiers are to go."""
        known = sorted(set(names))
        aliases = [f"{NOBODY}:{secrets.token_hex(16)}" for _ in known]
        table = pa.table({"name": pa.array(known, pa.string()), "alias": pa.array(aliases, pa.string())})
        self.connection.register("asked", table)
        self.connection.execute("CREATE OR REPLACE TABLE gone AS SELECT * FROM asked")
        self.connection.unregister("asked")
        self._rows = f"({OURS} OR {NOBODY_KNOWN})"

    def find_refs(self, interactions: Sequence[str]) -> frozenset[str]:
        """Find the refs in these files that are theirs and no other known person's."""
        self.connection.execute("DELETE FROM refs")
        if not interactions:
            return frozenset()
        rows = _read(interactions)
        self.connection.execute(f"INSERT INTO refs SELECT DISTINCT ref FROM {rows} WHERE {OURS} AND ref IS NOT NULL")
        self.connection.execute(
            f"DELETE FROM refs WHERE ref IN (SELECT ref FROM {rows} "
            f"WHERE ref IN (SELECT ref FROM refs) AND identifier IS NOT NULL AND NOT ({OURS}))"
        )
        return frozenset(row[0] for row in self.connection.execute("SELECT ref FROM refs").fetchall())

    def set_aged(self, rules: Sequence[Aged]) -> None:
        """Say which interactions are too old."""
        self._rows = " OR ".join(rule.condition for rule in rules) or "false"

    def gather_ids(self, interactions: Sequence[str]) -> int:
        """Note the names of all interactions that go, and give how many these are."""
        self.connection.execute("DELETE FROM ids")
        if not interactions:
            return 0
        self.connection.execute(f"INSERT INTO ids SELECT id FROM {_read(interactions)} WHERE {self._rows}")
        found = self.connection.execute("SELECT count(*) FROM ids").fetchone()
        return int(found[0]) if found else 0

    def count(self, interactions: Sequence[str]) -> int:
        """Count the interactions that would go."""
        if not interactions:
            return 0
        found = self.connection.execute(f"SELECT count(*) FROM {_read(interactions)} WHERE {self._rows}").fetchone()
        return int(found[0]) if found else 0

    def goes(self, table: str) -> str:
        """Give the condition for the rows of a table that go."""
        return {
            "interactions": f"({self._rows})",
            "overrides": "id IN (SELECT id FROM ids)",
            "identities": EITHER,
            "refusals": EITHER,
            "customers": OURS,
        }[table]

    def concerned(self, table: Table, files: Sequence[DataFile]) -> Mapping[str, int]:
        """Give the files that have to be written anew, by path, with the number of rows that go."""
        if not files:
            return {}
        goes = self.goes(table.folder.name)
        names = " OR ".join(f"{column} IN (SELECT name FROM gone)" for column in _NAMING.get(table.folder.name, ()))
        touched = f"{goes} OR {names}" if names else goes
        found = self.connection.execute(
            f"SELECT filename, count(*) FILTER (WHERE {goes}) FROM "
            f"{_read(table.paths(files), filename=True)} WHERE {touched} GROUP BY filename"
        ).fetchall()
        return {str(Path(name).relative_to(table.folder)): int(rows or 0) for name, rows in found}

    def write(self, table: Table, files: Sequence[DataFile], order: Sequence[str], file_bytes: int) -> list[DataFile]:
        """Write files of one partition anew, sorted, without what goes."""
        name = table.folder.name
        partition = dict(files[0].partition)
        columns = ", ".join(self._column(name, column) for column in table.rows_schema.names)
        by = ", ".join(f'"{column}" NULLS LAST' for column in order)
        query = f"SELECT {columns} FROM {_read(table.paths(files))} WHERE ({self.goes(name)}) IS NOT TRUE ORDER BY {by}"
        folder = table.folder.joinpath(*(f"{key}={value}" for key, value in partition.items()))
        prefix = "sorted-" if name == "interactions" else "part-"
        pattern = prefix + table.new_name().removeprefix("part-").removesuffix(".parquet")
        done = self.connection.execute(
            f"COPY ({query}) TO {quoted(folder)} (FORMAT parquet, COMPRESSION zstd, FILE_SIZE_BYTES {file_bytes}, "
            f"FILENAME_PATTERN '{pattern}-{{i}}', OVERWRITE_OR_IGNORE, RETURN_STATS)"
        ).fetchall()
        for row in done:
            if row[1] == 0:
                Path(row[0]).unlink()
        return [data_file(table, row, partition) for row in done if row[1]]

    def _column(self, table: str, column: str) -> str:
        """Write a column; one that may name somebody who goes gets another name there."""
        if column not in _NAMING.get(table, ()):
            return f'"{column}"'
        return f'coalesce((SELECT first(alias) FROM gone WHERE name = "{column}"), "{column}") AS "{column}"'


_NAMING = {"interactions": ("customer",), "customers": ("customer", "was")}
"""Columns in which a row of somebody else may name one who goes."""


def _read(files: Sequence[str], *, filename: bool = False) -> str:
    listed = ", ".join(quoted(file) for file in files)
    return f"read_parquet([{listed}], hive_partitioning = false, filename = {str(filename).lower()})"
