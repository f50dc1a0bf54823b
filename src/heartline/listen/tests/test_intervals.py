"""Intervals agree with the literature, and with what must hold of any interval."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.listen.intervals import Sums, alone, apart, mean_interval, nps_interval, welch, wilson


def of_people(answers: dict[str, list[float]]) -> Sums:
    """Sum answers by person, the long way."""
    totals, counts = [sum(values) for values in answers.values()], [len(values) for values in answers.values()]
    flat = [value for values in answers.values() for value in values]
    return Sums(
        len(flat),
        sum(flat),
        sum(value**2 for value in flat),
        len(answers),
        sum(total**2 for total in totals),
        sum(total * count for total, count in zip(totals, counts, strict=True)),
        sum(count**2 for count in counts),
    )


def test_nps_of_50_promoters_and_30_detractors_in_100_as_rocks_2016() -> None:
    low, high = nps_interval(0.5, 0.3, 100)
    assert (round(low or 0, 1), round(high or 0, 1)) == (2.7, 36.2)


def test_plain_wald_of_the_same_is_17_1() -> None:
    """The definition's first check: variance of one answer p + d − (p − d)²."""
    assert round(196 * ((0.5 + 0.3 - 0.2**2) / 100) ** 0.5, 1) == 17.1


def test_wilson_of_8_in_10_as_printed_in_textbooks() -> None:
    low, high = wilson(0.8, 10)
    assert (round(low or 0, 4), round(high or 0, 4)) == (0.4902, 0.9433)


def test_without_answers_nothing_is_claimed() -> None:
    assert wilson(0.0, 0) == (None, None)
    assert nps_interval(0, 0, 0) == (None, None)
    assert mean_interval(alone([4.0])) == (None, None)
    assert welch(alone([]), alone([1.0, 2.0])) == (None, None, None)


def test_the_standard_error_of_single_answers_is_the_usual_one() -> None:
    values = [1.0, 2.0, 2.0, 5.0, 4.0]
    assert alone(values).error == pytest.approx(np.std(values, ddof=1) / np.sqrt(5))


def test_ten_equal_answers_of_each_person_count_as_one() -> None:
    once = of_people({"alice": [1], "bob": [5], "charlie": [4]})
    often = of_people({"alice": [1] * 10, "bob": [5] * 10, "charlie": [4] * 10})
    assert often.error == pytest.approx(once.error)
    assert often.n == 30
    assert often.effective == pytest.approx(2)  # three people's spread, estimated with G/(G−1), against n's


def test_people_who_agree_with_nobody_else_cap_what_is_known() -> None:
    assert of_people({"alice": [5, 5], "bob": [5]}).effective == 2


shares = st.floats(0, 1)


@settings(max_examples=60, deadline=None)
@given(shares, st.integers(1, 10_000))
def test_wilson_holds_its_share_within_0_and_1(share: float, n: int) -> None:
    low, high = wilson(share, n)
    assert low is not None
    assert high is not None
    assert 0 <= low <= share <= high <= 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=200))
def test_nps_and_its_interval_stay_within_100_points(answers: list[int]) -> None:
    p, d = (sum(hit) / len(answers) for hit in ([a >= 9 for a in answers], [a <= 6 for a in answers]))
    low, high = nps_interval(p, d, len(answers))
    assert low is not None
    assert high is not None
    assert -100 <= low <= high <= 100
    assert -100 <= 100 * (p - d) <= 100


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.floats(-1, 1), min_size=1, max_size=5), min_size=2, max_size=20))
def test_nobody_knows_more_than_all_answers_tell(people: list[list[float]]) -> None:
    sums = of_people({str(number): values for number, values in enumerate(people)})
    assert 0 < sums.effective <= sums.n


def wilson_ends(share: float, n: float) -> tuple[float, float]:
    low, high = wilson(share, n)
    assert low is not None
    assert high is not None
    return low, high


def test_a_difference_takes_its_limits_from_both_sides() -> None:
    assert apart(30, (26, 35), 10, (7, 12)) == pytest.approx((20, 20 - sqrt(20), 20 + sqrt(34)))
    newcombe = apart(56 / 70, wilson_ends(56 / 70, 70), 48 / 80, wilson_ends(48 / 80, 80))
    assert newcombe == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)  # his example (a)
