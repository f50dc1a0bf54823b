"""A kernel so plain that its answer can be counted by hand: which touchpoint directly follows which."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np

from heartline.store.kernel import Columns, Kernel

Pairs = Counter[tuple[str, str]]


def count(columns: Columns) -> Pairs:
    """Count pairs of neighbours inside each owner, over steps only."""
    steps = columns.kept(columns.touchpoint >= 0)
    names = steps.names("touchpoint")
    same = np.flatnonzero(steps.owner[1:] == steps.owner[:-1])
    return Counter((names[steps.touchpoint[row]], names[steps.touchpoint[row + 1]]) for row in same)


def add(one: Pairs, other: Pairs) -> Pairs:
    """Add the counts of other owners."""
    return one + other


FOLLOWS = Kernel(("touchpoint",), count, add)


def by_hand(rows: Iterable[dict[str, Any]], owner: str) -> Pairs:
    """Count the same in plain Python."""
    paths: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: (row["occurred_at"], row["seq"], row["id"])):
        if row[owner] is not None and row["touchpoint"] is not None and row["kind"] != "assignment":
            paths.setdefault(row[owner], []).append(row["touchpoint"])
    return Counter(pair for path in paths.values() for pair in itertools.pairwise(path))
