"""We and they, number by number, as textbooks and other libraries have it."""

from __future__ import annotations

from math import sqrt

import pytest
from scipy import stats

from heartline.listen.intervals import Sums, alone
from heartline.listen.reviews.comparing import Apart, corrected, means, shares, tells


def of(hits: int, n: int) -> Sums:
    return alone([1.0] * hits + [0.0] * (n - hits))


def test_two_shares_lie_apart_as_newcombe_and_pearson_say() -> None:
    """Newcombe (1998), example (a), method 10: 56 of 70 against 48 of 80."""
    found = shares(of(56, 70), of(48, 80))
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert found.p == pytest.approx(stats.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue)


def test_few_that_are_expected_are_fisher_s() -> None:
    assert shares(of(1, 25), of(6, 25)).p == pytest.approx(stats.fisher_exact([[1, 24], [6, 19]]).pvalue)
    assert shares(of(0, 25), of(0, 30)).p == 1.0
    assert shares(of(9, 19), of(9, 40)).p is None
    assert shares(of(0, 0), of(9, 40)) == Apart()


def test_two_means_lie_apart_by_their_standard_errors() -> None:
    ours, theirs = alone([4.0, 5.0] * 20), alone([3.0, 5.0] * 20)
    found, z = means(ours, theirs), 0.5 / sqrt(0.25 / 39 + 1 / 39)
    assert (found.difference, found.p) == pytest.approx((0.5, 2 * stats.norm.sf(z)))
    assert means(alone([4.0] * 20), alone([4.0] * 20)).p == 1.0
    assert means(alone([4.0] * 20), alone([3.0] * 20)).p == 0.0
    assert means(alone([4.0, 5.0] * 9), theirs).p is None


def test_who_is_higher_is_told_after_holm_only() -> None:
    assert corrected([0.01, None, 0.04, 0.03]) == [pytest.approx(0.03), None, pytest.approx(0.06), pytest.approx(0.06)]
    assert [tells(Apart(0.2), 0.049), tells(Apart(-0.2), 0.0), tells(Apart(0.2), 0.05), tells(Apart(0.2), None)] == [
        "ours", "theirs", "", "",
    ]  # fmt: skip
