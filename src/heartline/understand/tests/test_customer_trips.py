"""The trips of one person: the same that every other verb cuts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import heartline
from heartline.core.errors import NotFound
from heartline.core.selection import Selection
from heartline.store.tests.world import Event, events, moment
from heartline.understand import question
from heartline.understand.trip_rows import trip_rows
from heartline.workspace import Workspace
from tests.worlds.questions import DEFINITIONS, worlds
from tests.worlds.test_every_number import UNSHRUNK

JOURNEYS = {
    "visit": {"per": "customer", "starts": ["shop"], "goal": "delivery", "ends": "goal", "within_s": 5 * 86400},
    "order": {"per": "ref", "starts": "any", "goal": "delivery", "ends": "limit", "within_s": 9 * 86400},
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-01 10:00", {"ref": "o1"}),
            ("alice", "call", "2024-03-02 10:00"),
            ("alice", "delivery", "2024-03-03 10:00", {"ref": "o1"}),
            ("alice", "shop", "2024-03-09 10:00", {"unit": "berlin"}),
            ("bob", "shop", "2024-03-05 10:00", {"ref": "o2"}),
            ("alice", "delivery", "2024-03-06 10:00", {"ref": "o2"}),
        ],
        journey=JOURNEYS,
        unit={"berlin": {}},
    )
    return heartline.open(tmp_path)


def test_trips_are_told_the_latest_first(workspace: Workspace) -> None:
    result = workspace.customer_trips("user_id:alice")
    told = [(row["journey"], row["owner"], row["trip"], row["path"], row["reached_goal"]) for row in result.rows]
    assert told == [
        ("visit", "user_id:alice", 2, "shop", False),
        ("order", "o1", 1, "shop > delivery", True),
        ("visit", "user_id:alice", 1, "shop > call > delivery", True),
    ]
    first = result.rows[-1]
    assert (first["start"], first["steps"], first["duration_s"]) == (moment("2024-03-01 10:00"), 3, 2 * 86400.0)
    assert {name: figure.value for name, figure in result.figures.items()} == {
        "trips": 3, "reached_goal": 2, "open_trips": 0,
    }  # fmt: skip
    assert str(result.answer) == "3 trips; 2 reached their goal, 0 are still open."


def test_an_order_is_of_the_first_who_was_seen_in_it(workspace: Workspace) -> None:
    (order,) = workspace.customer_trips("user_id:bob", journey="order").rows
    assert (order["owner"], order["path"]) == ("o2", "shop > delivery")


def test_filters_keep_the_trips_that_hold_such_an_interaction(workspace: Workspace) -> None:
    def trips(**filters: str) -> list[str]:
        return [row["path"] for row in workspace.customer_trips("user_id:alice", **filters).rows]

    assert trips(touchpoint="call") == ["shop > call > delivery"]
    assert trips(unit="berlin") == ["shop"]
    assert trips(period="2024-03-09") == ["shop"]


def test_what_is_not_there_is_said(workspace: Workspace) -> None:
    for values, code in (
        ({"customer": "user_id:zoe"}, "unknown_customer"),
        ({"customer": "user_id:bob", "journey": "none"}, "unknown_journey"),
        ({"customer": "user_id:bob", "unit": "wien"}, "unknown_unit"),
    ):
        with pytest.raises(NotFound) as error:
            workspace.call("customer_trips", values)
        assert error.value.code == code


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=UNSHRUNK)
@given(rows=worlds())
def test_they_are_the_trips_that_all_other_verbs_see(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Event]
) -> None:
    lake = events(tmp_path_factory.mktemp("any"), rows, **DEFINITIONS)
    workspace, snapshot = Workspace(lake), lake.at()
    whole = Selection(period="all")
    every = [
        {"journey": key, **row}
        for key in DEFINITIONS["journey"]
        for row in trip_rows(snapshot, question.ask(snapshot, whole, key)).to_pylist()
    ]
    names = ("journey", "owner", "start", "end", "path", "steps", "reached_goal", "open", "duration_s")
    for who in ("user_id:alice", "user_id:bob"):
        wanted = sorted(repr([row[name] for name in names]) for row in every if row["customer"] == who)
        try:
            found = workspace.customer_trips(who).rows
        except NotFound:
            found = []
        assert sorted(repr([row[name] for name in names]) for row in found) == wanted
