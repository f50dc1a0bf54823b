"""Medians and quantiles made of partial answers."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.understand import spread
from heartline.understand.spread import ERROR, Spread, seconds

Parts = list[list[tuple[int, int]]]
parts = st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 10**6)), max_size=30), min_size=1, max_size=5)


def whole(parts: Parts, largest: int) -> Spread:
    """Merge the spreads of partials."""
    spreads = [
        Spread.of(
            np.array([group for group, _ in part], np.int16), np.array([value for _, value in part], np.int64),
            number=6, largest=largest,
        )
        for part in parts
    ]  # fmt: skip
    return reduce(Spread.merged, spreads)


@settings(max_examples=150, deadline=None)
@given(parts, st.sampled_from([10**6, 2**62]), st.sampled_from([0.0, 0.5, 0.9, 1.0]))
def test_quantiles_are_those_of_numpy(parts: Parts, largest: int, share: float) -> None:
    """Whether a key holds group and value, or they have to stand apart."""
    found = whole(parts, largest)
    values = {group: [value for part in parts for one, value in part if one == group] for group in range(7)}
    assert found.exact
    assert found.groups().tolist() == [group for group in values if values[group]]
    assert found.count(np.arange(7)).tolist() == [len(some) for some in values.values()]
    for group, got in enumerate(found.quantile(np.arange(7), share).tolist()):
        if values[group]:
            assert got == pytest.approx(np.quantile(values[group], share))
        else:
            assert np.isnan(got)


@settings(max_examples=100, deadline=None)
@given(parts, st.sampled_from([10**6, 2**62]))
def test_beyond_the_bound_quantiles_are_within_the_stated_error(parts: Parts, largest: int) -> None:
    """However the values were cut into partials, the answer is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spread, "EXACT", 10)
        found = whole(parts, largest)
        together = whole([[pair for part in parts for pair in part], []], largest)
    groups = np.arange(6)
    number = sum(map(len, parts))
    assert found.exact == (len(parts) == 1 or number <= 10)
    for group, got in enumerate(found.quantile(groups, 0.5).tolist()):
        some = [value for part in parts for one, value in part if one == group]
        if some:
            assert got == pytest.approx(np.median(some), rel=ERROR * 1.001)
    assert found.count(groups).tolist() == together.count(groups).tolist()
    assert found.groups().tolist() == together.groups().tolist()
    if len(parts) > 1:
        assert np.array_equal(found.quantile(groups, 0.5), together.quantile(groups, 0.5), equal_nan=True)


def test_seconds_are_null_where_nothing_is_known() -> None:
    """One and a half, and nothing."""
    assert seconds(np.array([1_500_000, np.nan])) == [1.5, None]
