"""Where those who answer are happier than those who do not, the correction finds what all of them think."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from heartline.listen.honest.nonresponse import Correction, Known, Refusal, corrected, errors
from heartline.listen.honest.raking import OutOfReach, raked
from heartline.listen.honest.weighing import kish

from .planted import World, outcome, truth, world


def test_in_hundred_worlds_bias_falls_by_seven_tenths_and_intervals_cover() -> None:
    made = [outcome(world(seed)) for seed in range(1, 101)]
    right = truth()
    assert min(one.raw - one.everybody for one in made) > 0.08  # the bias is there in every world
    assert sum(one.mended >= 0.7 for one in made) >= 95
    assert 92 <= sum(one.covers(right) for one in made) <= 98


def test_the_error_is_what_leaving_people_out_says_it_is() -> None:
    """Against a jackknife of 40 groups; of something that who answers depends on, and that no margin holds."""
    made = world(11, 3_000)
    columns, values, group = made.known.columns[:, :3], 3 * made.known.columns[:, 1], np.arange(3_000) % 40

    def found(kept: npt.NDArray[np.bool_]) -> tuple[Correction, float]:
        one = corrected(Known(columns[kept], (), ()), made.answers[kept])
        assert isinstance(one, Correction)
        return one, float(one.weights @ values[kept] / one.weights.sum())

    whole, _ = found(np.ones(3_000, bool))
    answered = made.answers.astype(float)
    (error,) = errors(whole, (answered * values)[:, None], answered[:, None])
    without = np.array([found(group != one)[1] for one in range(40)])
    assert error == pytest.approx(np.sqrt(39 * without.var()), rel=0.1)


def test_whoever_answers_by_chance_alone_needs_no_correction() -> None:
    made = world(3)
    heads = np.random.default_rng(4).random(len(made.boxes)) < 0.3
    found = corrected(made.known, heads)
    assert isinstance(found, Correction)
    assert abs(found.auc - 0.5) < 0.03
    assert found.effective > 0.97 * found.answered
    weights = found.weights[heads]
    raw, value = made.boxes[heads].mean(), weights @ made.boxes[heads] / weights.sum()
    assert value == pytest.approx(raw, abs=0.02)


def test_weights_add_up_to_everyone_asked_in_every_margin() -> None:
    made = world(5)
    found = corrected(made.known, made.answers)
    assert isinstance(found, Correction)
    for codes in made.known.margins:
        assert np.bincount(codes, found.weights) == pytest.approx(np.bincount(codes), rel=1e-4)
    assert found.weights[~made.answers].sum() == 0
    assert (found.asked, found.answered) == (len(made.boxes), made.answers.sum())
    assert found.effective == pytest.approx(kish(found.weights[made.answers]))
    assert found.apart < 0.05 < found.apart_before


def test_a_part_of_those_asked_of_whom_nobody_answered_is_not_guessed_at() -> None:
    made = world(6)
    silent = made.known.margins[-1] == 2  # a fifth of all, who never answer
    found = corrected(made.known, made.answers & ~silent)
    assert isinstance(found, Refusal)
    assert found.code == "unlike"
    assert found.share > 0.15


def test_few_answers_are_refused_and_so_are_few_who_did_not() -> None:
    made = world(7, 400)
    few = np.arange(400) < 49
    assert corrected(made.known, few) == Refusal("too_few_answered", 400, 49)
    assert corrected(made.known, ~few) == Refusal("too_few_silent", 400, 351)


def test_answers_that_would_have_to_stand_for_all_others_are_refused() -> None:
    """Two kinds of people; of the second, half of all, three answer: each would stand for seven hundred."""
    kind = np.arange(4_000) % 2
    answers = (kind == 0) | (np.arange(4_000) < 6)
    found = corrected(Known(kind[:, None].astype(float), ("kind",), (kind,)), answers)
    assert isinstance(found, Refusal)
    assert found.code in ("few_carry", "unlike", "apart")


def test_an_unknown_trait_is_not_corrected_and_nothing_pretends_it_is() -> None:
    """Who had it bad answers less; where that is not known, most of the bias stays."""
    made = world(8)
    kept = [place for place in range(made.known.columns.shape[1]) if place != 6]
    blind = Known(
        made.known.columns[:, kept], made.known.names[:-1], (*made.known.margins[:3], *made.known.margins[4:])
    )
    assert outcome(replace(made, known=blind)).mended < outcome(made).mended - 0.2


def test_large_weights_are_cut_and_counted() -> None:
    dice = np.random.default_rng(9)
    lean = dice.normal(0, 1, 20_000)
    answers = dice.random(20_000) < 1 / (1 + np.exp(-(-1 + 1.6 * lean)))
    found = corrected(Known(lean[:, None], ("lean",), ()), answers)
    assert isinstance(found, Correction | Refusal)
    if isinstance(found, Correction):
        assert found.cut > 0
        assert found.weights.max() <= 10 * found.weights[answers].mean() * 1.5


def test_errors_are_those_of_the_plain_mean_where_nothing_is_known() -> None:
    dice = np.random.default_rng(10)
    values, answers = dice.normal(5, 2, 5_000), dice.random(5_000) < 0.5
    found = corrected(Known(np.zeros((5_000, 0)), (), ()), answers)
    assert isinstance(found, Correction)
    given = np.where(answers, values, 0.0)[:, None]
    spread = errors(found, given, answers.astype(float)[:, None])
    assert spread[0] == pytest.approx(values[answers].std() / np.sqrt(answers.sum()), rel=0.01)


def test_raking_reaches_its_margins_or_says_that_it_cannot() -> None:
    groups = [np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])]
    made = raked(np.ones(4), groups, [np.array([30.0, 70.0]), np.array([60.0, 40.0])])
    assert made == pytest.approx([18, 12, 42, 28], rel=1e-5)
    with pytest.raises(OutOfReach):
        raked(np.ones(2), [np.array([0, 0])], [np.array([1.0, 1.0])])


@pytest.mark.parametrize("seed", [11, 12])
def test_the_same_answers_have_the_same_weights(seed: int) -> None:
    made: World = world(seed, 2_000)
    first, second = corrected(made.known, made.answers), corrected(made.known, made.answers)
    assert isinstance(first, Correction)
    assert isinstance(second, Correction)
    assert (first.weights == second.weights).all()
