"""A transcript: who said what, one after the other, and when where that is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of what follows, beyond their own text: a name could be read as another."""


@dataclass(frozen=True)
class Turn:
    """What one person said until somebody else spoke.

    Parameters
    ----------
    speaker
        As the transcript names them; empty where it does not.
    text
        Their words, in one line for each paragraph.
    marks
        Where in the text which second of the recording is: (place, seconds), ascending; none where no time is known.
    """

    speaker: str
    text: str
    marks: tuple[tuple[int, float], ...] = ()

    def second(self, place: int = 0) -> float | None:
        """Give the second of the recording in which a place of the text is said; None where no time is known."""
        before = [seconds for at, seconds in self.marks if at <= place]
        return before[-1] if before else None


@dataclass(frozen=True)
class Transcript:
    """An interview as it was written down."""

    turns: tuple[Turn, ...]

    @property
    def speakers(self) -> tuple[str, ...]:
        """Who speaks, in the order in which they begin; those without a name are not among them."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns if turn.speaker))

    @property
    def words(self) -> int:
        """How many words are said."""
        return sum(len(turn.text.split()) for turn in self.turns)


@dataclass(frozen=True)
class Said:
    """Something that somebody says in one go, before turns are made of it: a cue, a paragraph."""

    text: str
    speaker: str = ""
    start_s: float | None = None
    end_s: float | None = None


def upright(text: str) -> str:
    """Give a text without signs that turn what stands behind it; letters keep the direction that they have."""
    return _TURNING.sub("", text)


def plain(transcript: Transcript) -> list[list[object]]:
    """Write a transcript as JSON values."""
    return [[turn.speaker, turn.text, [list(mark) for mark in turn.marks]] for turn in transcript.turns]


def made(turns: Sequence[Sequence[object]]) -> Transcript:
    """Read a transcript from what `plain` wrote."""
    return Transcript(tuple(
        Turn(str(speaker), str(text), tuple((int(at), float(seconds)) for at, seconds in marks))  # type: ignore[attr-defined]  # lists of pairs
        for speaker, text, marks in turns
    ))  # fmt: skip
