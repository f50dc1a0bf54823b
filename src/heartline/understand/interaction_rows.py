"""Interactions behind numbers about trips: those in none, those at a touchpoint, and those that follow another."""

from __future__ import annotations

from functools import partial

import numpy as np
import pyarrow as pa

from heartline.store.kernel import Array, Columns
from heartline.store.schema import MOMENT
from heartline.store.snapshot import Snapshot

from .question import Question, Walked, fold
from .trip_rows import both, code_of


def outside_rows(snapshot: Snapshot, question: Question) -> pa.Table:
    """List the interactions that the selection is about; `value` is 1 for those in no trip."""
    return fold(snapshot, question, _outside, both, "id")


def step_rows(snapshot: Snapshot, question: Question, start: str | None = None, end: str | None = None) -> pa.Table:
    """List the interactions that follow another one in their trip; `value` is the time between, in seconds.

    Parameters
    ----------
    start, end
        Only those from this touchpoint, to this touchpoint.
    """
    return fold(snapshot, question, partial(_steps, start=start, end=end), both, "id")


def rows_at(snapshot: Snapshot, question: Question, at: str, then: str | None) -> pa.Table:
    """List the steps of trips at a touchpoint; `value` is 1 for those that a step at `then` follows."""
    return fold(snapshot, question, partial(_at, at=at, then=then), both, "id")


def _outside(columns: Columns, *, question: Question) -> pa.Table:
    walked = Walked(columns, question)
    rows = np.flatnonzero(walked.asked)
    return _rows(columns, rows).append_column("value", pa.array(walked.outside[rows].astype(np.int8)))


def _steps(columns: Columns, *, question: Question, start: str | None, end: str | None) -> pa.Table:
    walked = Walked(columns, question)
    follows = np.flatnonzero(walked.trip[1:] == walked.trip[:-1]) if len(walked.trip) else np.zeros(0, np.int64)
    for step, name in ((0, start), (1, end)):
        if name is not None:
            follows = follows[walked.touchpoint[follows + step] == code_of(walked.names, name)]
    after = follows + 1 if walked.rows is None else walked.rows[follows + 1]
    names = pa.array(walked.names, pa.string())
    table = _rows(columns, after)
    table = table.append_column("from", names.take(pa.array(walked.touchpoint[follows])))
    return table.append_column("value", pa.array((walked.time[follows + 1] - walked.time[follows]) / 1e6))


def _at(columns: Columns, *, question: Question, at: str, then: str | None) -> pa.Table:
    walked = Walked(columns, question)
    here = np.flatnonzero(walked.touchpoint == code_of(walked.names, at))
    after = np.zeros(len(walked.trip), np.int8)
    after[:-1] = (walked.touchpoint[1:] == code_of(walked.names, then)) & (walked.trip[1:] == walked.trip[:-1])
    rows = here if walked.rows is None else walked.rows[here]
    return _rows(columns, rows).append_column("value", pa.array(after[here]))


def _rows(columns: Columns, rows: Array) -> pa.Table:
    names = pa.array(columns.names("touchpoint"), pa.string())
    return pa.table(
        {
            "id": pa.array(columns.ids(rows), pa.string()),
            "occurred_at": pa.array(columns.time[rows], pa.int64()).cast(MOMENT),
            "owner": pa.array(columns.owners(columns.owner[rows]), pa.string()),
            "customer": pa.array(columns.customers(columns.customer[rows]), pa.string()),
            "touchpoint": names.take(pa.array(columns.touchpoint[rows])),
        }
    )
