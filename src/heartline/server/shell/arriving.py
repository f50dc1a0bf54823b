"""What features learn of each batch of events before it lands in the lake: contact data, what was seen, counts."""

from __future__ import annotations

from collections.abc import Callable

from heartline.collect.loading.keeping import Kept

Learn = Callable[[Kept], object]
_learners: list[Learn] = []


def when_received(learn: Learn) -> None:
    """Have something done with every batch, in the one transaction that keeps what belongs to it.

    It may be called again for a batch of the same number, after a crash, or because the people in it were settled
    anew: what it was told before is then replaced.
    """
    if learn not in _learners:
        _learners.append(learn)


def tell(batch: Kept) -> None:
    """Tell everybody of a batch."""
    for learn in _learners:
        learn(batch)
