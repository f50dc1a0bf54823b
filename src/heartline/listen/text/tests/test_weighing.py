"""What was learnt from ratings counts as far as it proved right, and as far as a text is like the rated ones."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from heartline.listen.text import familiar, keeping, weighing
from heartline.listen.text.familiar import Familiar
from heartline.listen.text.learning import HALF, Blend, Learning, Learnt, Texts, learn
from heartline.listen.text.prior import Seeded
from heartline.listen.text.seeds import shipped
from heartline.listen.text.tests.toy import Toy, said

RNG = np.random.default_rng(0)


def test_the_usual_way_stays_unless_ratings_speak_clearly_for_another() -> None:
    feelings = np.where(RNG.random(400) < 0.5, 1.0, -1.0)
    noise, good = RNG.normal(size=400), feelings + RNG.normal(size=400)
    assert weighing.chosen({"blend": noise, "prior": good}, feelings) == "prior"
    assert weighing.chosen({"blend": good, "prior": noise}, feelings) == "blend"
    assert weighing.chosen({"blend": good + 0.01 * noise, "prior": good}, feelings) == "blend", "as good as the same"


def test_far_texts_are_strange_and_near_ones_familiar() -> None:
    centres = RNG.normal(size=(4, 16))
    near = centres[np.arange(400) % 4] + 0.3 * RNG.normal(size=(400, 16))
    far = -near
    unit = [(one / np.linalg.norm(one, axis=1, keepdims=True)).astype(np.float32) for one in (near, far)]
    made = familiar.learnt(unit[0], np.arange(400) % 5)
    assert made is not None
    assert made.of(unit[0]).mean() > 0.85
    assert not made.of(unit[1]).any()
    assert made.of(np.zeros((1, 16), np.float32)).tolist() == [1.0], "without a vector nothing is known"
    assert familiar.learnt(unit[0][:10], np.zeros(10, int)) is None
    assert familiar.learnt(unit[0], np.zeros(400, int)) is None, "borders need texts not learnt from"


def test_a_model_of_ratings_is_not_asked_of_another_trade() -> None:
    blend = Blend((0.0,) * 5, (1.0,) * 5, (0.0, 0.0, 0.0, 1.0, 1.0), 1.0, 0.0, strange=(2.0, 0.0, 0.0, 0.0, 0.0))
    home = Familiar(np.array([[1.0, 0.0]], np.float32), 0.2, 0.6)
    learnt = Learnt({"": blend}, familiar=home)
    parts = np.array([[1.0, np.nan, np.nan, -1.0, -1.0]] * 3)
    near = learnt.near(np.array([[1.0, 0.0], [0.4, 0.9], [0.0, 1.0]], np.float32))
    felt = learnt.feelings(parts, ["en"] * 3, near)
    assert felt.round(6).tolist() == np.tanh([-1.0, 0.0, 1.0]).round(6).tolist(), (
        "as learnt, in between, and as the prior reads"
    )
    assert learnt.feelings(parts, ["en"] * 3).tolist() == [np.tanh(-1.0)] * 3


def test_other_ratings_of_the_same_texts_are_learnt_alike() -> None:
    embedder = Toy()
    texts, sides = zip(*said(220), strict=True)
    nothing = np.full(220, np.nan)
    given = Texts(texts, ["en"] * 220, embedder.vectors(texts), nothing, nothing)
    base = Learning(given, Seeded(embedder, shipped()))
    base.learn()
    rated = np.where(np.arange(220) < 2 * HALF, sides, np.nan)
    again = base.rated_otherwise(rated).learn()
    straight = learn(Texts(texts, given.languages, given.vectors, nothing, rated), base.seeded)
    assert again.blends == straight.blends
    assert base.learn().own_words is None


def test_what_is_familiar_is_kept(tmp_path: Path) -> None:
    embedder = Toy()
    texts, sides = zip(*said(220), strict=True)
    given = Texts(texts, ["en"] * 220, embedder.vectors(texts), np.full(220, np.nan), np.array(sides))
    learnt = learn(given, Seeded(embedder, shipped()))
    keeping.save(tmp_path, learnt, "toy-1", "seeds", datetime(2026, 1, 1, tzinfo=UTC))
    kept = keeping.load(tmp_path)
    assert kept is not None
    assert kept[0].familiar is not None
    assert learnt.familiar is not None
    assert kept[0].familiar.of(given.vectors).tolist() == learnt.familiar.of(given.vectors).tolist()
    assert kept[0].blends == learnt.blends
