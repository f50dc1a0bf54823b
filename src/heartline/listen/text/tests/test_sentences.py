"""Sentences end where people end them: whatever the language, with short forms, smileys and lists."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.listen.text.sentences import LONGEST, sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Good shop. Bad wait!", ["Good shop.", "Bad wait!"]),
        ("Das Essen war z.B. kalt. Schade", ["Das Essen war z.B. kalt.", "Schade"]),
        ("Es kam z. B. am 3. Mai. Dr. Maier half.", ["Es kam z. B. am 3. Mai.", "Dr. Maier half."]),
        ("Paid 3.50 for it. J. Smith was rude.", ["Paid 3.50 for it.", "J. Smith was rude."]),
        ("I gave it a 5. The staff was slow", ["I gave it a 5.", "The staff was slow"]),
        ("El hotel está bien.¡Volveré! ¿Y el Sr. Pérez?", ["El hotel está bien.", "¡Volveré!", "¿Y el Sr. Pérez?"]),
        ("O produto, p.ej. a cor, mudou. Não gostei", ["O produto, p.ej. a cor, mudou.", "Não gostei"]),
        ("Well... it broke... Then nothing", ["Well... it broke...", "Then nothing"]),
        ("- clean room\n* hard bed\n2. dear", ["clean room", "hard bed", "dear"]),
        ("Great food😀😀 The waiter was slow 😡", ["Great food😀😀", "The waiter was slow 😡"]),
        ("I like it, but the zip broke", ["I like it", "but the zip broke"]),
        ("Schön, aber teuer. Rico pero lejos", ["Schön", "aber teuer.", "Rico pero lejos"]),
        ("房间很好。早餐不错！", ["房间很好。", "早餐不错！"]),
        ("Nice hotel. Desayuno malo. Personal nett.", ["Nice hotel.", "Desayuno malo.", "Personal nett."]),
        ("5 ⭐ Perfect", ["5 ⭐ Perfect"]),
        (":) 10/10", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_text_in_its_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_who_writes_without_end_is_cut_at_spaces() -> None:
    found = sentences("waiting room " * 100)
    assert max(len(one) for one in found) <= LONGEST
    assert " ".join(found) == ("waiting room " * 100).strip()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("abcÄß é.!?…😀,;\n-1()"), max_size=80))
def test_no_letter_is_lost_where_anything_is_said(text: str) -> None:
    found = sentences(text)
    letters = re.sub(r"[\W\d_]", "", text)
    kept = re.sub(r"[\W\d_]", "", "".join(found))
    marks = len(re.findall(r"(?m)^\s*\(?[a-zA-Z]\)", text))
    assert not found or len(letters) - marks <= len(kept) <= len(letters)
