"""A selection picks exactly the rows that it says."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.core.errors import InvalidInput, NotFound
from heartline.core.period import Period
from heartline.core.selection import Selection, build
from heartline.store import clock
from heartline.store.lake import Lake
from heartline.store.selecting import segment
from heartline.store.tests.world import events


def picked(lake: Lake, **values: Any) -> list[str]:
    snapshot = lake.at()
    return sorted(snapshot.execute(snapshot.selected(build(Selection, values), "id"))["id"].to_pylist())


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return events(
        tmp_path,
        [
            ("alice", "shop", "2022-05-01", {"unit": "berlin", "product": "tea"}),
            ("alice", "call", "2024-03-01", {"unit": "germany"}),
            ("bob", "shop", "2024-03-02", {"unit": "paris", "product": "pot", "score": 1, "scale": "stars5"}),
            (None, "shop", "2024-03-03"),
        ],
        unit={"germany": {}, "berlin": {"parent": "germany"}, "paris": {}},
        product={"tea": {"category": "drinks"}, "pot": {"category": "tools"}},
        touchpoint={"shop": {"stage": "purchase"}},
        segment={
            "unhappy": {"any": [{"feeling_to": -0.5}]},
            "shoppers": {"any": [{"touchpoint": "shop", "period": "all"}], "none": [{"category": ["drinks"]}]},
            "callers": {"any": [{"touchpoint": "call"}, {"unit": "paris"}]},
            "odd": {"any": [{"colour": "red"}]},
        },
    )


def test_the_default_is_the_last_twelve_months_that_hold_data(lake: Lake) -> None:
    assert lake.at().period(Selection()) == Period(date(2022, 5, 1), date(2024, 4, 1))
    assert len(picked(lake)) == 4


def test_months_without_data_do_not_count_among_the_twelve(tmp_path: Path) -> None:
    rows = [("alice", "shop", f"{2010 + number}-06-15") for number in range(14)]
    lake = events(tmp_path, rows)
    assert lake.at().period(Selection()) == Period(date(2012, 6, 1), date(2023, 7, 1))
    assert len(picked(lake)) == 12


def test_an_empty_lake_has_all_of_time(tmp_path: Path) -> None:
    lake = events(tmp_path, [])
    assert lake.at().period(Selection()) == Period()
    assert picked(lake) == []


def test_filters_narrow_together_and_keys_widen(lake: Lake) -> None:
    assert picked(lake, unit="germany") == ["world:1", "world:2"]
    assert picked(lake, unit=["germany", "paris"], touchpoint="shop") == ["world:1", "world:3"]
    assert picked(lake, category="tools") == ["world:3"]
    assert picked(lake, stage="purchase", period="2024-03-03") == ["world:4"]


def test_a_segment_is_customers_and_never_nobody(lake: Lake) -> None:
    assert picked(lake, segment="unhappy") == ["world:3"]
    assert picked(lake, segment="shoppers") == ["world:3"]
    assert picked(lake, segment="callers") == ["world:1", "world:2", "world:3"]


def test_what_nobody_defined_and_no_row_carries_is_refused(lake: Lake) -> None:
    for values, code in [
        ({"touchpoint": "shpo"}, "unknown_touchpoint"),
        ({"category": "toys"}, "unknown_category"),
        ({"segment": "vip"}, "unknown_segment"),
    ]:
        with pytest.raises(NotFound) as error:
            picked(lake, **values)
        assert error.value.code == code
    with pytest.raises(InvalidInput) as odd:
        picked(lake, segment="odd")
    assert odd.value.code == "bad_segment"
    assert picked(lake, touchpoint="call") == ["world:2"]  # on a row, though nobody defined it


def test_as_of_keeps_later_rows_and_definitions_out(lake: Lake) -> None:
    events(lake.folder, [("dora", "shop", "2025-01-01")], segment={"shoppers": {"any": [{"unit": "berlin"}]}})
    before = lake.at(1)
    assert before.period(Selection()) == Period(date(2022, 5, 1), date(2024, 4, 1))
    assert before.execute(before.selected(Selection(), "id")).num_rows == 4
    assert before.execute(segment(before, "shoppers"))["customer"].to_pylist() == ["user_id:bob"]
    now = lake.at()
    assert now.execute(segment(now, "shoppers"))["customer"].to_pylist() == ["user_id:alice"]


zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe"]
)
moments = st.datetimes(datetime(2010, 1, 1), datetime(2019, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=15, deadline=None)
@given(zones, st.lists(moments, min_size=1, max_size=20))
def test_company_days_are_those_of_the_wall_clock(
    tmp_path_factory: pytest.TempPathFactory, zone: str, times: list[datetime]
) -> None:
    """Whatever the zone and its daylight saving, the engine's days are those that Python's zone database gives."""
    rows = [("alice", "shop", time.isoformat()) for time in times]
    lake = events(tmp_path_factory.mktemp("zone"), rows, settings={"company": {"timezone": zone}})
    snapshot = lake.at()
    table = snapshot.selected(Selection(period="all"), "occurred_at")
    day = clock.calendar(snapshot, table.occurred_at, "day", Period())
    found = snapshot.execute(table.select("occurred_at", day=day)).to_pylist()
    for row in found:
        assert row["day"] == row["occurred_at"].astimezone(ZoneInfo(zone)).date()
    for row in found:
        one = Selection(period=clock.span(row["day"], "day"))
        ids = snapshot.execute(snapshot.selected(one, "occurred_at"))["occurred_at"].to_pylist()
        assert row["occurred_at"] in ids
        assert all(time.astimezone(ZoneInfo(zone)).date() == row["day"] for time in ids)
