"""A difference of differences, by hand: whoever answered before and after stands behind it once."""

from __future__ import annotations

import pyarrow as pa
import pytest
from scipy import stats

from heartline.listen.employees.differing import differed


def test_whoever_answered_at_both_times_counts_once() -> None:
    """Of the trained, one rose from 0.1 to 0.6, one from 0.3 to 0.4; both others from 0 to 0.2."""
    felt = {("trained", "p"): (1.0, 6.0), ("trained", "q"): (3.0, 4.0),
            ("others", "r"): (0.0, 2.0), ("others", "s"): (0.0, 2.0)}  # fmt: skip
    rows = [
        {"who": who, "time": when, "unit": "berlin", "person": person, "n": 10, "s": total}
        for (who, person), sums in felt.items() for when, total in zip(("then", "now"), sums, strict=True)
    ]  # fmt: skip
    found = differed(pa.Table.from_pylist(rows))
    half = stats.t.ppf(0.975, 1) * 0.2  # each part of the trained is 0.1 off: 2 · (0.1² + 0.1²) = 0.2²
    effect = found.effect
    assert (effect.value, effect.low, effect.high) == pytest.approx((0.1, 0.1 - half, 0.1 + half))
    assert (effect.n, found.by_unit, found.few, found.parted) == (80, False, False, False)
    assert found.earlier.value is None
