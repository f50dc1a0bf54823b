"""Expected answers follow the lived rate, are as uncertain as it is, and their intervals hold."""

from __future__ import annotations

import numpy as np
import pytest

from heartline.listen.surveys.expecting import Expected, expected, together


def test_the_more_was_lived_the_closer_the_interval() -> None:
    guess, little, much = expected(100, 0, 0), expected(100, 20, 8), expected(100, 10_000, 4_000)
    assert guess.answers == pytest.approx(10)  # one in ten, before anybody was asked
    assert little.answers == pytest.approx(100 * 9 / 30)
    assert much.answers == pytest.approx(40, abs=0.1)
    assert much.high - much.low < little.high - little.low
    assert expected(0, 50, 5) == Expected(0, 0.0, 0, 0, 0.0)


def test_groups_add_up_and_their_interval_is_closer_than_the_sum() -> None:
    parts = [expected(200, 300, 60), expected(50, 40, 2)]
    whole = together(parts)
    assert whole.asked == 250
    assert whole.answers == pytest.approx(parts[0].answers + parts[1].answers)
    assert parts[0].low + parts[1].low < whole.low < whole.answers < whole.high < parts[0].high + parts[1].high
    assert together(parts[:1]) == parts[0]


def test_in_95_of_100_worlds_the_answers_lie_between() -> None:
    draw = np.random.default_rng(5)
    rates = draw.beta(1, 9, 2_000)
    lived = draw.binomial(80, rates)
    came = draw.binomial(150, rates)
    found = [expected(150, 80, int(one)) for one in lived]
    inside = np.mean([one.low <= number <= one.high for one, number in zip(found, came, strict=True)])
    assert 0.94 <= inside <= 0.99  # numbers of people are whole, so it is a little more
