"""Figures about employees: refused, and withheld where few people stand behind, also by subtracting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core import employees
from heartline.core.result import AsOf, Column, Result
from heartline.core.sentence import Sentence

COLUMNS = tuple(Column(name, "str", "", "") for name in ("period", "employee", "people"))


def answer(*rows: tuple[str, str, int]) -> Result:
    made = [dict(zip(("period", "employee", "people"), row, strict=True)) for row in rows]
    return Result("calls", {}, AsOf(1, datetime.now(UTC)), Sentence(""), columns=COLUMNS, rows=made)


@given(st.lists(st.integers(0, 12), max_size=9))
def test_no_total_tells_a_row_of_fewer_than_five(people: list[int]) -> None:
    gone = employees.withheld(people, range(len(people)))
    shown = [count for place, count in enumerate(people) if place not in gone]
    assert all(count >= employees.FEWEST for count in shown)
    if gone and shown:
        assert len(gone) > 1
        assert sum(people) - sum(shown) >= employees.FEWEST
    if people and min(people) >= employees.FEWEST:
        assert gone == []


def test_each_period_is_looked_at_by_itself() -> None:
    made = answer(("a", "x", 9), ("a", "y", 4), ("a", "z", 7), ("b", "x", 5), ("b", "y", 6))
    found = employees.published(made, ("period", "employee"))
    assert [(row["period"], row["employee"]) for row in found.rows] == [("a", "x"), ("b", "x"), ("b", "y")]
    assert "fewer than 5 people" in str(found.notes[-1])
    assert employees.published(found, ("period", "employee")) is found


def test_an_answer_that_does_not_say_how_many_stand_behind_is_not_given() -> None:
    made = Result("calls", {}, AsOf(1, datetime.now(UTC)), Sentence(""), columns=COLUMNS[:2], rows=[])
    with pytest.raises(TypeError):
        employees.published(made, ("employee",))


@pytest.mark.parametrize(
    ("spec", "asks"),
    [
        ({"by": "employee"}, True), ({"by": ["unit", "employee"]}, True), ({"by": ("unit",), "period": "2024"}, False),
        ({"of": "calls", "spec": {"by": "employee"}}, True), ({"of": "calls", "row": {"employee": "x"}}, True),
        ({"unit": None}, False), ({"touchpoint": ("employee",)}, False),
    ],
)  # fmt: skip
def test_whoever_asks_about_employees_is_known(spec: dict[str, object], asks: bool) -> None:
    assert employees.splits(spec) is asks
