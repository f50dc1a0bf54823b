"""Scales as in DEFINITIONS: their ends, their boxes, and the feeling an answer stands for."""

import pytest

from heartline.core.scales import SCALES, Scale


@pytest.mark.parametrize(
    ("scale", "score", "feeling"),
    [
        ("nps", 0, -1),
        ("nps", 5, 0),
        ("nps", 10, 1),
        ("stars5", 3, 0),
        ("stars5", 4, 0.5),
        ("ces7", 7, 1),
        ("yesno", 0, -1),
    ],
)
def test_feeling_is_linear_between_the_ends(scale: str, score: float, feeling: float) -> None:
    assert SCALES[scale].feeling(score) == feeling


def test_a_scale_that_runs_the_other_way_turns_feeling_round() -> None:
    effort = Scale("ces1", 1, 5, "mean", low_is_good=True)
    assert (effort.feeling(1), effort.feeling(5)) == (1, -1)


def test_zero_is_an_answer_on_nps_and_none_on_stars() -> None:
    assert SCALES["nps"].holds(0)
    assert not SCALES["stars5"].holds(0)
    assert not SCALES["nps"].holds(11)
