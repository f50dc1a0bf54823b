"""Kano's table as it is printed, and when its leading category is clear."""

from __future__ import annotations

from heartline.listen.surveys.kano import category, clear


def test_pairs_of_answers_fall_into_the_categories_of_the_table() -> None:
    """Liked or expected or neutral or borne or disliked if it is there (a line), and if it is missing (a letter)."""
    table = ["".join(category(there, missing) for missing in range(1, 6)) for there in range(1, 6)]
    assert table == ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"]


def test_a_category_leads_where_it_is_ahead_by_more_than_chance() -> None:
    """Of 100 people 36 against 25 are 11 apart, and Fong asks for 10.7; 35 against 25 are 10, and he asks for 10.7."""
    assert clear({"A": 36, "O": 25, "M": 20, "I": 19}) == "A"
    assert clear({"A": 35, "O": 25, "M": 20, "I": 20}) is None
    assert clear({"M": 3, "I": 3}) is None
    assert clear({}) is None
