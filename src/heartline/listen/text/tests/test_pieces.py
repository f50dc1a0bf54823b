"""Words cut and hashed once each give what cutting every text gives, to the last count."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from scipy.sparse import hstack
from sklearn.feature_extraction.text import HashingVectorizer

from heartline.listen.text import pieces as cutting
from heartline.listen.text import words
from heartline.listen.text.pieces import SIZE, pieces

ODD = (
    "",
    "  ",
    "a",
    "ΣΊΣΥΦΟΣ ΣΑΣ",
    "x" * 300,
    "na\u00efve\u2003word\u00a0here",
    "a-b_c d's 12,5 €",
    "İstanbul",
    "🙂🙂 ok 🙂",
)


def usual(texts: list[str]) -> Any:
    """Cut each text by itself, as scikit-learn does."""
    same = {"n_features": SIZE, "alternate_sign": False, "norm": None}
    made = [HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **same),
            HashingVectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=r"(?u)\b\w+\b", **same)]  # fmt: skip
    return hstack([one.transform(texts) for one in made]).tocsr()


@pytest.mark.parametrize("remembered", [0, 50, 20_000])
def test_pieces_are_those_of_texts_cut_one_by_one(remembered: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "REMEMBERED", remembered)
    monkeypatch.setattr(cutting, "_known", {})
    dice = random.Random(7)
    known = ["".join(dice.choices("aeiouäßñrstlnm'-.", k=dice.randint(1, 12))) for _ in range(80)]
    texts = [" ".join(dice.choices(known, k=dice.randint(0, 40))) + dice.choice((" ", "\n", "\t ")) for _ in range(60)]
    for some in ([*ODD, *texts], texts[::-1]):
        found, wanted = pieces(some), usual(some)
        assert (found != wanted).nnz == 0
        assert np.array_equal(found.indices, wanted.indices)
    assert len(cutting._known) <= max(remembered, len(known) + 30)


def test_both_models_of_words_say_what_each_says_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "AT_ONCE", 7)
    texts = [f"{side} {number} thing, {side}" for number in range(20) for side in ("good", "bad")]
    counted = pieces(texts)
    rare = words.rarity(counted)
    feelings = np.array([1.0, -1.0] * 20)
    one, other = words.learnt(counted, feelings, rare), words.learnt(counted, -feelings, rare)
    first, none, second = words.values([one, None, other], texts)
    assert (np.sign(first) == feelings).all()
    assert (np.sign(second) == -feelings).all()
    assert np.isnan(none).all()
    assert np.allclose(first, one.of_weighed(words.weighed(counted, rare)), atol=1e-12)
    assert words.values([None], texts[:1])[0].tolist() == pytest.approx([np.nan], nan_ok=True)
