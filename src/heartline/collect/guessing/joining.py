"""Which columns of several files speak of the same things."""

from __future__ import annotations

from itertools import combinations

from . import names
from .looking import Looker
from .plan import Column, Join, Table

RANK = {"ref": 0, "id": 1, "person": 2, "product": 3, "unit": 4, "product_category": 5, "keep": 6}
SAME_NAME, OTHER_NAME = 0.02, 0.5
"""Shares of values found on the other side from which two columns join: little is enough where their names are one."""
PAIRS = 40


def joins(looker: Looker, tables: list[Table]) -> list[Join]:
    """Give for every two tables the best pair of columns that joins them, if there is one."""
    made: list[Join] = []
    budget = iter(range(PAIRS * max(1, len(tables))))
    for left, right in combinations(tables, 2):
        for one, other, same in _pairs(left, right):
            if next(budget, None) is None:
                return made
            share = max(
                looker.share(left.name, one.name, right.name, other.name),
                looker.share(right.name, other.name, left.name, one.name),
            )
            if share >= (SAME_NAME if same else OTHER_NAME):
                _agree(one, other)
                made.append(Join(left.name, one.name, right.name, other.name, share))
                break
    return made


def _pairs(left: Table, right: Table) -> list[tuple[Column, Column, bool]]:
    """Give pairs worth a look, the likeliest first."""
    found = []
    for one in left.columns:
        for other in right.columns:
            same = names.plain(one.name) == names.plain(other.name)
            uses = {one.use, other.use}
            alike = one.use == other.use and one.use in ("ref", "person", "product")
            found_by_value = bool(uses & {"ref", "person", "product"}) and _named(one) and _named(other)
            if (same and uses <= RANK.keys() and (_named(one) or _named(other))) or alike or found_by_value:
                rank = min(RANK[use] for use in uses) + (0 if same else 0.2 if alike else 0.5)
                found.append((rank, one, other, same))
    return [(one, other, same) for _rank, one, other, same in sorted(found, key=lambda pair: pair[0])][:PAIRS]


def _named(column: Column) -> bool:
    """Tell whether a column's values can be names of things: short, many, and no small numbers."""
    seen = column.profile
    small = seen.sure_number and (not seen.whole or (seen.high or 0) < 1_000)
    return column.use in RANK and seen.distinct >= 20 and seen.words < 1.5 and not seen.time and not small


def _agree(one: Column, other: Column) -> None:
    """Let what is known of one side hold for the other where that has no use yet."""
    for source, target in ((one, other), (other, one)):
        if target.use in ("keep", "id") and source.use in ("ref", "person", "product") and target.use != source.use:
            unlike = target.use == "id" and target.profile.unlike > 0.9 and source.use != "ref"
            if not unlike:
                target.use, target.detail = source.use, source.detail
