"""SQL that was kept is, letter for letter, the SQL that would be written."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.store.engine.written import LONGEST, Written, cut

KINDS = {"id": "int64", "score": "float64", "words": "string", "at": "timestamp('UTC')"}


def named(kind: str) -> ibis.Table:
    """Give a table as the lake does: with a name that no other has."""
    return ibis.table(KINDS, name=f"{kind}_{uuid.uuid4().hex}")


def plain(expression: ibis.Expr) -> str:
    """Give the SQL that Ibis writes."""
    return str(ibis.to_sql(expression, dialect="duckdb", pretty=False))


def asked(written: Written, expression: ibis.Expr) -> tuple[str, bool]:
    """Ask for an expression's SQL; tell whether it was kept."""
    wrote: list[str] = []

    def write() -> str:
        wrote.append(plain(expression))
        return wrote[0]

    return written.sql(expression, write), not wrote


Question = Callable[[ibis.Table, ibis.Table], ibis.Expr]
FILTERS: dict[str, Question] = {
    "over": lambda some, other: some.filter(some.score > 3.5),
    "under": lambda some, other: some.filter(some.score < 3.5),
    "one of": lambda some, other: some.filter(some.words.isin(["late", "good"])),
    "later": lambda some, other: some.filter(some["at"] >= datetime(2026, 1, 1, tzinfo=UTC)),
    "also there": lambda some, other: some.filter(some.id.isin(other.id)),
    "joined": lambda some, other: some.join(other, "id", how="left").select("id", "score", "words", "at"),
    "with itself": lambda some, other: some.join(some.select("id"), "id").select("id", "score", "words", "at"),
    "both": lambda some, other: ibis.union(some, other.select(*some.columns)),
    "ranked": lambda some, other: some.mutate(score=ibis.row_number().over(order_by=some["at"]).cast("float64")),
    "cased": lambda some, other: some.mutate(words=ibis.cases((some.score > 1, some.words), else_="none")),
    "last": lambda some, other: some.order_by(some["at"].desc()).limit(3),
    "beside rows at hand": lambda some, other: some.join(ibis.memtable(pa.table({"id": [1, 2]})), "id", how="semi"),
}
ENDS: dict[str, Question] = {
    "rows": lambda some, other: some,
    "mean": lambda some, other: some.group_by("words").agg(mean=some.score.mean(), n=some.count()),
    "count": lambda some, other: some.count(),
    "beside": lambda some, other: some.cross_join(other.agg(most=other.score.max())),
}
questions = st.tuples(st.lists(st.sampled_from(sorted(FILTERS)), max_size=4), st.sampled_from(sorted(ENDS)))


def made(steps: tuple[list[str], str], some: ibis.Table, other: ibis.Table) -> ibis.Expr:
    """Make an expression of steps."""
    for step in steps[0]:
        some = FILTERS[step](some, other)
    return ENDS[steps[1]](some, other)


@settings(max_examples=25)
@given(some=st.lists(questions, min_size=2, max_size=6))
def test_what_is_given_is_what_would_be_written(some: list[tuple[list[str], str]]) -> None:
    written = Written(kept=3)
    for steps in [*some, *some]:
        expression = made(steps, named("interactions"), named("overrides"))
        assert asked(written, expression)[0] == plain(expression)


@pytest.mark.parametrize("step", sorted(FILTERS))
def test_a_question_of_a_shape_is_written_once(step: str) -> None:
    written = Written()
    first, second = (made(([step], "mean"), named("interactions"), named("overrides")) for _ in range(2))
    assert asked(written, first) == (plain(first), False)
    assert asked(written, second) == (plain(second), True)
    assert plain(first) != plain(second)


def test_a_table_that_stands_twice_is_another_shape_than_two_tables() -> None:
    written = Written()
    one, two = named("interactions"), named("interactions")
    twice, apart = (ibis.union(one.select("id"), other.select("id")) for other in (one, two))
    assert asked(written, twice) == (plain(twice), False)
    assert asked(written, apart) == (plain(apart), False)


NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.0, -0.0),
        (1, 1.0),
        (1, True),
        ("late", "Late"),
        (date(2026, 7, 1), date(2026, 7, 2)),
        (NOON, NOON.astimezone(timezone(timedelta(hours=2)))),
        ([1, 2], [2, 1]),
    ],
)
def test_values_that_are_equal_are_not_always_the_same(one: Any, other: Any) -> None:
    written = Written()
    for value in (one, other):
        expression = named("interactions").mutate(value=ibis.literal(value))
        assert asked(written, expression) == (plain(expression), False)


def test_rows_at_hand_are_not_held() -> None:
    written = Written()
    for rows in ([1], [2, 3]):
        expression = ibis.memtable(pa.table({"id": rows})).count()
        assert asked(written, expression)[0] == plain(expression)
    assert "memtable" not in repr(written._pieces)


def test_a_text_that_speaks_of_a_table_stays_as_it_is() -> None:
    written = Written()
    for _ in range(2):
        table = named("interactions")
        expression = table.filter(table.words == f"drop {table.get_name()}")
        assert asked(written, expression) == (plain(expression), False)


def test_the_longest_unasked_for_goes() -> None:
    written = Written(kept=2)
    first, second, third = (named("interactions").limit(number) for number in (1, 2, 3))
    for expression in (first, second, first, third):
        asked(written, expression)
    assert [asked(written, expression)[1] for expression in (first, third)] == [True, True]
    assert not asked(written, second)[1]


def test_a_long_list_of_people_is_not_held() -> None:
    written = Written()
    for _ in range(2):
        table = named("interactions")
        expression = table.filter(table.words.isin([f"customer:{number:020}" for number in range(3_300)]))
        assert len(plain(expression)) > LONGEST
        assert asked(written, expression) == (plain(expression), False)


def test_a_name_within_another_is_not_taken_for_it() -> None:
    assert cut('select "a", "ab"', ["a", "ab"]) == ('select "', 0, '", "', 1, '"')
