"""What is an answer to which question."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core.errors import InvalidInput
from heartline.listen.surveys.answers import answer
from heartline.listen.surveys.values import Question

T = {"en": "?"}
CHOICES = ({"key": "a"}, {"key": "b", "other": True}, {"key": "no", "alone": True})
PICK = {"options": [{**choice, "text": T} for choice in CHOICES]}
PAIR = {"price": {"importance": 5, "satisfaction": 2}}
ANN = {"name": "Ann", "email": "a@b.org"}
ROWS = {"rows": [{"key": "price", "text": T}, {"key": "taste", "text": T}]}


def question(ask: str, **more: Any) -> Question:
    return Question.model_validate({"key": "q", "ask": ask, "text": T, **more})


GOOD: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("nps", {}, "0", 0),
    ("stars5", {}, 5, 5),
    ("single", PICK, "a", "a"),
    ("single", PICK, {"choice": "b", "words": "  my  own "}, {"choice": "b", "words": "my own"}),
    ("single", PICK, {"choice": "a", "words": "not asked for"}, "a"),
    ("multiple", PICK, ["a", "b", "a"], ["a", "b"]),
    ("multiple", PICK, {"choices": ["b"], "words": "x"}, {"choices": ["b"], "words": "x"}),
    ("ranking", PICK, ["b", "a"], ["b", "a"]),
    ("matrix", ROWS, {"price": "5", "taste": ""}, {"price": 5}),
    ("importance", ROWS, {"price": {"importance": 5, "satisfaction": "2"}}, PAIR),
    ("kano", ROWS, {"taste": {"with": 1, "without": 5}}, {"taste": {"with": 1, "without": 5}}),
    ("number", {}, "1,5", 1.5),
    ("date", {}, "2026-05-31", "2026-05-31"),
    ("comment", {}, "Nice\r\nshop\x00 ", "Nice\nshop"),
    ("contact", {"fields": ["name", "email"]}, {"name": " Ann ", "email": "a@b.org"}, ANN),
    ("consent", {}, "on", True),
    ("consent", {}, False, False),
    ("comment", {}, "   ", None),
    ("multiple", PICK, [], None),
    ("note", {}, "whatever", None),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "more", "given_", "kept"), GOOD)
def test_a_good_answer_is_kept_as_it_is_meant(ask: str, more: dict[str, Any], given_: Any, kept: Any) -> None:
    assert answer(question(ask, **more), given_) == kept
    if kept is not None:
        assert answer(question(ask, **more), kept) == kept


BAD: list[tuple[str, dict[str, Any], Any, str]] = [
    ("nps", {}, 11, "off_scale"),
    ("nps", {}, 3.5, "off_scale"),
    ("nps", {}, "many", "not_a_number"),
    ("nps", {}, True, "not_a_number"),
    ("number", {}, "1e999", "not_a_number"),
    ("number", {"least": 0, "most": 5}, -1, "out_of_range"),
    ("single", PICK, "z", "unknown_option"),
    ("multiple", PICK, ["a", "no"], "not_together"),
    ("multiple", {**PICK, "least": 2}, ["a"], "too_few"),
    ("multiple", {**PICK, "most": 1}, ["a", "b"], "too_many"),
    ("matrix", ROWS, {"colour": 3}, "unknown_row"),
    ("matrix", ROWS, {"price": 6}, "off_scale"),
    ("matrix", {**ROWS, "required": True}, {"price": 5}, "required"),
    ("kano", ROWS, {"price": 3}, "bad_answer"),
    ("date", {}, "31.5.2026", "not_a_date"),
    ("comment", {}, ["Nice"], "bad_answer"),
    ("comment", {"most": 3}, "Nice", "too_long"),
    ("contact", {"fields": ["email"]}, {"email": "ann"}, "not_an_email"),
    ("contact", {"fields": ["email"]}, {"phone": "1"}, "bad_answer"),
    ("consent", {"required": True}, False, "required"),
    ("text", {"required": True}, " ", "required"),
]


@pytest.mark.parametrize(("ask", "more", "given_", "code"), BAD)
def test_what_is_no_answer_is_said_with_its_reason(ask: str, more: dict[str, Any], given_: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        answer(question(ask, **more), given_)
    assert (refused.value.code, refused.value.field) == (code, "q")


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(GOOD), JSON)
def test_whatever_is_sent_is_kept_or_refused_with_a_code(one: tuple[str, dict[str, Any], Any, Any], sent: Any) -> None:
    try:
        kept = answer(question(one[0], **one[1]), sent)
    except InvalidInput:
        return
    assert kept is None or answer(question(one[0], **one[1]), kept) == kept
