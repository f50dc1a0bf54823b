"""A comparison is two answers and an honest difference."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from heartline.core import compare
from heartline.core.errors import InvalidInput
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, build
from heartline.core.sentence import Sentence

Z = compare.Z


def result(period: str, value: float | None, rows: list[dict[str, object]] | None = None, n: int = 100) -> Result:
    figure = Figure(value, None if value is None else value - Z * 3, None if value is None else value + Z * 3, n)
    columns = (
        Column("touchpoint", "str", "key", ""),
        Column("period", "str", "key", ""),
        Column("n", "int", "count", "answers"),
    )
    when = AsOf(1, datetime(2024, 1, 1, tzinfo=UTC))
    return Result("scores", {"period": period}, when, Sentence("…"), {"nps": figure}, columns, rows or [])  # fmt: skip


def test_the_change_of_two_samples_has_both_their_errors() -> None:
    """Errors 3 and 4 make 5: a change of 10 has z = 2 and reaches from 0.2 to 19.8."""
    now = Figure(30.0, 30 - Z * 3, 30 + Z * 3, 100, "points")
    before = Figure(20.0, 20 - Z * 4, 20 + Z * 4, 80, "points")
    moved = compare.change(now, before)
    assert moved.value == 10
    assert moved.low == pytest.approx(10 - 5 * Z)
    assert moved.high == pytest.approx(10 + 5 * Z)
    assert "z = 2.00" in moved.method
    assert moved.n == 180


def test_counts_change_without_an_interval_and_unknown_stays_unknown() -> None:
    assert compare.change(Figure(7), Figure(9)) == Figure(-2, method="now − before")
    assert compare.change(Figure(7), Figure(None)).value is None
    assert compare.change(Figure("shop"), Figure("call")).value is None


@pytest.mark.parametrize(
    ("wanted", "period"),
    [
        ("before", "2016-12-18/2017-01-01"),
        ("last_year", "2016-01-03/2016-01-17"),
        ("period=2015", "2015"),
        ("unit=berlin", "2017-01-01/2017-01-15"),
    ],
)
def test_what_it_is_compared_with(wanted: str, period: str) -> None:
    spec = build(Selection, {"compare": wanted, "channel": "web"})
    found = compare.other(spec, "2017-01-01/2017-01-15")
    assert found.period == period
    assert found.channel == ("web",)
    assert found.compare is None


def test_another_selection_is_a_query_string() -> None:
    spec = build(Selection, {"compare": "unit=berlin&unit=paris&channel=web,store&segment="})
    found = compare.other(spec, "2017")
    assert (found.unit, found.channel, found.segment) == (("berlin", "paris"), ("web", "store"), None)


@pytest.mark.parametrize("wanted", ["yesterday", "colour=red", "compare=before", "unit=berlin&colour=red"])
def test_nonsense_is_refused(wanted: str) -> None:
    with pytest.raises(InvalidInput) as error:
        compare.other(build(Selection, {"compare": wanted}), "2017")
    assert (error.value.code, error.value.field) == ("bad_compare", "compare")


@pytest.mark.parametrize("wanted", ["before", "last_year"])
def test_all_of_time_has_nothing_before(wanted: str) -> None:
    with pytest.raises(InvalidInput) as error:
        compare.other(build(Selection, {"compare": wanted}), "all")
    assert error.value.code == "open_period"


def test_rows_find_their_twin_by_key_and_months_by_their_place() -> None:
    now = result("2024-03-01/2024-05-01", 30.0, [
        {"touchpoint": "shop", "period": "2024-03", "n": 5},
        {"touchpoint": "shop", "period": "2024-04", "n": 6},
        {"touchpoint": "call", "period": "2024-04", "n": 7},
    ])  # fmt: skip
    before = result("2023-03-03/2023-05-03", 20.0, [
        {"touchpoint": "shop", "period": "2023-03", "n": 1},
        {"touchpoint": "shop", "period": "2023-04", "n": 2},
        {"touchpoint": "mail", "period": "2023-04", "n": 3},
    ])  # fmt: skip
    both = compare.compared(now, before, ("touchpoint", "period"))
    assert [row["n_before"] for row in both.rows] == [1, 2, None]
    assert [column.name for column in both.columns] == ["touchpoint", "period", "n", "n_before"]
    assert list(both.figures) == ["nps", "nps_before", "nps_change"]
    assert [str(note) for note in both.notes] == [
        "Compared with period 2023-03-03/2023-05-03.",
        "nps differs by +10.00: more than chance would explain.",
        "1 rows of the other side have no counterpart here.",
    ]


def test_a_side_without_data_is_unknown_not_zero() -> None:
    both = compare.compared(result("2024", 30.0), result("2023", None), ())
    assert both.figures["nps_before"].value is None
    assert both.figures["nps_change"].value is None
