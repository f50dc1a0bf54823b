"""The rows behind numbers about trips: the trips themselves, each with whose it is, when, and its path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.kernel import Array, Columns
from heartline.store.schema import MOMENT
from heartline.store.snapshot import Snapshot

from .question import Question, Walked, fold

ARROW = " > "
"""Stands between the steps of a path that is written as one text."""


@dataclass(frozen=True)
class Wanted:
    """Which trips to list: each condition that is set must hold.

    Parameters
    ----------
    through
        A touchpoint that is on their path.
    path
        The whole path.
    standing
        The touchpoint of their last step.
    reached, open
        Whether they reached the goal; whether they are open.
    """

    through: str | None = None
    path: tuple[str, ...] | None = None
    standing: str | None = None
    reached: bool | None = None
    open: bool | None = None

    def mask(self, walked: Walked) -> Array:
        """Tell which trips are wanted."""
        keep = np.ones(len(walked.trips), np.bool_)
        if self.reached is not None:
            keep &= (walked.goal >= 0) == self.reached
        if self.open is not None:
            keep &= walked.trips.open == self.open
        if self.through is not None:
            before = np.concatenate(([0], np.cumsum(walked.touchpoint == code_of(walked.names, self.through))))
            keep &= before[walked.first[1:]] > before[walked.first[:-1]]
        if self.standing is not None:
            keep &= walked.touchpoint[walked.first[1:] - 1] == code_of(walked.names, self.standing)
        if self.path is not None:
            keep &= walked.lengths == len(self.path)
            for place, name in enumerate(self.path):
                left = np.flatnonzero(keep)
                keep[left] = walked.touchpoint[walked.first[left] + place] == code_of(walked.names, name)
        return keep


def code_of(names: tuple[str, ...], name: str | None) -> int:
    """Give a name's code; −2, which no row has, where the name is on none."""
    return names.index(name) if name in names else -2


def trip_rows(snapshot: Snapshot, question: Question, wanted: Wanted = Wanted()) -> pa.Table:
    """List trips: owner, customer, start, end, path, steps, reached_goal, goal_steps, goal_s, open, duration_s."""
    return fold(snapshot, question, partial(_listed, wanted=wanted), both)


def with_value(table: pa.Table, value: str | Callable[[pa.Table], pa.Array] | int) -> pa.Table:
    """Add what each row brings to the number: a column of its own, or something computed."""
    if callable(value):
        return table.append_column("value", value(table))
    if isinstance(value, int):
        return table.append_column("value", pa.array(np.full(table.num_rows, value)))
    return table.append_column("value", table[value])


def on_path(*path: str) -> Callable[[pa.Table], pa.Array]:
    """Give 1 for trips on a path, 0 for others."""
    return lambda table: pc.equal(table["path"], ARROW.join(path)).cast(pa.int8())


def _listed(columns: Columns, *, question: Question, wanted: Wanted) -> pa.Table:
    walked = Walked(columns, question)
    return listed(walked, np.flatnonzero(wanted.mask(walked)))


def listed(walked: Walked, keep: Array) -> pa.Table:
    """Give some of the walked trips, by their places, as a table."""
    columns, trips = walked.columns, walked.trips.chosen(keep)
    goal, first = walked.goal[keep], walked.first[:-1][keep]
    reached = goal >= 0
    duration = walked.duration_us[keep]
    goal_us = np.zeros(len(keep))
    goal_us[reached] = walked.time[goal[reached]] - trips.start[reached]
    return pa.table(
        {
            "owner": pa.array(columns.owners(trips.owner), pa.string()),
            "customer": pa.array(columns.customers(walked.customer[keep]), pa.string()),
            "start": pa.array(trips.start, pa.int64()).cast(MOMENT),
            "end": pa.array(trips.start + duration, pa.int64()).cast(MOMENT),
            "path": _written(walked, keep),
            "steps": pa.array(walked.lengths[keep], pa.int64()),
            "reached_goal": pa.array(reached),
            "goal_steps": pa.array(np.where(reached, goal - first + 1, 0), pa.int64(), mask=~reached),
            "goal_s": pa.array(goal_us / 1e6, mask=~reached),
            "open": pa.array(trips.open),
            "duration_s": pa.array(duration / 1e6),
        }
    )


def _written(walked: Walked, keep: Array) -> pa.Array:
    """Write paths as texts."""
    names = pa.array(walked.names, pa.string()).take(pa.array(walked.touchpoint))
    paths = pa.ListArray.from_arrays(pa.array(walked.first, pa.int32()), names)
    return pc.binary_join(paths.take(pa.array(keep)), ARROW)


def both(one: pa.Table, other: pa.Table) -> pa.Table:
    """Join the rows of other owners."""
    return pa.concat_tables([one, other])
