"""Requests on which we stumble: found by halves, and said where, without what was sent."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

log = logging.getLogger("heartline.loader")


def where(error: BaseException) -> str:
    """Say where we stumbled and on what kind of thing, not on what: that may be somebody's name."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {' '.join(f'{Path(one.filename).name}:{one.lineno}' for one in frames)}"


def culprits(
    places: Sequence[int], tried: Callable[[Sequence[int]], object], away: tuple[type[Exception], ...]
) -> Iterator[int]:
    """Give the requests on which we stumble, by halves.

    Parameters
    ----------
    tried
        Tries some of them.
    away
        Errors that say nothing of requests: something is not there now.
    """
    if not len(places):
        return
    try:
        tried(places)
    except away:
        raise
    except Exception as error:  # noqa: BLE001  (whatever it is, the others land)
        if len(places) == 1:
            log.error("A request could not be read and was put aside. %s", where(error))  # noqa: TRY400  (it says …)
            yield places[0]
            return
        half = len(places) // 2
        yield from culprits(places[:half], tried, away)
        yield from culprits(places[half:], tried, away)
