"""A planted knee is found where it was planted, and none is found where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from heartline.store.kernel import Array
from heartline.understand.knee import knee, moments


def points(seed: int, n: int, bend: float, at: float = 600.0, slope: float = 0.0) -> tuple[Array, Array]:
    """Wait some minutes; feel 0.5 plus noise, minus `bend` for each second beyond the knee."""
    random = np.random.default_rng(seed)
    wait = random.uniform(0, 1800, n)
    feeling = 0.5 + slope * wait - bend * np.maximum(0, wait - at) + random.normal(0, 0.3, n)
    return wait, feeling


def found(wait: Array, feeling: Array) -> object:
    return knee(moments(wait, feeling, np.zeros(len(wait), np.int64), 1)[0])


def test_a_planted_knee_lies_in_its_interval() -> None:
    inside = 0
    for seed in range(40):
        one = knee(moments(*points(seed, 2000, 0.001), np.zeros(2000, np.int64), 1)[0])
        assert one is not None
        assert 400 < one.at_s < 800
        assert one.n == 2000
        inside += one.low_s * 0.96 <= 600 <= one.high_s * 1.04  # a bin is 3.7 % wide
    assert inside >= 36


def test_a_straight_line_has_no_knee() -> None:
    told = [found(*points(seed, 1000, 0.0, slope=-0.0003)) for seed in range(200)]
    assert sum(one is not None for one in told) <= 4


def test_a_rise_beyond_a_point_is_no_loss_of_patience() -> None:
    assert found(*points(1, 2000, -0.001)) is None


def test_few_points_cannot_tell() -> None:
    assert found(*points(1, 99, 0.01)) is None
    assert found(np.zeros(500), np.zeros(500)) is None
    assert found(np.full(500, 60.0), np.linspace(-1, 1, 500)) is None


def test_points_may_be_gathered_in_any_parts() -> None:
    wait, feeling = points(3, 3000, 0.001)
    group = np.arange(3000) % 2
    both = moments(wait, feeling, group, 2)
    parts = [moments(wait[half], feeling[half], group[half], 2) for half in (slice(0, 1000), slice(1000, 3000))]
    assert both == pytest.approx(parts[0] + parts[1])


def test_the_fit_is_that_of_all_points_where_the_knee_is_a_bin_s_edge() -> None:
    """The moments of bins lose nothing: at the knee found, no other edge fits the points themselves better."""
    wait, feeling = points(5, 500, 0.0015)
    one = knee(moments(wait, feeling, np.zeros(500, np.int64), 1)[0])
    assert one is not None

    def left(at: float) -> float:
        design = np.stack([np.ones(500), wait, np.maximum(0, wait - at)], axis=1)
        return float(np.linalg.lstsq(design, feeling, rcond=None)[1][0])

    edges = np.geomspace(1, 1e8, 512)
    edges = edges[(edges > np.quantile(wait, 0.15)) & (edges < np.quantile(wait, 0.85))]
    assert left(one.at_s) == pytest.approx(min(left(edge) for edge in edges), rel=1e-9)
