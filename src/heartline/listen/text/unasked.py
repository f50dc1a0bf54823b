"""Texts that nobody asked for: who writes them wants something done, and need not say how it was (decision 0056)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

KINDS = ("event", "message")
"""Of interactions; whoever answers a question or writes a review (`feedback`) does say how it was."""
MARKS = frozenset("?？؟\u037e")
"""What ends a question: Latin, Chinese, Arabic, Greek."""

Bools = npt.NDArray[np.bool_]


def unasked(kinds: Sequence[str | None]) -> Bools:
    """Tell which interactions bring texts that nobody asked for."""
    return np.array([kind in KINDS for kind in kinds], np.bool_)


def asking(texts: Sequence[str], kinds: Sequence[str | None]) -> Bools:
    """Tell who of these asks something: friendly words are no feeling there until their meaning is read."""
    return unasked(kinds) & np.array([not MARKS.isdisjoint(text) for text in texts], np.bool_)
