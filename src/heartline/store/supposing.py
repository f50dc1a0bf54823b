"""What answers would be if definitions, or the places of rows, were others: asked without writing anything.

    other = lake.supposing(definitions, [Move("call", to="complaint", where=(("channel", ("phone",)),))])
    verb(other, spec)

Everything is read as it is; only the snapshots that such a lake gives carry the supposed definitions, and relabel rows
as they are read. Nothing that is supposed reaches a cache: the path index is that of the true rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar, cast

import ibis
import numpy as np

from heartline.core.scales import Scale
from heartline.core.selection import Selection

from .definitions import Definitions
from .kernel import CODED, Array, Columns, Kernel
from .snapshot import Snapshot

P = TypeVar("P")

NARROW = ("channel", "kind", "unit", "product", "source")
"""Columns by which a move may pick some of a touchpoint's rows; both engines' kernels can read them."""


@dataclass(frozen=True)
class Move:
    """Rows at one touchpoint that are really at another, and what judges the one judging the other.

    Parameters
    ----------
    touchpoint
        Where the rows are.
    to
        Where they belong; None leaves them.
    where
        Only rows with one of these values: column of NARROW, values.
    stage
        The stage of the rows then, empty for none; None leaves it as it is.
    from_stage
        Only rows at this stage get the new one, empty: those without a stage; None: all.
    """

    touchpoint: str
    to: str | None = None
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    stage: str | None = None
    from_stage: str | None = None


@dataclass(frozen=True)
class Supposition:
    """Definitions in place of those that are written, moves of rows, and scales that answers are read on anew."""

    definitions: Definitions
    moves: tuple[Move, ...] = ()
    scales: tuple[Scale, ...] = ()

    def seen(self, snapshot: Snapshot) -> Snapshot:
        """Give a snapshot as it would be."""
        return Supposed(snapshot, self)


class Supposed(Snapshot):
    """A snapshot with other definitions, and with rows as they would be placed."""

    def __init__(self, true: Snapshot, supposition: Supposition) -> None:
        super().__init__(true.lake, true.version, true.time, true.newest)
        self.supposition = supposition
        self.true = Snapshot(true.lake, true.version, true.time, true.newest)
        self.__dict__["definitions"] = self.true.__dict__["definitions"] = supposition.definitions

    def rows(self, *columns: str) -> ibis.Table:
        """Give the interactions as they would be placed and read."""
        moves = self.supposition.moves if {"touchpoint", "about", "stage"} & set(columns) else ()
        scales = self.supposition.scales if "feeling" in columns else ()
        needed = [name for move in moves for name, _ in move.where]
        needed += ["touchpoint", "about", "stage"] if moves else []
        needed += ["scale", "score"] if scales else []
        table = self.true.rows(*dict.fromkeys((*columns, *needed)))
        for move in moves:
            table = moved(table, move)
        for scale in scales:
            table = rescaled(table, scale)
        return table.select(*columns)

    def fold(self, kernel: Kernel[P], *, per: str = "customer", selection: Selection | None = None) -> P:
        """Answer a question about order over the true rows, each piece changed before the kernel sees it."""
        moves = tuple(move for move in self.supposition.moves if move.to is not None)
        scales = self.supposition.scales if "feeling" in kernel.columns else ()
        if moves or scales:
            needed = [name for move in moves for name, _ in move.where]
            needed += ["touchpoint"] if moves else []
            needed += ["scale", "score"] if scales else []
            changed = partial(_changed, moves, scales, kernel.partial)
            kernel = replace(kernel, columns=tuple(dict.fromkeys((*kernel.columns, *needed))), partial=changed)
        return self.lake.engine.fold(self.true, kernel, per, selection)


def moved(table: ibis.Table, move: Move) -> ibis.Table:
    """Give rows with a move made; the table has touchpoint, about, stage and what the move looks at."""
    chosen = ibis.literal(True)
    for name, values in move.where:
        chosen &= table[name].fill_null("").isin(values)
    here = (table.touchpoint.fill_null("") == move.touchpoint) & chosen
    changed = {}
    if move.stage is not None:
        staged = here if move.from_stage is None else here & (table.stage.fill_null("") == move.from_stage)
        changed["stage"] = ibis.ifelse(staged, _text(move.stage), table.stage)
    if move.to is not None:
        judging = (table.about.fill_null("") == move.touchpoint) & chosen
        changed["about"] = ibis.ifelse(judging, ibis.literal(move.to), table.about)
        changed["touchpoint"] = ibis.ifelse(here, ibis.literal(move.to), table.touchpoint)
    return table.mutate(**changed)


def _text(value: str) -> ibis.Value:
    return ibis.literal(value) if value else ibis.null("string")


def rescaled(table: ibis.Table, scale: Scale) -> ibis.Table:
    """Give rows with the feelings that answers on a scale would have; the table has scale, score and feeling."""
    on_it = (table.scale.fill_null("") == scale.key) & table.score.notnull()
    holds = (table.score >= scale.low) & (table.score <= scale.high)
    felt = ibis.ifelse(holds, scale.feeling(table.score), ibis.null("float64"))
    return table.mutate(feeling=ibis.ifelse(on_it, felt, table.feeling))


def _changed(moves: Iterable[Move], scales: Iterable[Scale], answer: Callable[[Columns], P], columns: Columns) -> P:
    """Ask a kernel about columns whose touchpoints were moved and feelings read anew."""
    arrays, names = dict(columns.arrays), {name: columns.names(name) for name in CODED if name in columns}
    for move in moves:
        chosen = np.ones(len(columns), np.bool_)
        for name, values in move.where:
            chosen &= np.isin(arrays[name], [_code(names[name], value) for value in values])
        for name in ("touchpoint", "about"):
            if name in arrays:
                _relabel(arrays, names, name, move, chosen)
    for scale in scales:
        on_it = (arrays["scale"] == _code(names["scale"], scale.key)) & ~np.isnan(arrays["score"])
        score, feeling = arrays["score"], cast("Callable[[Array], Array]", scale.feeling)
        felt = np.where((score >= scale.low) & (score <= scale.high), feeling(score), np.nan)
        arrays["feeling"] = np.where(on_it, felt, arrays["feeling"])
    return answer(columns.like(arrays, names))


def _relabel(arrays: dict[str, Array], names: Mapping[str, list[str]], column: str, move: Move, chosen: Array) -> None:
    known = names[column]
    here = chosen & (arrays[column] == _code(known, move.touchpoint))
    assert move.to is not None
    if move.to not in known:
        known.append(move.to)
    arrays[column] = np.where(here, np.int32(known.index(move.to)), arrays[column].astype(np.int32))


def _code(names: list[str], name: str) -> int:
    """Give a name's code; one that no row has, where there is none (−1 is a row without a name)."""
    return names.index(name) if name in names else -2
