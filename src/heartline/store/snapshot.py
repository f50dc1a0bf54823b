"""The lake as of one version: rows, tables and definitions that landed at or before it."""

from __future__ import annotations

import weakref
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heartline.core.period import Period
from heartline.core.selection import Selection

from . import selecting
from .definitions import Definitions
from .kernel import Kernel
from .log import DataFile
from .manifest import Entry
from .overrides import concerned, relevant, with_customers, with_overrides

if TYPE_CHECKING:
    from .engine.choice import Engine
    from .lake import Lake

P = TypeVar("P")


class Snapshot:
    """What a question sees. Files are those of the newest published state; `landed` keeps later rows out.

    An expression over a snapshot is good as long as the snapshot is alive.
    """

    units: frozenset[str] | None = None
    """The only units whose rows are there; see `bounded`. None: all of them."""

    def __init__(self, lake: Lake, version: int, time: datetime, newest: Entry) -> None:
        self.lake = lake
        self.version = version
        self.time = time
        self.newest = newest

    def rows(self, *columns: str) -> ibis.Table:
        """Give the interactions with these columns only: overrides are joined when one of them needs it."""
        table = self._table("interactions", self.files("interactions"))
        if self.version < self.newest.version:
            table = table.filter(table.landed <= self.version)
        names, changes = self.override_files(columns)
        people = self.change_files("customers") if "customer" in columns else []
        if not changes and not people:
            return table.select(*columns)
        keys = [key for key, needed in (("id", changes), ("identifier", people)) if needed]
        table = table.select(*dict.fromkeys((*columns, *keys)))
        if changes:
            table = with_overrides(table, self._table("overrides", changes), names, self.version, self.newest.folded)
        if people:
            table = with_customers(table, self._table("customers", people), self.version, self.newest.folded)
        return table.select(*columns)

    def table(self, name: str) -> pa.Table:
        """Give the rows of a table other than the facts, as of this version, oldest first."""
        table = self.lake.tables[name]
        files = [pq.read_table(table.folder / file.path, partitioning=None) for file in self.files(name)]
        whole = pa.concat_tables(files) if files else table.rows_schema.empty_table()
        return whole.filter(pc.less_equal(whole["landed"], self.version)).sort_by("landed")

    def ledger(self, name: str = "identities") -> ibis.Table:
        """Give rows of `identities` or `refusals` as of this version as an expression: few are found without all."""
        table = self._table(name, self.files(name))
        return table.filter(table.landed <= self.version)

    def months(self) -> list[str]:
        """Give the months (`2017-03`, in UTC) that hold rows, oldest first."""
        return sorted({file.partition["month"] for file in self.files("interactions")})

    def files(self, name: str) -> list[DataFile]:
        """Give a table's files that hold rows of this version, or of this and later ones."""
        delta = self.newest.tables.get(name)
        if delta is None:
            return []
        return [file for file in self.lake.tables[name].state(delta).files if file.landed[0] <= self.version]

    @cached_property
    def definitions(self) -> Definitions:
        """The definitions as of this version."""
        delta = self.newest.tables.get("definitions", 0)
        key = (delta, self.version if self.version < self.newest.version else None)
        return self.lake.known_definitions(key, lambda: Definitions.read(self.table("definitions"), self.version))

    def period(self, selection: Selection) -> Period:
        """Give the days a selection is about; see `selecting.period`."""
        return selecting.period(self, selection)

    def selected(self, selection: Selection, *columns: str) -> ibis.Table:
        """Give the rows a selection picks, with these columns; see `selecting.selected`."""
        return selecting.selected(self, selection, *columns)

    def execute(self, expression: ibis.Expr) -> pa.Table:
        """Run an expression over this snapshot's tables."""
        return self.lake.engine.execute(expression)

    def fold(self, kernel: Kernel[P], *, per: str = "customer", selection: Selection | None = None) -> P:
        """Answer a question about order over whole owners: customers, or with `per="ref"` orders, bookings, tickets.

        Parameters
        ----------
        selection
            What the columns `picked` and `member` mean, where the kernel asks for them.
        """
        return self.lake.engine.fold(self, kernel, per, selection)

    def change_files(self, name: str) -> list[DataFile]:
        """Give the files of overrides or customers that can matter to this version."""
        delta = self.newest.tables.get(name)
        files = () if delta is None else self.lake.tables[name].state(delta).files
        return [file for file in files if relevant(*file.landed, self.version, self.newest.folded)]

    def override_files(self, columns: tuple[str, ...]) -> tuple[list[str], list[DataFile]]:
        """Give the asked-for columns that overrides change, and the files of those overrides."""
        wanted = concerned(columns)
        files = self.change_files("overrides") if wanted else []
        files = [file for file in files if set(file.partition["columns"].split("-")) & set(wanted)]
        changed = {name for file in files for name in file.partition["columns"].split("-")}
        return [name for name in wanted if name in changed], files

    def _table(self, name: str, files: list[DataFile]) -> ibis.Table:
        """Give files of a table as an expression; the engine may forget it with this snapshot."""
        table = self.lake.tables[name]
        engine = self.lake.engine
        view = table.label(files)
        found = engine.files(view, table.paths(files), table.rows_schema)
        weakref.finalize(self, _unneeded, weakref.ref(engine), view).atexit = False
        return found


def _unneeded(engine: weakref.ref[Engine], view: str) -> None:
    """Tell the engine that a snapshot is gone; a strong hold on it would keep both, and their open files, for ever."""
    there = engine()
    if there is not None:
        there.drop(view)
