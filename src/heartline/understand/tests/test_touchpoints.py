"""Where it hurts, in a world small enough to count by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heartline.core.errors import NotFound
from heartline.core.result import Result
from heartline.core.selection import build
from heartline.store.lake import Lake
from heartline.store.tests.world import events
from heartline.understand.reach import TouchpointsSpec
from heartline.understand.touchpoints import touchpoints

ORDER = {"per": "ref", "starts": ["shop"], "goal": "delivery", "ends": "limit", "within_s": 30 * 86400}


def stars(score: int, about: str = "delivery") -> dict[str, Any]:
    return {"score": score, "scale": "stars5", "about": about}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Six orders: three delivered in time, two late, one never; Bob ordered twice; the last is of nobody known."""
    return events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-01", {"ref": "o1"}),
            ("alice", "delivery", "2024-03-03", {"ref": "o1", "succeeded": True}),
            ("alice", "review", "2024-03-04", {"ref": "o1", **stars(5)}),
            ("bob", "shop", "2024-03-01", {"ref": "o2"}),
            ("bob", "delivery", "2024-03-09", {"ref": "o2", "succeeded": False}),
            ("bob", "review", "2024-03-10", {"ref": "o2", **stars(2)}),
            ("bob", "shop", "2024-03-11", {"ref": "o3"}),
            ("bob", "delivery", "2024-03-13", {"ref": "o3", "succeeded": True}),
            ("bob", "review", "2024-03-14", {"ref": "o3", **stars(3)}),
            ("charlie", "shop", "2024-03-01", {"ref": "o4"}),
            ("charlie", "call", "2024-03-20", {"ref": "o4", "wait_s": 300}),
            ("charlie", "review", "2024-03-21", {"ref": "o4", **stars(1, "shop")}),
            ("dora", "shop", "2024-03-01", {"ref": "o5"}),
            ("dora", "call", "2024-03-02", {"ref": "o5", "wait_s": 60}),
            ("dora", "delivery", "2024-03-12", {"ref": "o5", "wait_s": 864001}),
            ("dora", "review", "2024-03-13", {"ref": "o5", **stars(4, "review")}),
            (None, "shop", "2024-03-05", {"ref": "o6"}),
            (None, "delivery", "2024-03-06", {"ref": "o6", "succeeded": True}),
        ],
        journey={"order": ORDER},
        touchpoint={
            "delivery": {"label": "Delivery", "department": "Logistics", "expected_wait_s": 864000},
            "call": {"label": "Call", "expected_wait_s": 120},
        },
    )


def ask(lake: Lake, **values: Any) -> Result:
    return touchpoints(lake, build(TouchpointsSpec, values))


def row(result: Result, touchpoint: str) -> dict[str, Any]:
    return next(row for row in result.rows if row["touchpoint"] == touchpoint)


def brief(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def test_orders_that_came_late_end_worse(lake: Lake) -> None:
    """In time: +1 (alice), 0 (bob); late: −0.5 (bob, not succeeded), +0.5 (dora, waited a second too long)."""
    result = ask(lake, journey="order")
    delivery = row(result, "delivery")
    assert brief(delivery, "label", "department", "interactions", "people") == ("Delivery", "Logistics", 5, 3)
    assert delivery["people_unknown"] == pytest.approx(1 / 8)  # of five deliveries and three reviews about them
    assert brief(delivery, "share_bad", "share_bad_n") == (0.4, 5)
    assert brief(delivery, "feeling", "feeling_n") == (pytest.approx(0.5 / 3), 3)
    assert brief(delivery, "after_good", "after_good_n") == (0.5, 2)
    assert brief(delivery, "after_bad", "after_bad_n") == (0.0, 2)
    assert brief(delivery, "after_none", "after_none_n") == (-1.0, 1)
    assert brief(delivery, "contrast", "contrast_n") == (0.5, 4)
    assert delivery["hurts"] == pytest.approx(3 * 0.4 * 0.5)
    half = 1.959964 * 0.5**0.5  # each side: two people half a unit from their mean, so a standard error of 0.5
    assert delivery["contrast_low"] == pytest.approx(0.5 - half)
    assert delivery["contrast_high"] == pytest.approx(0.5 + half)


def test_a_wait_is_bad_beyond_what_was_expected(lake: Lake) -> None:
    call = row(ask(lake, journey="order"), "call")
    assert brief(call, "share_bad", "share_bad_n", "after_good", "after_bad") == (0.5, 2, 0.5, -1.0)


def test_it_hurts_most_where_many_have_it_bad_and_end_badly(lake: Lake) -> None:
    result = ask(lake, journey="order")
    assert [row["touchpoint"] for row in result.rows[:2]] == ["call", "delivery"]
    said = "Call hurts most: 50 in 100 of 2 had it bad; their trips end at a feeling of -1.00 instead of 0.50."
    assert str(result.answer) == said
    assert {name: figure.value for name, figure in result.figures.items()} == {
        "interactions": 18,
        "people": 4,
        "people_unknown": pytest.approx(2 / 18),
        "trips": 6,
        "open_trips": 0,
    }


def test_without_a_journey_a_customer_s_all_is_one_trip(lake: Lake) -> None:
    """Bob's two deliveries are one experience, and a bad one; the delivery of nobody known is a good one of its own."""
    delivery = row(ask(lake), "delivery")
    assert brief(delivery, "people", "share_bad", "share_bad_n") == (3, 0.5, 4)
    assert brief(delivery, "after_good_n", "after_bad", "after_none_n") == (1, 0.25, 1)


def test_open_orders_are_counted_and_in_no_share(tmp_path: Path) -> None:
    recent = {"per": "ref", "starts": ["shop"], "goal": "delivery", "within_s": 100 * 365 * 86400}
    lake = events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-01", {"ref": "o1", "succeeded": False}),
            ("bob", "shop", "2024-03-01", {"ref": "o2", "succeeded": True}),
            ("bob", "delivery", "2024-03-02", {"ref": "o2"}),
        ],
        journey={"order": recent},
    )
    result = ask(lake, journey="order")
    assert (result.figures["trips"].value, result.figures["open_trips"].value) == (1, 1)
    assert brief(row(result, "shop"), "interactions", "share_bad", "share_bad_n") == (2, 0.0, 1)


def test_feelings_about_a_place_where_nothing_happened_are_its_own(tmp_path: Path) -> None:
    """A survey of nobody known rates the check-in: it has no interaction, yet a feeling and a share."""
    lake = events(
        tmp_path,
        [(None, "survey", "2017-05-01", stars(score, "checkin")) for score in (1, 2, 5, 5)],
    )
    result = ask(lake)
    checkin, survey = row(result, "checkin"), row(result, "survey")
    assert brief(checkin, "interactions", "people", "people_unknown") == (0, 0, 1.0)
    assert brief(checkin, "feeling", "feeling_n", "share_bad", "share_bad_n") == (0.125, 4, 0.5, 4)
    assert brief(survey, "interactions", "feeling", "share_bad_n", "after_good") == (4, None, 0, None)
    assert result.figures["people_unknown"].value == 1.0
    assert result.figures["people_unknown"].n == 4
    assert str(result.answer) == "At checkin 50 in 100 of 4 had it bad; how their trips end tells no difference yet."


def test_filters_pick_rows_to_count_and_whole_trips_to_judge(lake: Lake) -> None:
    """Calls: only the two calls are counted, yet their callers' deliveries tell how their trips ended."""
    result = ask(lake, touchpoint="call")
    assert [row["touchpoint"] for row in result.rows] == ["call"]
    assert brief(result.rows[0], "interactions", "people", "after_good", "after_bad") == (2, 2, 0.5, -1.0)
    trips = ask(lake, journey="order", touchpoint="call")
    assert {row["touchpoint"] for row in trips.rows} == {"shop", "call", "delivery", "review"}
    assert trips.figures["trips"].value == 2


def test_the_period_is_when_trips_begin_or_when_things_happened(lake: Lake) -> None:
    assert ask(lake, journey="order", period="2024-03-02/2024-04-01").figures["trips"].value == 2
    only_late = row(ask(lake, period="2024-03-10/2024-03-13"), "review")
    assert brief(only_late, "interactions", "people") == (1, 1)


def test_an_order_of_two_people_has_two_people(tmp_path: Path) -> None:
    lake = events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-01", {"ref": "o1"}),
            ("bob", "shop", "2024-03-02", {"ref": "o1"}),
            (None, "delivery", "2024-03-03", {"ref": "o1"}),
        ],
        journey={"order": ORDER | {"starts": "any"}},
    )
    result = ask(lake, journey="order")
    assert (result.figures["people"].value, result.figures["trips"].value) == (2, 1)
    assert brief(row(result, "shop"), "people", "people_unknown") == (2, 0.0)
    assert brief(row(result, "delivery"), "people", "people_unknown") == (0, 1.0)


def test_an_empty_lake_says_that_nothing_happened(tmp_path: Path) -> None:
    result = ask(events(tmp_path, []))
    assert (str(result.answer), result.rows) == ("Nothing happened here.", [])
    assert result.figures["people_unknown"].value is None


def test_an_unknown_journey_is_refused(lake: Lake) -> None:
    with pytest.raises(NotFound) as error:
        ask(lake, journey="return")
    assert error.value.field == "journey"
