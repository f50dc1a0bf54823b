"""What was refused at the public port, counted: it comes through the inbox as everything does, so that each is counted
once, however many ports there are and whoever dies."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from .contract import Received

KIND = "tally"
"""Of a request that nobody sent: it holds no event, only what was counted."""


def written(counts: Mapping[str, int]) -> Received:
    """Write refused requests by their reason as a row of the inbox."""
    return Received(time.time_ns() // 1000, "", KIND, b"", 0, msgspec.json.encode(dict(counts)))


def read(some: Iterable[Received]) -> Counter[str]:
    """Add up what rows of the inbox count."""
    found: Counter[str] = Counter()
    for one in some:
        if one.kind == KIND:
            found.update(msgspec.json.decode(one.about, type=dict[str, int]))
    return found
