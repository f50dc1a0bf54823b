"""Emotions are counted over many texts, read by seeds, by emojis, and by what people put right."""

from __future__ import annotations

import pytest

from heartline.listen.text import embedding, meaning, seeds
from heartline.listen.text.emotion import LEAST, NONE, Emotions, shares

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
    return Emotions(embedding.portable(), seeds.shipped())


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
    before = Emotions(made, seeds.shipped()).likely(made.vectors(text), text)
    after = Emotions(made, seeds.shipped(), (vectors, ["anger"] * 3))
    assert after.likely(made.vectors(text), text)[0, 6] > before[0, 6] + 0.2
    assert after.read(made.vectors(text), text) == ["anger"]


def test_shares_have_intervals_and_few_texts_none() -> None:
    found = shares(["joy"] * 30 + ["anger"] * 10 + [NONE] * 60)
    assert [(one.emotion, one.count, one.n) for one in found[:2]] == [("joy", 30, 100), ("anger", 10, 100)]
    assert found[-1].emotion == NONE
    assert found[0].share == 0.3
    assert found[0].low == pytest.approx(0.2189, abs=1e-3)
    assert found[0].high == pytest.approx(0.3958, abs=1e-3)
    few = shares(["joy"] * (LEAST - 1))
    assert few[0].share is few[0].low is None
