"""Sentences in a turn, and what people choose of them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from heartline.listen.interviews.spans import Span, runs, spans, trimmed
from heartline.listen.interviews.values import Transcript, Turn

TALK = Transcript((Turn("I", "Why?"), Turn("Anna", "It was late. Dr. Weber called (twice). I was angry!")))


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


def test_sentences_stand_where_they_are() -> None:
    assert cut(TALK.turns[1].text) == ["It was late.", "Dr. Weber called (twice).", "I was angry!"]
    assert cut("no full stop") == ["no full stop"]
    assert cut("") == []


@given(st.text(max_size=200))
def test_sentences_lie_behind_each_other_and_lose_no_word(text: str) -> None:
    text = " ".join(text.split())
    found = spans(text)
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    if found:
        assert "".join("".join(cut(text)).split()) == "".join(text.split())


def test_sentences_in_a_row_are_one_passage() -> None:
    assert runs([(1, 0), (1, 1)], TALK) == [Span(1, 0, 38)]
    assert runs([(1, 2), (1, 0), (9, 0), (1, 9), (-1, 0)], TALK) == [Span(1, 0, 12), Span(1, 39, 51)]


def test_a_choice_grows_to_whole_words() -> None:
    text = TALK.turns[1].text
    found = trimmed(TALK, Span(1, 4, 9))
    assert found is not None
    assert text[found.start : found.end] == "was late"
    assert trimmed(TALK, Span(1, -5, 900)) == Span(1, 0, len(text))
    assert trimmed(TALK, Span(1, 12, 13)) is None
    assert trimmed(TALK, Span(7, 0, 3)) is None
