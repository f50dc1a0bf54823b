"""How long people wait, and how long they bear it, in worlds that can be counted by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from heartline.core.result import Result
from heartline.core.selection import build
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events
from heartline.understand.waiting import WaitsSpec
from heartline.understand.waits import waits

CALLS = {"per": "customer", "starts": ["call"], "goal": "solved", "ends": "limit", "within_s": 86400}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return events(
        tmp_path,
        [
            ("alice", "call", "2024-03-01 10:00", {"wait_s": 30}),
            ("alice", "call", "2024-03-01 11:00", {"wait_s": 90}),
            ("alice", "solved", "2024-03-01 12:00", {"wait_s": 1000}),
            ("bob", "call", "2024-03-02 10:00", {"wait_s": 600}),
            (None, "call", "2024-03-03 10:00", {"wait_s": 120}),
            ("charlie", "call", "2024-03-04 10:00"),
            ("dora", "call", "2024-03-04 10:00", {"wait_s": 9, "kind": "assignment"}),
        ],
        journey={"case": CALLS},
        touchpoint={"call": {"label": "Call", "expected_wait_s": 120}},
    )


def ask(lake: Lake, **values: Any) -> Result:
    return waits(lake, build(WaitsSpec, values))


def test_waits_are_said_by_touchpoint(lake: Lake) -> None:
    """Calls: 30, 90, 120, 600; exactly what is expected is not beyond it."""
    result = ask(lake)
    solved, call = result.rows
    assert (solved["touchpoint"], solved["n"], solved["total_s"], solved["over"]) == ("solved", 1, 1000, None)
    assert (solved["mean_s_low"], solved["expected_s"], solved["over_n"]) == (None, None, 0)
    assert {name: call[name] for name in ("n", "median_s", "mean_s", "expected_s", "over", "over_n", "total_s")} == {
        "n": 4, "median_s": 105, "mean_s": 210, "expected_s": 120, "over": 0.25, "over_n": 4, "total_s": 840,
    }  # fmt: skip
    assert call["p90_s"] == pytest.approx(120 + 0.7 * 480)
    figures = {name: figure.value for name, figure in result.figures.items()}
    assert figures == {"waits": 5, "median_s": 120, "p90_s": 840, "total_s": 1840, "over": 0.25}
    said = "At Call 25 in 100 wait longer than 2 minutes; half of all wait 1 minute 45 seconds or less."
    assert str(result.answer) == said


def test_the_waiting_account_adds_up_by_trip(lake: Lake) -> None:
    """Four trips: Alice waits 30 s, then 90 + 1000 (another call, another trip), Bob 600, Charlie not that we know."""
    result = ask(lake, journey="case")
    account = {row["touchpoint"]: (row["per_trip_s"], row["per_trip_s_n"]) for row in result.rows}
    assert account == {"call": (180, 4), "solved": (250, 4)}
    assert result.figures["per_trip_s"].value == 430
    assert [row["knee_s"] for row in result.rows] == [None, None]
    assert "cannot be told yet at: solved, Call." in str(result.notes[-1])


def test_without_waits_none_are_known(tmp_path: Path) -> None:
    result = ask(events(tmp_path, [("alice", "call", "2024-03-01")]))
    assert str(result.answer) == "No waits are known here."
    assert result.figures["median_s"].value is None


def test_a_planted_knee_is_told_with_its_interval(tmp_path: Path) -> None:
    """400 callers are content until they wait ten minutes; each minute more takes a tenth of their feeling."""
    random = np.random.default_rng(7)
    rows: list[Event] = []
    begin = datetime(2024, 3, 1, tzinfo=UTC)
    for number, wait in enumerate(random.uniform(0, 1500, 400).tolist()):
        feeling = float(np.clip(0.6 - 0.1 * max(0, wait - 600) / 60 + random.normal(0, 0.15), -1, 1))
        at = begin + timedelta(hours=number)
        rows.append((f"c{number}", "call", at.isoformat(), {"wait_s": wait}))
        rows.append((f"c{number}", "survey", (at + timedelta(minutes=50)).isoformat(), {"feeling": feeling}))
    result = ask(events(tmp_path, rows, journey={"case": CALLS}), journey="case")
    (call,) = result.rows
    assert call["knee_s_n"] == 400
    assert call["knee_s_low"] <= call["knee_s"] <= call["knee_s_high"]
    assert 540 < call["knee_s"] < 680


def test_where_no_owner_ever_waited_every_trip_waited_not_at_all(tmp_path: Path) -> None:
    """A wait without a ref is in no order: it is told among the waits, and adds nothing to any order."""
    rows: list[Event] = [
        ("alice", "shop", "2024-03-01", {"ref": "o1"}),
        ("alice", "call", "2024-03-01 10:00", {"wait_s": 60}),
    ]
    lake = events(tmp_path, rows, journey={"order": {"per": "ref", "starts": "any", "ends": "limit", "within_s": 60}})
    (call,) = ask(lake, journey="order").rows
    assert (call["touchpoint"], call["n"], call["per_trip_s"], call["per_trip_s_n"]) == ("call", 1, 0.0, 1)


def test_waits_are_split_by_time(lake: Lake) -> None:
    """Calls by day: 30 and 90 on the first, 600 on the second, 120 on the third."""
    result = ask(lake, every="day")
    names = ("touchpoint", "period", "n", "median_s", "over", "over_n", "total_s")
    assert [tuple(row[name] for name in names) for row in result.rows] == [
        ("call", "2024-03-01", 2, 60, 0, 2, 120),
        ("call", "2024-03-02", 1, 600, 1, 1, 600),
        ("call", "2024-03-03", 1, 120, 0, 1, 120),
        ("solved", "2024-03-01", 1, 1000, None, 0, 1000),
    ]
    whole = ask(lake)
    assert {name: figure.value for name, figure in result.figures.items()} == {
        name: figure.value for name, figure in whole.figures.items()
    }
    assert [column.name for column in result.columns[:3]] == ["touchpoint", "label", "period"]
    assert str(result.answer) == "Waits at 2 touchpoints, in 3 stretches of time."


@pytest.mark.parametrize(
    ("every", "called"), [("week", "2024-02-26/2024-03-04"), ("quarter", "2024-01-01/2024-04-01"), ("year", "2024")]
)
def test_a_stretch_of_time_is_what_one_finds_by_asking_for_it_alone(lake: Lake, every: str, called: str) -> None:
    split = [row for row in ask(lake, every=every, journey="case").rows if row["period"] == called]
    alone = {row["touchpoint"]: row for row in ask(lake, period=called, journey="case").rows}
    assert [row["touchpoint"] for row in split] == ["call", "solved"]
    for row in split:
        assert {name: value for name, value in row.items() if name != "period"} == {
            name: value for name, value in alone[row["touchpoint"]].items() if not name.startswith("knee_s")
        }


def test_the_waiting_account_of_a_day_is_that_of_the_trips_begun_on_it(lake: Lake) -> None:
    """On the first of March Alice began two trips: 30 s, and 90 s with 1000 s until it was solved."""
    result = ask(lake, journey="case", every="day")
    account = {(row["touchpoint"], row["period"]): (row["per_trip_s"], row["per_trip_s_n"]) for row in result.rows}
    assert account == {
        ("call", "2024-03-01"): (60, 2),
        ("call", "2024-03-02"): (600, 1),
        ("call", "2024-03-03"): (None, 0),
        ("solved", "2024-03-01"): (500, 2),
    }
    assert result.figures["per_trip_s"].value == 430
    assert not result.notes
