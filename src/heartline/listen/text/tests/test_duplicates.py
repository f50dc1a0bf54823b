"""Texts that nearly repeat another are folded into it, and no others are."""

from __future__ import annotations

import random

from heartline.listen.text.duplicates import folded

ONE = "I waited for an hour at the till and nobody came to help me"
WORDS = [
    "till",
    "hour",
    "nobody",
    "help",
    "waited",
    "parcel",
    "courier",
    "late",
    "door",
    "garden",
    "summer",
    "delivery",
    "price",
    "cheap",
    "coat",
    "red",
    "size",
    "large",
    "zip",
    "broke",
    "colour",
    "washed",
    "twice",
    "shop",
    "friendly",
    "woman",
    "queue",
    "ticket",
    "phone",
    "answer",
    "number",
    "mail",
    "reply",
    "week",
    "money",
    "back",
    "refund",
    "card",
    "machine",
    "lift",
    "floor",
    "parking",
    "level",
    "museum",
    "child",
    "chair",
    "water",
    "coffee",
    "bread",
    "warm",
    "cold",
    "soup",
    "table",
    "window",
]


def test_copies_and_edited_copies_join_the_first() -> None:
    texts = ["The zip broke", ONE, "the ZIP  broke", ONE.replace("an hour", "one hour"), "Parking was dear", ONE + "!"]
    assert folded(texts).tolist() == [0, 1, 0, 1, 4, 1]


def test_few_or_empty_texts_are_themselves() -> None:
    assert folded([]).tolist() == []
    assert folded(["a"]).tolist() == [0]
    assert folded(["", "", "x"]).tolist() == [0, 0, 2]


def test_edited_copies_are_found_among_many_others() -> None:
    dice = random.Random(1)
    others = [" ".join(dice.choices(WORDS, k=14)) for _ in range(300)]
    edited = []
    for text in others[:40]:
        said = text.split()
        said[dice.randrange(14)] = dice.choice(WORDS)
        edited.append(" ".join(said))
    found = folded(others + edited).tolist()
    right = sum(found[300 + place] == place for place in range(40))
    wrong = sum(found[place] != place for place in range(300))
    assert right >= 36
    assert wrong <= 3
