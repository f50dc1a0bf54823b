"""What features learn of each batch of events before it lands in the lake: contact data, what was seen, counts."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DataError, transaction

from heartline.collect.loading.keeping import Kept

log = logging.getLogger("heartline.arriving")
Learn = Callable[[Kept], object]
UNKEEPABLE = (DataError, UnicodeError, OverflowError)
"""What no database takes, however often it is tried: too long, too large, no text."""
_learners: list[Learn] = []


def when_received(learn: Learn) -> None:
    """Have something done with every batch, in the one transaction that keeps what belongs to it.

    It may be called again for a batch of the same number, after a crash, or because the people in it were settled
    anew: what it was told before is then replaced.
    """
    if learn not in _learners:
        _learners.append(learn)


def tell(batch: Kept) -> None:
    """Tell everybody of a batch; who cannot keep what it says learns nothing of it, so that nobody's events wait."""
    for learn in _learners:
        try:
            with transaction.atomic():
                learn(batch)
        except UNKEEPABLE as error:  # its message may hold what was sent
            who = f"{learn.__module__}.{getattr(learn, '__name__', '')}"
            log.error("%s learned nothing of batch %d: %s.", who, batch.number, type(error).__name__)  # noqa: TRY400  (no values in the log)
