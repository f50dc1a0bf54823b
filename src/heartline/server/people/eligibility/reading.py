"""Contacts that people had, read as columns for the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from heartline.core.eligibility import Past, Rules
from heartline.server.shell.eligible import Ask

from .models import Reservation

NAMES_AT_ONCE = 500


def past(ask: Ask, names: Mapping[str, int], held: Rules, now: datetime) -> Past:
    """Read the contacts of some people that can matter now."""
    whole = held.again_us is None
    rows: list[tuple[str, datetime, str, str, bool]] = []
    some = Reservation.objects.order_by()
    if not whole:
        window = timedelta(microseconds=held.window_us) + timedelta(days=1)  # quiet hours put off by less than a day
        some = some.filter(at__gt=now - window)
    listed = list(names)
    columns = ("identifier", "at", "channel", "what", "reminder")
    if len(listed) <= 20 * NAMES_AT_ONCE:
        for start in range(0, len(listed), NAMES_AT_ONCE):
            rows += some.filter(identifier__in=listed[start : start + NAMES_AT_ONCE]).values_list(*columns)
    else:
        rows += [row for row in some.values_list(*columns).iterator(chunk_size=10_000) if row[0] in names]
    return Past(
        np.array([names[row[0]] for row in rows], np.int64), np.array([us(row[1]) for row in rows], np.int64),
        [row[2] for row in rows], np.array([row[3] == ask.what and not row[4] for row in rows], bool),
    )  # fmt: skip


def us(at: datetime) -> int:
    """Give a moment in microseconds since 1970."""
    return round(at.timestamp() * 1e6)
