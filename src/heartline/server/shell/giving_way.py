"""What comes in goes first: work in the background waits while what was received is late on its way to the lake."""

from __future__ import annotations

import time

from heartline.collect.inbox import Backlog, named, opened
from heartline.core.errors import HeartlineError

from .opened import workspace

LATE_S = 2.0
"""Who waits so long in the inbox waits because of others."""
MOST_S = 30.0
"""How long such work waits at most."""
LOOK_S = 0.25


def backlog() -> Backlog:
    """Tell what waits to land; what cannot be asked does not wait."""
    try:
        with opened(named(workspace().lake.folder)) as inbox:
            return inbox.backlog()
    except HeartlineError:
        return Backlog()


def late() -> bool:
    """Tell whether what was received is late."""
    oldest = backlog().oldest_us
    return oldest is not None and time.time() - oldest / 1e6 > LATE_S


def give_way(most_s: float = MOST_S) -> float:
    """Wait until nothing is late; give how long that took.

    Parameters
    ----------
    most_s
        How long at most.
    """
    began = time.monotonic()
    while (waited := time.monotonic() - began) < most_s and late():
        time.sleep(LOOK_S)
    return waited
