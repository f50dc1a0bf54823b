"""A batch read in pieces: what is under way at once fits the processor's cache, and little is held.

Fifty thousand events read at once took half as long again as the same in pieces, and ten times the memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from heartline.collect.inbox.contract import Received
from heartline.store.definitions import Definitions

from .decoding import decode
from .placing import Placed, Placing

EVENTS = 5_000
"""Of a piece; a request is not cut."""


def read(some: Sequence[Received], definitions: Definitions) -> Placed:
    """Decode and place what was received.

    Parameters
    ----------
    some
        As the inbox gives them.
    definitions
        The company's.
    """
    made = Placing(definitions)
    for places in _pieces(some):
        made.add(decode(some, places))
    return made.done()


def _pieces(some: Sequence[Received]) -> Iterator[range]:
    start = events = 0
    for place, one in enumerate(some):
        if events + one.events > EVENTS and place > start:
            yield range(start, place)
            start, events = place, 0
        events += one.events
    yield range(start, len(some))
