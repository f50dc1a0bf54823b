"""Quotes stand for all texts: near to their middle, unlike each other, and none of them twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from heartline.listen.text.quotes import representative

LATE = [f"The parcel came {word} late and nobody told me" for word in ("much", "very", "far too", "two days")]
KIND = "The driver was friendly and carried it upstairs"


def test_the_first_is_nearest_to_the_middle_and_the_odd_one_is_not() -> None:
    texts = [KIND, *LATE]
    first, *_rest = representative(texts, 1)
    assert texts[first] in LATE
    assert KIND in [texts[place] for place in representative(texts, 5)]


def test_the_second_is_unlike_the_first() -> None:
    """Nearer to the middle than the driver is every parcel; but after one parcel the driver says more."""
    texts = [*LATE, KIND, "The driver was friendly and nobody told me a thing"]
    first, second = (texts[place] for place in representative(texts, 2))
    assert first in LATE
    assert "driver" in second


def test_what_many_say_in_the_same_words_is_quoted_once() -> None:
    texts = ["The parcel came late again"] * 8 + [KIND, "the parcel came late again "]
    chosen = [texts[place] for place in representative(texts, 3)]
    assert chosen == ["The parcel came late again", KIND]


def test_short_texts_stand_for_a_company_whose_people_write_little() -> None:
    texts = ["All fine"] * 20 + ["Late"] * 9 + ["The parcel came more than one week too late"]
    assert texts[representative(texts, 1)[0]] == "All fine"
    longer = ["ok", *LATE, KIND]
    assert "ok" not in [longer[place] for place in representative(longer, 5)]


@given(st.lists(st.text(max_size=40), max_size=12), st.integers(0, 6))
def test_the_same_texts_give_the_same_quotes(texts: list[str], number: int) -> None:
    found = representative(texts, number)
    assert found == representative(texts, number)
    assert len(found) == len(set(found)) <= number
    assert len({texts[place].strip().casefold() for place in found}) == len(found)
