"""Which touchpoint a note speaks of: guessed while it is written, by the words and the meaning of the catalogue."""

from __future__ import annotations

from functools import lru_cache

from heartline.listen.text import embedding
from heartline.listen.text.aspects.describing import Described, described
from heartline.listen.text.aspects.reading import OUTSTANDING, Reader
from heartline.store.definitions import Definitions

SHOWN = 3
LEAST = OUTSTANDING / 2
"""Standard deviations above usual that a touchpoint needs to be offered."""


def likely(definitions: Definitions, text: str) -> list[str]:
    """Give the touchpoints that a text may speak of, the likeliest first; none where nothing stands out."""
    places = described(definitions)
    if not text.strip() or not places or not embedding.wanted():
        return []
    by = _reader(tuple(places))
    scores = by.scores([text])[0]
    order = scores.argsort()[::-1][:SHOWN]
    return [by.keys[place] for place in order.tolist() if scores[place] >= LEAST]


@lru_cache(maxsize=2)
def _reader(places: tuple[Described, ...]) -> Reader:
    return Reader(embedding.portable(), places)
