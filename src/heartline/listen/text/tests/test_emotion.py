"""Emotions are counted over many texts, read by seeds, by emojis, and by what people put right."""

from __future__ import annotations

import pytest

from heartline.core.errors import InvalidInput
from heartline.listen.text import embedding, meaning, signs
from heartline.listen.text.emotion import LEAST, NONE, Emotions
from heartline.listen.text.tally import tally

SAID = {
    "joy": [
        "We are overjoyed, what a fantastic day!",
        "Ich freue mich riesig darüber",
        "¡Qué alegría, estoy muy feliz!",
    ],
    "anger": ["I am absolutely livid about this", "Ich bin stinksauer", "Estoy furioso con ustedes"],
    "fear": ["I am terrified of losing my savings", "Ich habe Angst um mein Geld", "Tengo miedo de que salga mal"],
    "sadness": ["It breaks my heart", "Ich bin so traurig und habe geweint", "Estoy muy triste, lloré"],
    "disgust": ["Gross, there were cockroaches", "Ekelhaft, überall Schimmel", "Qué asco, había pelos en la comida"],
    NONE: ["My order number is 12345", "Die Filiale liegt am Markt", "El pedido tiene dos artículos"],
}


@pytest.fixture(scope="module")
def emotions() -> Emotions:
    """Give the true reader."""
    return Emotions.learnt(embedding.portable(), signs.shipped())


def test_emotions_are_read_in_three_languages(emotions: Emotions) -> None:
    said = [(text, name) for name, texts in SAID.items() for text in texts]
    texts = [text for text, _ in said]
    found = emotions.read(meaning.read(embedding.portable(), texts).middles(), texts)
    right = sum(one == name for one, (_, name) in zip(found, said, strict=True))
    assert right >= 13, list(zip(found, said, strict=True))


def test_an_emoji_says_it_outright(emotions: Emotions) -> None:
    texts = ["It arrived 😡", "It arrived 😍😍", "😢", ""]
    found = emotions.read(meaning.read(embedding.portable(), texts).middles(), texts)
    assert found == ["anger", "joy", "sadness", NONE]


def test_it_learns_from_what_people_put_right() -> None:
    made = embedding.portable()
    text = ["The counter was closed once more"]
    vectors = made.vectors(
        ["The counter was closed again", "Again the counter was closed", "Counter closed again today"]
    )
    before = Emotions.learnt(made, signs.shipped()).likely(made.vectors(text), text)
    after = Emotions.learnt(made, signs.shipped(), (vectors, ["anger"] * 3))
    assert after.likely(made.vectors(text), text)[0, 6] > before[0, 6] + 0.2
    assert after.read(made.vectors(text), text) == ["anger"]


def test_shares_have_intervals_and_few_texts_none() -> None:
    shown = ["joy"] * 30 + ["anger"] * 10 + [NONE] * 60
    alone: list[str | None] = [None] * 100
    found = tally(shown, alone, alone)
    assert [(one.emotion, one.count, one.n) for one in found[:2]] == [("joy", 30, 100), ("anger", 10, 100)]
    assert found[-1].emotion == NONE
    assert found[0].share == 0.3
    assert found[0].low == pytest.approx(0.2189, abs=1e-3)
    assert found[0].high == pytest.approx(0.3958, abs=1e-3)
    few = tally(["joy"] * (LEAST - 1), alone[: LEAST - 1], alone[: LEAST - 1])
    assert few[0].share is few[0].low is None


def test_several_texts_of_one_person_say_less_than_as_many_of_several() -> None:
    shown = ["joy"] * 30 + ["anger"] * 30
    alone = tally(shown, [None] * 60, [f"p{n}" for n in range(60)])[0]
    same = tally(shown, [None] * 60, [f"p{n // 6}" for n in range(60)])[0]
    assert alone.low is not None
    assert same.low is not None
    assert same.low < alone.low - 0.1
    groups: list[str | None] = ["a"] * 40 + [None] * 20
    apart = tally([*shown[:59], None], groups, [None] * 60)
    assert [(one.group, one.emotion, one.count, one.n) for one in apart if one.count] == [
        ("a", "joy", 30, 40), ("a", "anger", 10, 40), (None, "anger", 19, 19),
    ]  # fmt: skip


def test_a_company_has_its_own_signs() -> None:
    ours = signs.shipped()
    body = ours.body()
    again = signs.checked(body)
    assert (again.taught, again.version) == (ours.taught, ours.version)
    other = signs.checked(body | {"emojis": body["emojis"] | {"joy": "😀 😃,👍🏽", "trust": "🤝"}, "clear": 0.6})
    assert (other.emojis["👍"], other.emojis["🤝"], other.clear) == ("joy", "trust", 0.6)
    assert "🏽" not in other.emojis
    assert other.taught == ours.taught
    assert other.version != ours.version
    for wrong, code in (
        ({"emotions": body["emotions"] | {"joy": ["One"]}}, "few_seeds"), ({"clear": 2}, "bad_value"),
        ({"emojis": {"joy": "abc"}}, "bad_emoji"), ({"emojis": {"joy": "😀", "fear": "😀"}}, "twice"),
        ({"nothing": [f"sentence {n}" for n in range(101)]}, "many_seeds"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            signs.checked(body | wrong)
        assert refused.value.code == code


def test_what_has_to_be_clearer_is_told_less_often(emotions: Emotions) -> None:
    texts = [text for name, some in SAID.items() for text in some if name != NONE]
    vectors = meaning.read(embedding.portable(), texts).middles()
    strict = Emotions(emotions.head, signs.checked(emotions.signs.body() | {"clear": 0.9}))
    assert strict.read(vectors, texts).count(NONE) > emotions.read(vectors, texts).count(NONE)
