"""The lake as somebody sees it who may see some units only: rows of other units are not there at all.

Whatever is asked of it, by whatever verb, is answered as if the lake held the rows of these units and no others:
filters, segments, trips, people, default periods and the keys that errors name. See docs/adr/0026.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any, TypeVar

import ibis
import numpy as np

from heartline.core.errors import Forbidden
from heartline.core.result import Result
from heartline.core.selection import Selection

from .definitions import Definitions
from .kernel import Columns, Kernel
from .lake import Lake
from .selecting import matching
from .snapshot import Snapshot
from .writer import Writer

P = TypeVar("P")


class BoundedLake(Lake):
    """A lake of some units; it shares files, engine and caches with the whole one, and cannot be written.

    Parameters
    ----------
    whole
        The lake.
    units
        Keys of the units that may be seen, each by itself: what is below them must be among them.
    """

    def __init__(self, whole: Lake, units: frozenset[str]) -> None:
        vars(self).update(vars(whole))
        self.whole = whole
        self.units = units

    def at(self, as_of: int | str | datetime | None = None) -> Snapshot:
        """Give the units' rows as of a version number or a moment; see `Lake.at`."""
        found = super().at(as_of)
        bounded = BoundedSnapshot(self, found.version, found.time, found.newest)
        bounded.units = self.units
        return bounded

    def known_definitions(self, key: tuple[int, int | None], read: Callable[[], Definitions]) -> Definitions:
        """Give definitions that were read before; see `Lake.known_definitions`."""
        return self.whole.known_definitions(key, read)

    def cached(self, name: str, spec: Mapping[str, Any], make: Callable[[], Result]) -> Result:
        """Give the answer that was given before to whoever may see the same units; see `Lake.cached`."""
        return super().cached(name, {**spec, "within": sorted(self.units)}, make)

    @contextmanager
    def write(self, why: str) -> Iterator[Writer]:
        """Refuse: what is written concerns the whole company.

        Raises
        ------
        Forbidden
            `bounded_lake`, always.
        """
        raise Forbidden(
            "bounded_lake", f"Who sees some units only cannot write: {why}.", remedy="Ask an administrator."
        )
        yield  # a context manager, as the whole lake's


class BoundedSnapshot(Snapshot):
    """One version of some units. Engines make others of this class for themselves; without `units` they are whole."""

    @cached_property
    def definitions(self) -> Definitions:
        """The definitions, without units and events of others."""
        found = Snapshot(self.lake, self.version, self.time, self.newest).definitions
        if self.units is None:
            return found
        own = self.units
        units = {key: body for key, body in found.all("unit").items() if key in own}
        events = {key: body for key, body in found.all("event").items() if body.get("unit") in (None, *own)}
        return replace(found, by_kind={**found.by_kind, "unit": units, "event": events})

    def rows(self, *columns: str) -> ibis.Table:
        """Give the units' interactions with these columns; see `Snapshot.rows`."""
        if self.units is None:
            return super().rows(*columns)
        table = super().rows(*dict.fromkeys((*columns, "unit")))
        return matching(self, table, {"unit": sorted(self.units)}).select(*columns)

    def months(self) -> list[str]:
        """Give the months (`2017-03`, in UTC) that hold rows of the units, oldest first."""
        if self.units is None:
            return super().months()
        return list(self._months)

    @cached_property
    def _months(self) -> tuple[str, ...]:
        rows = self.rows("occurred_at")
        found = self.execute(rows.select(month=rows.occurred_at.strftime("%Y-%m")).distinct())
        return tuple(sorted(found["month"].to_pylist()))

    def fold(self, kernel: Kernel[P], *, per: str = "customer", selection: Selection | None = None) -> P:
        """Answer a question about order over the units' rows; see `Snapshot.fold`."""
        if self.units is not None:
            columns = tuple(dict.fromkeys((*kernel.columns, "unit")))
            kernel = Kernel(columns, partial(_within, self.units, kernel.partial), kernel.merge)
        return super().fold(kernel, per=per, selection=selection)


def _within(units: frozenset[str], work: Callable[[Columns], P], columns: Columns) -> P:
    """Let a kernel see the rows of some units only."""
    wanted = np.array([*(name in units for name in columns.names("unit")), False], np.bool_)
    keep = wanted[columns.unit]
    return work(columns if keep.all() else columns.kept(keep))
