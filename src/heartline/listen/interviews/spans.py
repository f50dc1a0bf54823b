"""Where sentences stand in a turn: what people choose when they highlight without a mouse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from heartline.listen.text.sentences import sentences

from .values import Transcript


@dataclass(frozen=True, order=True)
class Span:
    """A place in a transcript: the turn, and where in its text it begins and ends."""

    turn: int
    start: int
    end: int


def spans(text: str) -> list[tuple[int, int]]:
    """Give where the sentences of a text begin and end; together they cover all of its words."""
    found: list[tuple[int, int]] = []
    at = 0
    for sentence in sentences(text):
        words = sentence.split()
        first = text.find(words[0], at) if words else -1
        if first < 0:
            continue
        place = first
        for word in words:
            there = text.find(word, place)
            place = place if there < 0 else there + len(word)
        found.append((at if not found else first, place))
        at = place
    if not found:
        return [(0, len(text))] if text.strip() else []
    closed = [(start, end) for start, end in found]
    for number in range(len(closed) - 1):  # what stands between two, such as a bracket, belongs to the first
        start, _end = closed[number]
        between = text[: closed[number + 1][0]].rstrip()
        closed[number] = (start, max(len(between), start))
    closed[-1] = (closed[-1][0], len(text.rstrip()))
    return [(start + len(text[start:end]) - len(text[start:end].lstrip()), end) for start, end in closed if start < end]


def trimmed(transcript: Transcript, span: Span) -> Span | None:
    """Give a span without white space at its ends and with whole words; None where nothing is left of it."""
    if not 0 <= span.turn < len(transcript.turns):
        return None
    text = transcript.turns[span.turn].text
    start, end = max(0, span.start), min(len(text), span.end)
    while start > 0 and start < len(text) and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    return Span(span.turn, start, end) if start < end and re.search(r"\w", text[start:end]) else None


def runs(chosen: Sequence[tuple[int, int]], transcript: Transcript) -> list[Span]:
    """Give what was chosen as (turn, number of the sentence): sentences in a row are one span."""
    found: list[Span] = []
    last: tuple[int, int] | None = None
    for turn, number in sorted(set(chosen)):
        if not 0 <= turn < len(transcript.turns):
            continue
        places = spans(transcript.turns[turn].text)
        if not 0 <= number < len(places):
            continue
        start, end = places[number]
        if last == (turn, number - 1):
            found[-1] = Span(turn, found[-1].start, end)
        else:
            found.append(Span(turn, start, end))
        last = turn, number
    return found
