"""What is told of a batch besides its rows, and who keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from heartline.collect.inbox import Received

from .taking import Refusal, Taken

TRIED = b'"tried_again"'
"""Mark of a request, in what is known about it, that could not be used before: when it came says nothing of today."""


@dataclass
class Kept:
    """A batch, before the lake has it.

    Parameters
    ----------
    number
        Of the batch; the same batch may be told again after a crash, and replaces what was told before.
    landed, again
        Events that land, and whose id was there already, by source.
    known
        Landing events whose customer is known.
    refused
        Events that cannot be used.
    left_out
        Assertions about people that were refused, by reason.
    oldest_us
        When the oldest of its requests was received.
    seconds
        What each step took.
    """

    number: int
    received: Sequence[Received]
    events: int
    landed: Counter[str]
    again: Counter[str]
    known: int
    refused: list[Refusal]
    left_out: Counter[str]
    oldest_us: int
    taken: Taken
    seconds: dict[str, float] = field(default_factory=dict)


class Keeper(Protocol):
    """Keeps what belongs to a batch and not into the lake: quarantine, counts, contact data, the event catalogue."""

    def keep(self, batch: Kept) -> None:
        """Keep it durably before the lake has its rows; the same number again replaces it.

        Raises
        ------
        Unavailable
            When it cannot be kept now; the batch is tried again.
        """

    def landed(self, number: int, version: int, seconds: dict[str, float], lag_s: float) -> None:
        """Hear that the lake has it now, and what each step took; may be lost by a crash."""


class Nobody:
    """Keeps nothing: for a loader without an operational database."""

    def keep(self, batch: Kept) -> None:
        """Let it go."""

    def landed(self, number: int, version: int, seconds: dict[str, float], lag_s: float) -> None:
        """Let it go."""
