"""Raking: weights brought to known margins (Deming & Stephan 1940), each group in turn until all fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .weighing import Codes, Floats

SWEEPS = 500
CLOSE = 1e-6


class OutOfReach(Exception):
    """The margins contradict each other for the people there are."""


def raked(weights: Floats, groups: Sequence[Codes], totals: Sequence[Floats]) -> Floats:
    """Give weights whose sums by group are the totals, as near to the given ones as can be.

    Parameters
    ----------
    groups
        For each margin the group of every person, numbered from 0.
    totals
        For each margin what the weights of each group shall add up to; the margins have the same sum.

    Raises
    ------
    OutOfReach
        Where a group without people has a total, or the sweeps do not settle.
    """
    made = weights.astype(float).copy()
    for _ in range(SWEEPS):
        worst = 0.0
        for codes, wanted in zip(groups, totals, strict=True):
            sums = np.bincount(codes, made, minlength=len(wanted))
            if ((sums <= 0) & (wanted > 0)).any():
                raise OutOfReach
            factors = np.divide(wanted, sums, out=np.ones(len(wanted)), where=sums > 0)
            worst = max(worst, float(np.abs(factors - 1).max(initial=0.0)))
            made *= factors[codes]
        if worst < CLOSE:
            return made
    raise OutOfReach


def indicators(groups: Sequence[Codes], sizes: Sequence[int]) -> Floats:
    """Give a column of 1 and 0 for every group of every margin."""
    columns = [codes == one for codes, size in zip(groups, sizes, strict=True) for one in range(size)]
    return np.column_stack(columns).astype(float) if columns else np.zeros((0, 0))
