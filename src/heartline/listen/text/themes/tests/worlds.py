"""Texts of which it is known what they are about."""

from __future__ import annotations

import random

SUBJECTS: dict[str, tuple[str, ...]] = {
    "cake": ("chocolate", "cake", "dessert", "cream", "baker", "sugar", "cherry", "slice"),
    "parking": ("parking", "garage", "barrier", "car", "spaces", "kerb", "ticket", "machine"),
    "wifi": ("wifi", "internet", "signal", "router", "password", "laptop", "network", "login"),
    "pool": ("pool", "swimming", "towel", "lifeguard", "sauna", "chlorine", "shower", "tiles"),
}
PLAIN = ("was there today", "we saw", "it had", "then came", "they had", "as always")
FELT = ("very good", "great", "terrible", "not good", "nice", "awful")


def spoken(number: int, seed: int = 1, subjects: tuple[str, ...] = tuple(SUBJECTS)) -> list[tuple[str, str]]:
    """Make texts of one sentence, each with its subject; feelings and plain words are spread over all alike."""
    dice = random.Random(seed)
    made = []
    for place in range(number):
        subject = subjects[place % len(subjects)]
        said = dice.sample(SUBJECTS[subject], 3)
        made.append((subject, f"{dice.choice(PLAIN)} {' '.join(said)} {dice.choice(FELT)}"))
    return made
