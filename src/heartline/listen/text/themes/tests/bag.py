"""A tiny encoder for tests: a text is the sum of its telling words, each a direction of its own that never changes."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from heartline.listen.text.embedder import Vectors
from heartline.listen.text.terms import stem, telling, words

DIMENSIONS = 96


@cache
def _direction(one: str) -> Vectors:
    return np.random.default_rng(zlib.crc32(one.encode())).standard_normal(DIMENSIONS).astype(np.float32)


class Bag:
    """The encoder."""

    name = "bag"
    version = "1"
    dimensions = DIMENSIONS

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give a row of length 1 for each text; zeros for an empty one."""
        found = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            for word in telling(text) or words(text):
                found[row] += _direction(stem(word))
            length = float(np.linalg.norm(found[row]))
            found[row] /= length or 1
        return found


BAG = Bag()
