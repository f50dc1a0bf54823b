"""Charts keep their false-alarm rate in planted worlds, and see what was planted."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from scipy import stats

from heartline.listen.alerting.charting import LEARN, NEW_USUAL, Limits, angle, charted, limits, rate, run_length

from .planted import scored

TEN = limits(rate(52, 10, 7))
"""For ten series by days: one false alarm in 52 weeks over all of them."""


def test_the_average_runs_as_long_as_the_literature_says() -> None:
    """Lucas & Saccucci (1990), table 3: λ = 0.2, L = 2.962 gives 500 values in the mean."""
    assert run_length(2.962) == pytest.approx(500, rel=0.02)


def test_one_sided_limits_are_nearer() -> None:
    either, falls = limits(1e-4), limits(1e-4, "falls")
    assert falls.single < either.single
    assert falls.average < either.average
    assert falls.beyond(-9, 0)
    assert not falls.beyond(9, 9)


def test_each_limit_may_use_half_of_the_false_alarms() -> None:
    made = limits(0.001)
    assert 2 * NormalDist().cdf(-made.single) == pytest.approx(0.0005)
    assert run_length(made.average) == pytest.approx(2_000)
    assert NormalDist().cdf(-limits(0.001, "falls").single) == pytest.approx(0.0005)


def test_a_value_is_held_against_what_its_past_predicts() -> None:
    """With as many answers each time, z is that of Student's t about the mean of the angles before."""
    n, means = np.full(LEARN + 1, 50.0), np.append([0.50, 0.54] * (LEARN // 2), 0.44)
    last = charted(n, n * means, n * means, TEN)[-1]
    *before, x = angle(means, n)
    t = (x - np.mean(before)) / (np.std(before, ddof=1) * sqrt(1 + 1 / LEARN))
    assert last.z == pytest.approx(stats.norm.ppf(stats.t.cdf(t, LEARN - 1)))
    assert last.z is not None
    assert last.z < -3
    for end, z in ((last.low, -TEN.single), (last.high, TEN.single)):
        assert end is not None
        means[-1] = end
        assert charted(n, n * means, n * means, TEN)[-1].z == pytest.approx(z)


def test_what_stays_outside_for_long_is_the_new_usual() -> None:
    after = NEW_USUAL + 3
    n, means = np.full(LEARN + after, 50.0), np.append([0.50, 0.54] * (LEARN // 2), [0.2] * after)
    points = charted(n, n * means, n * means, TEN)
    assert [point.outside for point in points] == [False] * LEARN + [True] * NEW_USUAL + [False] * 3
    assert [point.begins for point in points].index(True) == LEARN
    assert [point.z for point in points[-3:]] == [None] * 3  # it learns


@pytest.mark.parametrize(("a_day", "mood"), [(15, 0.0), (60, 0.3)])
def test_quiet_series_alarm_no_more_often_than_was_said(a_day: float, mood: float) -> None:
    """Twenty series for 400 days: 2.2 false alarms are allowed."""
    rng = np.random.default_rng(5)
    charts = [charted(*scored(rng, 400, a_day, mood), TEN) for _ in range(20)]
    assert sum(point.begins for chart in charts for point in chart) <= 3
    z = np.array([point.z for chart in charts for point in chart if point.z is not None])
    assert len(z) > 3_000
    assert abs(z.mean()) < 0.05
    assert z.std() == pytest.approx(1, abs=0.08)


def test_a_fall_is_seen_within_days_and_is_the_new_usual_later() -> None:
    rng = np.random.default_rng(7)
    delays = []
    for _ in range(10):
        points = charted(*scored(rng, 400, 30, falls_on=200, by=0.12), TEN)
        delays.append(next(point.slot.last for point in points if point.outside and point.slot.last >= 200) - 199)
        assert not points[-1].outside, "learnt as the new usual"
    assert np.median(delays) <= 8
    assert max(delays) <= 20


def test_nothing_is_said_while_it_is_learnt() -> None:
    points = charted(*scored(np.random.default_rng(1), 60, 30), TEN)
    assert [point.z is None for point in points].index(False) == LEARN
    assert all(point.usual is None for point in points[:LEARN])
    late = points[-1]
    assert late.low is not None
    assert late.usual is not None
    assert late.high is not None
    assert 0 <= late.low < late.usual < late.high <= 1


def test_days_with_few_answers_are_counted_together() -> None:
    n = np.full(40, 3.0)
    points = charted(n, n * 0.5, n * 0.5, Limits(3, 3))
    assert [(point.slot.first, point.slot.last, point.slot.n) for point in points[:2]] == [(0, 3, 12), (4, 7, 12)]
    assert len(charted(n, n * 1.0, n * 1.0, Limits(3, 3))) < len(points), "what is rare needs more of them"


def test_what_comes_back_is_inside_again() -> None:
    rng = np.random.default_rng(3)
    n, total, squares = scored(rng, 200, 40)
    low = scored(rng, 200, 40, falls_on=0, by=0.4)
    for place in range(100, 104):
        n[place], total[place], squares[place] = (sums[place] for sums in low)
    points = charted(n, total, squares, TEN)
    outside = [point.slot.first for point in points if point.outside]
    assert 100 <= outside[0] <= 101
    assert max(outside) < 125
    assert sum(point.begins for point in points) == 1
