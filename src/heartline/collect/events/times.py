"""When events happened: their own clock, set right by the moment they were sent, as the tracking format has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.store.schema import MOMENT

from .decoding import Decoded
from .wire import Word

I64 = npt.NDArray[np.int64]
NEVER = np.iinfo(np.int64).min
"""Where a time cannot be read."""
UNSAID = NEVER + 1
"""Where there is none."""
DAY_US = 86_400_000_000
FIRST_US = int(datetime(1900, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
LAST_US = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


def occurred(decoded: Decoded) -> tuple[I64, I64, list[str | None]]:
    """Tell when events happened.

    Returns
    -------
    Microseconds since 1970 in UTC; the same of their receipt; and what is wrong with a time, by its code. A time up to
    a day ahead of the receipt is one of a clock that is ahead, and becomes the receipt.
    """
    events = decoded.events
    at_us = np.array([one.at_us for one in decoded.received], np.int64)
    received = at_us[np.array(decoded.whose, np.int64)] if events else np.zeros(0, np.int64)
    own = parsed([one.original_timestamp if one.timestamp is None else one.timestamp for one in events])
    sent = parsed([one.sent_at for one in events])
    told = (own != UNSAID) & (own != NEVER)
    skewed = told & (sent != UNSAID) & (sent != NEVER)
    at = np.where(told, own, received)
    at = np.where(skewed, received - (sent - own), at)
    wrong: list[str | None] = [None] * len(events)
    for place in np.flatnonzero((own == NEVER) | (at < FIRST_US)).tolist():
        wrong[place] = "unreadable_time"
    for place in np.flatnonzero((own != NEVER) & (at > received + DAY_US)).tolist():
        wrong[place] = "future_time"
    return np.minimum(at, received), received, wrong


def parsed(words: Sequence[Word]) -> I64:
    """Read times: ISO 8601, or a number of seconds, milliseconds or microseconds since 1970; without a zone in UTC."""
    if not any(word is not None for word in words):
        return np.full(len(words), UNSAID, np.int64)
    try:
        found = pa.array(words, pa.string()).cast(MOMENT)
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeError):
        known: dict[Word, int] = {word: _one(word) for word in set(words)}
        return np.array([known[word] for word in words], np.int64)
    values = found.cast(pa.int64()).fill_null(UNSAID).to_numpy(zero_copy_only=False)
    outside = (values != UNSAID) & ((values < FIRST_US) | (values > LAST_US))
    return np.where(outside, NEVER, values)


def _one(word: Word) -> int:
    """Read one time in whatever way it is written."""
    if word is None:
        return UNSAID
    if isinstance(word, str):
        try:
            moment = datetime.fromisoformat(word.strip())
        except ValueError:
            return NEVER
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        try:
            found = round((moment - EPOCH).total_seconds() * 1_000_000)
        except OverflowError:
            return NEVER
    else:
        size = abs(word)
        if not size < 1e17:
            return NEVER
        found = round(word * (1_000_000 if size < 1e11 else 1_000 if size < 1e14 else 1))
    return found if FIRST_US <= found <= LAST_US else NEVER


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
