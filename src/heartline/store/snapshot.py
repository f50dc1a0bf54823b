"""The lake as of one version: rows and definitions that landed at or before it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from .definitions import Definitions
from .manifest import Entry
from .schema import DEFINITIONS, INTERACTIONS

if TYPE_CHECKING:
    from .lake import Lake


class Snapshot:
    """What a question sees. Files are those of the newest published state; `landed` keeps later rows out."""

    def __init__(self, lake: Lake, version: int, time: datetime, newest: Entry) -> None:
        self.lake = lake
        self.version = version
        self.time = time
        self.newest = newest

    def rows(self, *columns: str) -> ibis.Table:
        """Give the interactions with these columns only: overrides are joined when one of them needs it."""
        delta = self.newest.tables.get("interactions", 0)
        files = self.lake.interactions.files(delta) if self.newest.version else []
        table = self.lake.engine.files(f"interactions_{delta}", files, INTERACTIONS)
        if self.version < self.newest.version:
            table = table.filter(table.landed <= self.version)
        return table.select(*columns)

    @cached_property
    def definitions(self) -> Definitions:
        """The definitions as of this version."""
        delta = self.newest.tables.get("definitions", 0)
        files = self.lake.definitions.files(delta) if self.newest.version else []
        tables = [pq.read_table(file) for file in files]
        return Definitions.read(pa.concat_tables(tables) if tables else DEFINITIONS.empty_table(), self.version)

    def execute(self, expression: ibis.Expr) -> pa.Table:
        """Run an expression over this snapshot's tables."""
        return self.lake.engine.execute(expression)
