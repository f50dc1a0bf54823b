"""How interactions become trips."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.core.errors import InvalidInput, NotFound
from heartline.store.kernel import Columns
from heartline.store.tests.world import events
from heartline.understand import trips
from heartline.understand.trips import Journey, cut, journey

from .slow_trips import Row, slow_cut

LATER = 10**6
ORDER = Journey("order", "An order", "orders", "customer", ("visit",), "order", "goal", 100)


def columns(owners: list[list[Row]]) -> Columns:
    """Make columns of owners' rows: (time, touchpoint)."""
    names = sorted({touchpoint for rows in owners for _, touchpoint in rows if touchpoint})
    code = {name: number for number, name in enumerate(names)}
    return Columns(
        {
            "owner": np.repeat(np.arange(len(owners), dtype=np.int32), [len(rows) for rows in owners]),
            "time": np.array([time for rows in owners for time, _ in rows], np.int64),
            "touchpoint": np.array([code.get(name or "", -1) for rows in owners for _, name in rows], np.int16),
        },
        {"touchpoint": names},
    )


def story(steps: str, journey: Journey, *, as_of: int = LATER) -> list[str]:
    """Cut one owner's `time:touchpoint time:touchpoint …`; write a trip as its steps, `*` at its goal, `…` if open."""
    rows: list[Row] = [(int(time), name or None) for time, name in (step.split(":") for step in steps.split())]
    found = cut(columns([rows]), journey, as_of)
    told = []
    for first, last, goal, open_ in zip(found.first, found.last, found.goal, found.open, strict=True):
        names = [f"{rows[place][1]}{'*' if place == goal else ''}" for place in range(first, last)]
        told.append(" ".join(names) + (" …" if open_ else ""))
    return told


def test_a_trip_ends_at_its_goal_and_what_follows_belongs_to_none() -> None:
    """A page viewed after the order is outside."""
    assert story("1:visit 2:page 3:order 4:page", ORDER) == ["visit page order*"]


def test_what_came_before_the_start_belongs_to_none() -> None:
    """The first two pages lead nowhere."""
    assert story("1:page 2:page 3:visit 4:order", ORDER) == ["visit order*"]


def test_a_new_start_ends_the_trip_before() -> None:
    """The second visit is a trip of its own, and the first one failed."""
    assert story("1:visit 2:page 3:visit 4:order", ORDER) == ["visit page", "visit order*"]


def test_a_row_exactly_at_the_limit_belongs_and_one_later_does_not() -> None:
    """The limit is 100."""
    assert story("1:visit 101:order", ORDER) == ["visit order*"]
    assert story("1:visit 102:order", ORDER) == ["visit"]


def test_a_young_trip_without_goal_is_open() -> None:
    """At its limit it is closed; a new start closes it at once; its goal too."""
    assert story("1:visit", ORDER, as_of=100) == ["visit …"]
    assert story("1:visit", ORDER, as_of=101) == ["visit"]
    assert story("1:visit 2:visit", ORDER, as_of=50) == ["visit", "visit …"]
    assert story("1:visit 2:order", ORDER, as_of=50) == ["visit order*"]


def test_a_trip_without_limit_stays_open_until_its_goal() -> None:
    """Nothing else would ever end it."""
    forever = replace(ORDER, within_us=None)
    assert story("1:visit 900:page", forever, as_of=10**9) == ["visit page …"]
    assert story("1:visit 900:order", forever, as_of=10**9) == ["visit order*"]


def test_with_ends_limit_the_goal_only_marks_success() -> None:
    """The review after the delivery is part of the trip; what comes after the limit is not."""
    assert story("1:visit 2:order 3:review 200:page", replace(ORDER, ends="limit")) == ["visit order* review"]


def test_any_start_begins_where_the_last_trip_ended() -> None:
    """Nobody restarts a trip that any interaction begins."""
    anywhere = replace(ORDER, starts=None)
    assert story("1:page 2:visit 3:order 4:page 5:order", anywhere) == ["page visit order*", "page order*"]
    assert story("1:page 101:page 102:page", anywhere) == ["page page", "page"]


def test_a_first_step_can_be_the_goal() -> None:
    """Somebody who orders at once reached the goal at once."""
    assert story("1:order 2:order", replace(ORDER, starts=None)) == ["order*", "order*"]


def test_a_goal_that_is_also_a_start_is_first_of_all_the_goal_that_was_awaited() -> None:
    """With the goal reached, the next order starts a trip of its own."""
    both = replace(ORDER, starts=("visit", "order"))
    assert story("1:visit 2:order 3:order 4:visit", both) == ["visit order*", "order*", "visit"]
    assert story("1:visit 2:order 3:page 4:order 5:page", replace(both, ends="limit")) == [
        "visit order* page",
        "order* page",
    ]


def test_a_row_without_touchpoint_is_carried_but_begins_and_ends_nothing() -> None:
    """A text about the delivery lies inside the first trip, and before any in the second story."""
    assert story("1:visit 2: 3:order 4:", ORDER) == ["visit None order*"]
    assert story("1: 2:page", replace(ORDER, starts=None)) == ["page"]


def test_owners_are_never_mixed() -> None:
    """Bob's order is not the goal of Alice's visit."""
    found = cut(columns([[(1, "visit")], [(2, "order")], [(3, "visit"), (4, "order")]]), ORDER, LATER)
    assert found.owner.tolist() == [0, 2]
    assert found.goal.tolist() == [-1, 3]
    assert found.trip_of_row.tolist() == [0, -1, 1, 1]


def test_nothing_gives_no_trips() -> None:
    """Neither without rows nor without starts."""
    assert len(cut(columns([]), ORDER, LATER)) == 0
    assert cut(columns([[(1, "page")]]), ORDER, LATER).trip_of_row.tolist() == [-1]


def owners() -> st.SearchStrategy[list[list[Row]]]:
    """Some owners' rows: few touchpoints and moments, so that ties and limits are met often."""
    row = st.tuples(st.integers(0, 30), st.sampled_from(["visit", "page", "order", None]))
    return st.lists(
        st.lists(row, min_size=1, max_size=14).map(lambda rows: sorted(rows, key=lambda row: row[0])), max_size=4
    )


def journeys() -> st.SearchStrategy[Journey]:
    """Every sort of journey."""
    starts = st.sampled_from([None, ("visit",), ("order",), ("visit", "order"), ("visit", "page")])
    limits = st.sampled_from([None, 0, 3, 8, 40])
    goals = st.sampled_from([None, "order", "elsewhere"])
    ends = st.sampled_from(["goal", "limit"])
    return st.builds(
        lambda starts, goal, ends, within: replace(ORDER, starts=starts, goal=goal, ends=ends, within_us=within),
        starts, goals, ends, limits,
    )  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(owners(), journeys(), st.integers(0, 60), st.sampled_from([0, 1, 64]))
def test_the_fast_cut_is_the_slow_cut(owners: list[list[Row]], journey: Journey, as_of: int, rounds: int) -> None:
    """Whether trips are found jump by jump or all at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trips, "_ROUNDS", rounds)
        found = cut(columns(owners), journey, as_of)
    expected, offset = [], 0
    for number, rows in enumerate(owners):
        for trip in slow_cut(rows, journey, as_of):
            steps = [place for place in trip.rows if rows[place][1]]
            goal = -1 if trip.goal is None else trip.goal + offset
            expected.append((number, trip.rows[0] + offset, steps[-1] + offset, goal, trip.open, len(trip.rows)))
        offset += len(rows)
    touchpoint = columns(owners).touchpoint
    got = [
        (owner, first, int(np.flatnonzero(touchpoint[first:last] >= 0)[-1] + first), goal, open_, last - first)
        for owner, first, last, goal, open_ in zip(
            *(array.tolist() for array in (found.owner, found.first, found.last, found.goal, found.open)), strict=True
        )
    ]
    assert got == expected


def test_a_journey_is_read_from_its_definition(tmp_path: Path) -> None:
    """With the defaults of a recipe; a goal may be asked for instead of its own."""
    lake = events(tmp_path, [], journey={"order": {"starts": "order_placed", "goal": "delivery", "within_s": 86400.5}})
    found = journey(lake.at(), "order")
    assert found == Journey(
        "order", "order", "trips", "customer", ("order_placed",), "delivery", "goal", 86_400_500_000
    )
    assert journey(lake.at(), "order", goal="review").goal == "review"


def test_a_journey_that_is_not_there_or_makes_no_sense_is_refused(tmp_path: Path) -> None:
    """And the error says what there is."""
    lake = events(tmp_path, [], journey={"order": {"starts": "any", "per": "family"}})
    with pytest.raises(NotFound, match="Known: order"):
        journey(lake.at(), "odrer")
    with pytest.raises(InvalidInput, match="per: customer or ref"):
        journey(lake.at(), "order")
