"""Answers that were read a moment ago: a page asks several things of the same ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock
from typing import Any

from heartline.core.selection import Selection
from heartline.store.bounded import BoundedSnapshot
from heartline.store.snapshot import Snapshot

from .codebook import Codebook
from .sheet import Sheet, sheet
from .withholding import refuse_narrowing

MOST, LONGEST = 2, 400_000
"""How many sheets are kept, and of how many answers at most."""
FILTERS = ("segment", "unit", "channel", "stage", "touchpoint", "product", "category")

_kept: OrderedDict[tuple[Any, ...], Sheet] = OrderedDict()
_turn = Lock()


def read(snapshot: Snapshot, book: Codebook, selection: Selection) -> Sheet:
    """Give a survey's answers, as they were read before where nothing landed since and nobody was erased.

    Of an anonymous survey all of time counts, and no filter is taken that cuts people out; a unit's answers are a part
    of those that count as a whole.

    Raises
    ------
    Forbidden
        `anonymous`.
    """
    if book.anonymous:
        refuse_narrowing(selection)
        return _part(snapshot, _read(snapshot, book, replace(selection, period="all", unit=())), selection.unit)
    return _read(snapshot, book, selection)


def _part(snapshot: Snapshot, whole: Sheet, units: Sequence[str]) -> Sheet:
    """Give the answers of some units of an anonymous survey: a part of those that count, so no difference tells."""
    return whole.within(snapshot.definitions.units_below(units)) if units else whole


def _read(snapshot: Snapshot, book: Codebook, selection: Selection) -> Sheet:
    if type(snapshot) not in (Snapshot, BoundedSnapshot):  # definitions or places are supposed to be others
        return sheet(snapshot, book, selection)
    units = None if snapshot.units is None else tuple(sorted(snapshot.units))
    filters = tuple(getattr(selection, name) for name in FILTERS)
    of = type(snapshot.lake.engine).__name__, str(snapshot.lake.folder), units
    when = snapshot.version, snapshot.newest.version, snapshot.time, str(snapshot.period(selection))
    key = (*of, *when, book.key, *filters)
    with _turn:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = sheet(snapshot, book, selection)
    if len(made.names) <= LONGEST:
        with _turn:
            _kept[key] = made
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return made
