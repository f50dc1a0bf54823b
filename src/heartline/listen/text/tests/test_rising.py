"""What rises is found; and in quiet weeks we cry wolf as rarely as we say."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from heartline.listen.text.rising import THEMES_ALARMS, WORDS_ALARMS, limit, rising, rising_words, scatter, z_scores


def between(found: int, of: int) -> tuple[float, float]:
    """Give the 99.9 % interval of a share (Wilson)."""
    share, z = found / of, 3.29
    centre, half = (share + z * z / (2 * of)), z * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (centre - half) / (1 + z * z / of), (centre + half) / (1 + z * z / of)


def test_z_is_standard_whatever_the_mean() -> None:
    dice = np.random.default_rng(7)
    for mean in (4.0, 20.0, 200.0):
        late, before = dice.poisson(mean, 40_000), dice.poisson(8 * mean, 40_000)
        z = z_scores(late.astype(float), before.astype(float), 1000, 8000)
        assert abs(z.mean()) < 0.1
        assert z.std() == pytest.approx(1, abs=0.03)


def test_z_is_that_of_the_angle() -> None:
    """10 of 100 of late, 10 of 800 before: 2 · √20.5 · (arcsin √½ − arcsin √⅑)."""
    found = z_scores(np.array([10.0, 0.0]), np.array([10.0, 0.0]), 100, 800)
    assert found == pytest.approx([2 * sqrt(20.5) * (np.pi / 4 - np.arcsin(1 / 3)), 0.0])


def test_in_quiet_weeks_themes_rise_falsely_as_often_as_stated() -> None:
    """2,000 quiet looks at 20 themes of very different size: one in twenty calls any of them rising."""
    dice = np.random.default_rng(11)
    usual = np.geomspace(3, 300, 20)
    looks = 2000
    alarms = 0
    for _ in range(looks):
        found = rising([""] * 20, dice.poisson(usual).astype(float), dice.poisson(8 * usual).astype(float), 1000, 8000)
        alarms += sum(one.rising for one in found)
    low, high = between(alarms, looks)
    assert low <= THEMES_ALARMS <= high, alarms / looks


def test_weeks_that_scatter_more_than_chance_raise_no_more_alarms() -> None:
    """Each event makes three people write: without the scatter of the weeks before there would be many alarms."""
    dice = np.random.default_rng(12)
    usual = np.geomspace(6, 60, 20)
    naive = kept = 0
    for _ in range(500):
        weeks = (3.0 * dice.poisson(usual[:, None] / 3, (20, 9))).astype(np.float64)
        texts = np.full(9, 900.0)
        late, before = weeks[:, 8], weeks[:, :8]
        how = scatter(before, texts[:8])
        naive += sum(one.rising for one in rising([""] * 20, late, before.sum(axis=1), 900, 7200))
        kept += sum(one.rising for one in rising([""] * 20, late, before.sum(axis=1), 900, 7200, scattered=how))
    assert naive / 500 > 0.25
    assert kept / 500 <= 0.1


def test_a_theme_that_doubles_is_found_and_one_that_halves_is_not_rising() -> None:
    doubled, halved, same = rising(["a", "b", "c"], np.array([60.0, 15, 30]), np.array([240.0, 240, 240]), 500, 4000)
    assert (doubled.rising, halved.rising, same.rising) == (True, False, False)
    assert halved.z < -2 < 0 < doubled.z
    assert abs(same.z) < 0.5


def test_the_limit_grows_with_what_is_looked_at() -> None:
    assert limit(1, 0.05) == pytest.approx(1.645, abs=0.001)
    assert limit(20, 0.05) == pytest.approx(2.807, abs=0.001)
    assert limit(0, 0.9) == 0


def test_nothing_rises_where_there_is_nothing_to_compare_with() -> None:
    assert not any(one.rising for one in rising(["a"], np.array([9.0]), np.array([0.0]), 100, 0))
    assert scatter(np.zeros((0, 5)), np.ones(5)) == 1
    assert scatter(np.ones((2, 2)), np.ones(2)) == 1


def spoken(dice: np.random.Generator, words: list[str], weights: np.ndarray, texts: int) -> list[str]:
    """Make texts of ten words drawn by their weights."""
    drawn = dice.choice(len(words), (texts, 10), p=weights)
    return [" ".join(words[place] for place in row) for row in drawn]


def test_a_burst_of_new_words_is_found_and_quiet_weeks_stay_quiet() -> None:
    """15 of 300 texts speak of something new: found in nearly every world, with few false words beside it."""
    dice = np.random.default_rng(5)
    words = [
        "".join(dice.choice(list("bdfgklmnprst"), 2)) + f"{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)
    ]
    weights = 1 / np.arange(1, 601)
    weights /= weights.sum()
    worlds, found, false = 20, 0, 0
    for _ in range(worlds):
        before, late = spoken(dice, words, weights, 2400), spoken(dice, words, weights, 300)
        late = [f"{text} quorbix" if place < 15 else text for place, text in enumerate(late)]
        up = rising_words(late, before)
        found += "quorbix" in [one.what for one in up]
        false += sum(one.what != "quorbix" for one in up)
    assert found >= worlds - 1
    assert false / worlds <= WORDS_ALARMS + 0.35
