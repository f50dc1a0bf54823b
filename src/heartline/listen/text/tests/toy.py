"""A small encoder for tests: words have places by chance, but those that praise or blame lean to their side."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from heartline.listen.text.embedder import Vectors

GOOD = frozenset(
    "happy perfectly friendly helped love quality outstanding recommend easy wonderful great solved".split()  # noqa: SIM905
)
BAD = frozenset(
    "disappointed terrible rude late broken regret awful complicated horrible expensive dirty worse".split()  # noqa: SIM905
)


class Toy:
    """Bags of words."""

    name = "toy"
    version = "1"
    dimensions = 24

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give a row of length 1 for each text; zeros for an empty one."""
        found = np.zeros((len(texts), self.dimensions), np.float32)
        for place, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                chance = np.random.default_rng(zlib.crc32(word.encode())).normal(0, 0.25, self.dimensions)
                chance[0] += 1.5 * ((word in GOOD) - (word in BAD))
                found[place] += chance
        length = np.linalg.norm(found, axis=1, keepdims=True)
        np.divide(found, length, out=found, where=length > 0)
        return found


def toy(_name: str) -> Toy:
    """Give it, whatever is asked for."""
    return Toy()


def said(count: int, seed: int = 0) -> list[tuple[str, float]]:
    """Make texts and what their writers felt, −1 or +1."""
    rng = np.random.default_rng(seed)
    good, bad, other = (
        sorted(GOOD),
        sorted(BAD),
        ["the", "shop", "desk", "parcel", "order", "staff", "room", "we", "they", "it", "was", "and", "then"],
    )
    made = []
    for number in range(count):
        side = 1.0 if number % 2 else -1.0
        words = [*rng.choice(good if side > 0 else bad, 2), *rng.choice(bad if side > 0 else good, 1)]
        words = [*words, *rng.choice(other, 6)] if rng.random() < 0.8 else [*rng.choice(other, 8), words[0]]
        rng.shuffle(words)
        made.append((" ".join(str(word) for word in words) + f" {number}", side))
    return made
