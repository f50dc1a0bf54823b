"""Rows that another touchpoint takes by a rule, moved as they land."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.supposing import Move

Marks = npt.NDArray[np.bool_]


def moved(columns: Mapping[str, pa.Array | str | None], moves: Iterable[Move]) -> dict[str, pa.DictionaryArray]:
    """Give touchpoint, about and stage of rows after moves; only those that change.

    Parameters
    ----------
    columns
        What the moves look at and change; a text stands for the same in every row.
    """
    there = dict(columns)
    made: dict[str, pa.DictionaryArray] = {}
    for move in moves:
        chosen = np.ones(len(_texts(there["touchpoint"])), np.bool_)
        for name, values in move.where:
            chosen &= _is_in(there.get(name), values, len(chosen))
        here = chosen & _is_in(there["touchpoint"], (move.touchpoint,), len(chosen))
        judging = chosen & _is_in(there["about"], (move.touchpoint,), len(chosen))
        changes: dict[str, tuple[Marks, str | None]] = {"touchpoint": (here, move.to), "about": (judging, move.to)}
        if move.stage is not None:
            staged = here & _is_in(there["stage"], (move.from_stage or "",), len(chosen))
            changes["stage"] = (staged, move.stage or None)
        for name, (marks, value) in changes.items():
            if marks.any():
                texts = pc.if_else(pa.array(marks), pa.scalar(value, pa.string()), _texts(there[name]))
                there[name] = made[name] = texts.dictionary_encode()
    return made


def _texts(column: pa.Array | str | None) -> pa.Array:
    assert isinstance(column, pa.Array)
    return column.cast(pa.string())


def _is_in(column: pa.Array | str | None, values: Sequence[str], rows: int) -> Marks:
    """Tell which rows hold one of some texts; nothing counts as the empty one."""
    if not isinstance(column, pa.Array):
        return np.full(rows, (column or "") in values, np.bool_)
    found: Marks = pc.is_in(pc.fill_null(_texts(column), ""), pa.array(values, pa.string())).to_numpy(
        zero_copy_only=False
    )
    return found
