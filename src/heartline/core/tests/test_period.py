"""A period is what people write, in company time."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.core.errors import InvalidInput
from heartline.core.period import Period, parse_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2017", date(2017, 1, 1), date(2018, 1, 1)),
        ("2017-03", date(2017, 3, 1), date(2017, 4, 1)),
        ("2017-12", date(2017, 12, 1), date(2018, 1, 1)),
        ("2017-03-15", date(2017, 3, 15), date(2017, 3, 16)),
        ("2017-01-01/2017-07-01", date(2017, 1, 1), date(2017, 7, 1)),
        ("2017/2018", date(2017, 1, 1), date(2018, 1, 1)),
        ("2017/", date(2017, 1, 1), None),
        ("/2017", None, date(2017, 1, 1)),
        ("all", None, None),
    ],
)
def test_what_people_write(text: str, start: date | None, end: date | None) -> None:
    assert parse_period(text) == Period(start, end)


@pytest.mark.parametrize("text", ["", "yesterday", "2017-13", "2017-02-30", "2018/2017", "2017/2017", "1/2/3", "17-01"])
def test_what_is_no_period_is_said_with_the_forms_there_are(text: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_period(text)
    assert (raised.value.code, raised.value.field) == ("bad_period", "period")
    assert "2017-03-15" in raised.value.remedy


def test_days_begin_at_midnight_of_the_company_and_the_spring_day_is_short() -> None:
    start, end = parse_period("2026-03-29").bounds("Europe/Berlin")
    assert start == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert end == datetime(2026, 3, 29, 22, tzinfo=UTC)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(1, 2000))
def test_the_period_before_ends_where_this_one_starts_and_is_as_long(start: date, days: int) -> None:
    period = Period(start, date.fromordinal(start.toordinal() + days))
    before = period.before()
    assert before.end == period.start
    assert period.end is not None
    assert before.start is not None
    assert (period.end - start).days == (start - before.start).days
    assert parse_period(str(period)) == period


def test_an_open_period_has_none_before_it() -> None:
    with pytest.raises(InvalidInput, match="open period"):
        parse_period("2017/").before()
