"""Small shops are drawn to what shops are like; large ones stay where they are."""

from __future__ import annotations

import numpy as np
import pytest

from heartline.listen.honest.pooling import Group, pooled
from heartline.listen.intervals import Z


def test_three_groups_tell_nothing_of_how_groups_differ() -> None:
    assert pooled([Group(0.5, 9, 9.0, 0.2)] * 3) is None


def test_groups_that_chance_explains_are_all_alike() -> None:
    groups = [Group(mean, 10, 10.0, 0.25) for mean in (0.45, 0.5, 0.55, 0.5, 0.5, 0.5, 0.5, 0.5)]
    found = pooled(groups)
    assert found is not None
    assert found.means == pytest.approx([0.5] * 8, abs=0.02)
    assert found.drawn == pytest.approx([5 / 7] * 8)


def test_groups_of_one_size_are_drawn_by_the_part_that_chance_explains() -> None:
    """Variance between them 0.025, of which 0.01 is chance: (5 − 3)/(5 − 1) · 0.01/0.025 is drawn (Morris 1983)."""
    away = np.array([-0.2, -0.1, 0.0, 0.1, 0.2])
    found = pooled([Group(0.2 + one, 51, 51.0, 0.5) for one in away])
    assert found is not None
    assert found.drawn == pytest.approx([0.2] * 5)
    assert found.means == pytest.approx(0.2 + 0.8 * away)
    assert found.halves == pytest.approx(Z * np.sqrt(0.01 * (1 - 4 / 5 * 0.2) + (0.2 * away) ** 2))


def test_a_small_group_is_drawn_further_than_a_large_one() -> None:
    sizes = [4, 1_000, 1_000, 1_000, 1_000]
    means = [1.0, 0.1, -0.1, 0.3, -0.3]
    found = pooled([Group(mean, n, float(n), 0.5) for mean, n in zip(means, sizes, strict=True)])
    assert found is not None
    assert found.drawn[0] > 10 * found.drawn[1]
    assert found.means[0] < 0.9
    assert found.means[1:] == pytest.approx(means[1:], abs=0.01)
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(5))
    assert found.shares @ np.array(means) == pytest.approx(found.means)


def test_one_answer_has_the_spread_of_all_answers() -> None:
    found = pooled([Group(1.0, 1, 1.0, 0.0), *(Group(0.0, 50, 50.0, 0.5) for _ in range(6))])
    assert found is not None
    assert found.means[0] < 0.6
    assert found.halves[0] > found.halves[1]


def test_pooled_means_are_nearer_and_their_intervals_hold() -> None:
    """200 companies of 20 shops with 5 to 60 answers: the error falls; 93 to 97 in 100 intervals hold the truth."""
    dice = np.random.default_rng(1)
    raw, drawn, held = [], [], []
    for _ in range(200):
        truths, sizes = dice.normal(0.3, 0.15, 20), dice.integers(5, 60, 20)
        groups = []
        for truth, size in zip(truths, sizes, strict=True):
            answers = dice.normal(truth, 0.8, size)
            groups.append(Group(float(answers.mean()), int(size), float(size), float(answers.var())))
        found = pooled(groups)
        assert found is not None
        raw.append(np.square([group.mean for group in groups] - truths))
        drawn.append(np.square(found.means - truths))
        held.append(np.abs(found.means - truths) <= found.halves)
    assert np.mean(drawn) < 0.75 * np.mean(raw)
    assert 0.93 <= np.mean(held) <= 0.97
