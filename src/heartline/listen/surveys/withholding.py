"""Anonymous surveys: what would tell of fewer than five answers is withheld, also by difference.

Answers are taken in the order in which they landed, and only whole fives of them count: of 23 answers the first 20.
A part of them, such as a unit, is again cut to whole fives of what counts. So whatever is subtracted, an earlier
answer from a later one or parts from the whole, stands for none or for at least five answers. Cells of a table that
stand for fewer than five are withheld, and others with them, until no row and no column tells them by its total.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from heartline.core.employees import FEWEST
from heartline.core.errors import Forbidden
from heartline.core.selection import Selection

Places = npt.NDArray[np.intp]
NARROWS = ("period", "compare", "segment", "channel", "stage", "touchpoint", "product", "category")
"""Filters that cut people out as finely as one likes."""


def whole_fives(places: Places) -> Places:
    """Keep whole fives of answers that stand in the order in which they landed."""
    return places[: len(places) // FEWEST * FEWEST]


def refuse_narrowing(selection: Selection) -> None:
    """Refuse filters by which few people could be cut out of an anonymous survey.

    Raises
    ------
    Forbidden
        `anonymous`.
    """
    for name in NARROWS:
        if getattr(selection, name) not in (None, (), "all"):
            raise refused(name)


def refused(field: str) -> Forbidden:
    """Say that something cannot be asked of an anonymous survey."""
    return Forbidden(
        "anonymous", "Nobody is to be told from the answers of this survey: they are shown together.", field=field,
        remedy="Ask for all of time; parts of the company may be shown beside each other.",
    )  # fmt: skip


def hidden_cells(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Say which cells of a table are withheld, its totals being shown.

    Those with one to four answers; and in every row and column in which cells are withheld, the next smallest, until
    two or more stand for at least five.
    """
    hidden = (counts > 0) & (counts < FEWEST)
    changed = True
    while changed:
        changed = False
        for axis in (0, 1):
            for line in range(counts.shape[axis]):
                cells, gone = (counts[line], hidden[line]) if axis == 0 else (counts[:, line], hidden[:, line])
                more = _next(cells, gone)
                if more is not None:
                    gone[more] = True
                    changed = True
    return hidden


def _next(cells: Sequence[int] | npt.NDArray[np.int64], gone: npt.NDArray[np.bool_]) -> int | None:
    """Give the cell of a line that is to be withheld, too; None where the line keeps its secret."""
    cells = np.asarray(cells)
    if not gone.any() or (gone.sum() >= 2 and cells[gone].sum() >= FEWEST) or gone.all():
        return None
    left = np.flatnonzero(~gone)
    return int(left[np.argmin(cells[left])])
