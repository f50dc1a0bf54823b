"""Wall-clock times become instants as Python reads them, in gaps and folds too."""

# ruff: noqa: DTZ001  (wall times carry no zone)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect.zones import to_utc

EPOCH = datetime(1970, 1, 1)
ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe",
         "Africa/Casablanca", "Pacific/Apia"]  # fmt: skip


def instants(walls: list[datetime], zone: str) -> list[datetime]:
    micros = np.array([(wall - EPOCH) // timedelta(microseconds=1) for wall in walls], dtype=np.int64)
    return [(EPOCH + timedelta(microseconds=int(one))).replace(tzinfo=UTC) for one in to_utc(micros, zone)]


def test_a_time_that_happens_twice_is_the_first_of_both() -> None:
    assert instants([datetime(2023, 10, 29, 2, 30)], "Europe/Berlin") == [datetime(2023, 10, 29, 0, 30, tzinfo=UTC)]


def test_a_time_that_never_happens_is_read_with_the_offset_before() -> None:
    gap, after = instants([datetime(2023, 3, 26, 2, 30), datetime(2023, 3, 26, 3, 30)], "Europe/Berlin")
    assert gap == after == datetime(2023, 3, 26, 1, 30, tzinfo=UTC)


def test_sao_paulo_gave_up_daylight_saving_in_2019() -> None:
    noon = [datetime(2018, 1, 1, 12), datetime(2018, 7, 1, 12), datetime(2020, 1, 1, 12)]
    assert [one.hour for one in instants(noon, "America/Sao_Paulo")] == [14, 15, 15]


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_round_every_change_agrees_with_python(zone: str) -> None:
    start = datetime(2015, 1, 1)
    walls = [start + timedelta(minutes=30 * step) for step in range(48 * 366 * 3)]
    tz = ZoneInfo(zone)
    assert instants(walls, zone) == [wall.replace(tzinfo=tz).astimezone(UTC) for wall in walls]


@settings(max_examples=300)
@given(wall=st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2099, 12, 1)), zone=st.sampled_from(ZONES))
def test_any_time_agrees_with_python(wall: datetime, zone: str) -> None:
    assert instants([wall], zone) == [wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)]
